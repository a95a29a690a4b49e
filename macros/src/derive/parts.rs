//! How generated code, which cannot name the tangent of an enum, reaches its components; and the names of variants, for
//! panics.
//!
//! ```text
//! impl P::Variants for Shape {
//!     fn variant(&self) -> &'static str {
//!         match self {
//!             Shape::Circle { .. } => "Circle",
//!             Shape::Rect { .. } => "Rect",
//!         }
//!     }
//! }
//! impl P::VariantPart<0xae533967c8f09d6f> for ShapeTangent {
//!     type Part = <f64 as P::Differentiable>::Tangent;
//!     fn part(&self) -> &<f64 as P::Differentiable>::Tangent {
//!         match self {
//!             ShapeTangent::Circle { 0: __part, .. } => __part,
//!             __other => P::other_variant("Circle", __other),
//!         }
//!     }
//!     ..
//! }
//! ```

use super::{Component, Item, Variant};
use crate::variants::part_number;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Generics;

pub(super) fn all(item: &Item) -> TokenStream {
    let of_item = variants(item, &item.ident, &item.generics.item);
    let of_tangent = variants(item, &item.tangent, &item.generics.tangent);
    let parts = item.variants.iter().flat_map(|variant| {
        let components = variant.components.iter();
        components.map(|component| part(item, variant, component))
    });
    quote!(#of_item #of_tangent #(#parts)*)
}

fn variants(item: &Item, ident: &Ident, generics: &Generics) -> TokenStream {
    let private = &item.private;
    let (params, arguments, bounds) = generics.split_for_impl();
    let names = item.each(|variant| {
        let (path, name) = (variant.path(ident), variant.name());
        quote!(#path { .. } => #name)
    });
    quote! {
        #[automatically_derived]
        #[doc(hidden)]
        impl #params #private::Variants for #ident #arguments #bounds {
            fn variant(&self) -> &'static ::core::primitive::str {
                #names
            }
        }
    }
}

fn part(item: &Item, variant: &Variant, component: &Component) -> TokenStream {
    let Item {
        tangent, private, ..
    } = item;
    let (params, arguments, bounds) = item.generics.tangent.split_for_impl();
    let number = part_number(&variant.name(), &component.name);
    let ty = component.tangent_type(private);
    // Whole signatures stand at the field, where rustc says that its type has no tangent.
    let shared = quote_spanned!(component.span=> fn part(&self) -> &#ty);
    let unique = quote_spanned!(component.span=> fn part_mut(&mut self) -> &mut #ty);
    let (path, member, name) = (
        variant.path(tangent),
        &component.tangent_member,
        variant.name(),
    );
    let other = item
        .several()
        .then(|| quote!(__other => #private::other_variant(#name, __other),));
    let body = quote! {
        match self {
            #path { #member: __part, .. } => __part,
            #other
        }
    };
    quote! {
        #[automatically_derived]
        #[doc(hidden)]
        impl #params #private::VariantPart<#number> for #tangent #arguments #bounds {
            type Part = #ty;

            #[inline]
            #shared {
                #body
            }

            #[inline]
            #unique {
                #body
            }
        }
    }
}
