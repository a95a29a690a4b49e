//! The variants as patterns: a struct is taken apart like an enum that has one variant.

use super::{Component, Item, Variant};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Member;
use syn::ext::IdentExt;

impl Item {
    /// `match self { .. }` with the arm of each variant.
    pub(super) fn each(&self, arm: impl Fn(&Variant) -> TokenStream) -> TokenStream {
        if self.variants.is_empty() {
            return quote!(match *self {});
        }
        let arms = self.variants.iter().map(arm);
        quote!(match self { #(#arms,)* })
    }

    /// `match (self, other) { .. }` with the arm of each variant, and one for values of different variants.
    pub(super) fn each_pair(
        &self,
        other: &TokenStream,
        arm: impl Fn(&Variant) -> TokenStream,
        different: &TokenStream,
    ) -> TokenStream {
        if self.variants.is_empty() {
            return quote!(match *self {});
        }
        let arms = self.variants.iter().map(arm);
        let different = self.several().then_some(different).into_iter();
        quote!(match (self, #other) { #(#arms,)* #(#different,)* })
    }

    /// Whether values can be of different variants.
    pub(super) fn several(&self) -> bool {
        self.variants.len() > 1
    }
}

impl Variant {
    /// The user's name for it, in messages and docs.
    pub(super) fn name(&self) -> String {
        self.ident
            .as_ref()
            .map(|ident| ident.unraw().to_string())
            .unwrap_or_default()
    }

    /// The user's name for a field, in the paths that visitors see: `w`, or `Rect.w`.
    pub(super) fn field_path(&self, component: &Component) -> String {
        match &self.ident {
            Some(_) => format!("{}.{}", self.name(), component.name),
            None => component.name.clone(),
        }
    }

    /// `Shape::Circle`, or `Net`
    pub(super) fn path(&self, ty: &Ident) -> TokenStream {
        match &self.ident {
            Some(ident) => quote!(#ty::#ident),
            None => quote!(#ty),
        }
    }

    /// The components, and a variable for each.
    pub(super) fn numbered(&self, base: &str) -> impl Iterator<Item = (&Component, Ident)> {
        self.components
            .iter()
            .enumerate()
            .map(move |(index, component)| {
                (
                    component,
                    format_ident!("{base}{index}", span = component.span),
                )
            })
    }

    /// `Shape::Rect { w: __value0, .. }`
    pub(super) fn pattern(
        &self,
        ty: &Ident,
        base: &str,
        member: impl Fn(&Component) -> &Member,
    ) -> TokenStream {
        let path = self.path(ty);
        let fields = self.numbered(base).map(|(component, variable)| {
            let member = member(component);
            quote!(#member: #variable)
        });
        quote!(#path { #(#fields,)* .. })
    }

    /// `ShapeTangent::Rect { w: __value0, .. }`
    pub(super) fn tangent_pattern(&self, tangent: &Ident, base: &str) -> TokenStream {
        self.pattern(tangent, base, |component| &component.tangent_member)
    }
}
