//! The tangent and its impls as tokens.
//!
//! `struct Mlp { w: Matrix<2, 3>, n: usize }` becomes
//!
//! ```text
//! struct MlpTangent { w: <Matrix<2, 3> as P::Differentiable>::Tangent }
//! impl P::Differentiable for Mlp {
//!     type Tangent = MlpTangent;
//!     fn zero_tangent(&self) -> MlpTangent { MlpTangent { w: P::Differentiable::zero_tangent(&self.w) } }
//!     fn visit<V: P::LeafVisitor>(&mut self, tangent: &MlpTangent, visitor: &mut V) {
//!         P::LeafVisitor::enter(visitor, "w");
//!         P::Differentiable::visit(&mut self.w, &tangent.w, visitor);
//!         P::LeafVisitor::leave(visitor);
//!     }
//! }
//! ```
//!
//! and the same for `MlpTangent`, which is its own tangent.

use super::generics::require;
use super::names::Names;
use super::{Component, Struct, Style, standard};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Generics, Member, WherePredicate};

pub(super) fn all(item: &Struct) -> TokenStream {
    let definition = definition(item);
    let standard = standard::traits(item);
    let generics = &item.generics;
    let of_item = differentiable(item, &item.ident, &generics.item, |field| &field.member);
    let of_tangent = differentiable(item, &item.tangent, &generics.tangent, |field| {
        &field.tangent_member
    });
    let tangent = tangent(item);
    quote! {
        const _: () = {
            #definition
            #standard
            #of_item
            #of_tangent
            #tangent
        };
    }
}

/// For a type that cannot be derived: no tangent, so that only the mistake itself is reported.
pub(super) fn fallback(input: &DeriveInput, private: &TokenStream, names: &Names) -> TokenStream {
    let ident = &input.ident;
    let walker = names.fresh("V");
    let mut generics = input.generics.clone();
    require(&mut generics, assumed(&quote!(::core::clone::Clone)));
    let (params, arguments, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params #private::Differentiable for #ident #arguments #bounds {
            type Tangent = ();
            fn zero_tangent(&self) {}
            fn visit<#walker: #private::LeafVisitor>(&mut self, _: &(), _: &mut #walker) {}
        }
        #[automatically_derived]
        impl #params #private::Trainable for #ident #arguments #bounds {}
    }
}

/// `Self: bound`, checked where the impl is used and not where it stands: that a type is not `Clone` is said once, by the
/// impl of `Differentiable`.
fn assumed(bound: &TokenStream) -> WherePredicate {
    syn::parse_quote!(for<'__anywhere> Self: #bound)
}

fn definition(item: &Struct) -> TokenStream {
    let Struct {
        vis,
        tangent,
        private,
        ..
    } = item;
    let (params, _, bounds) = item.generics.tangent.split_for_impl();
    let doc = format!(
        "The tangent of `{}`: a component for each field that carries floats.",
        item.ident
    );
    let mut components: Vec<&Component> = item.components.iter().collect();
    if let Style::Named = item.style {
        // The last field decides whether a struct is `Sized`: where its type has no tangent, rustc says so many times.
        components.sort_by_key(|component| item.has_tangent(&component.ty));
    }
    let fields = components.into_iter().map(|component| {
        let Component { vis, name, .. } = component;
        let ty = component.tangent_type(private);
        let label = match &component.tangent_member {
            Member::Named(ident) => quote!(#ident:),
            Member::Unnamed(_) => TokenStream::new(),
        };
        let doc = format!("The component of `{name}`.");
        quote!(#[doc = #doc] #vis #label #ty)
    });
    let marker_name = &item.marker;
    let marker = item.generics.marker.iter().map(|marker| match item.style {
        Style::Named => quote!(#marker_name: #marker),
        _ => marker.to_token_stream(),
    });
    let fields = fields.chain(marker);
    let body = match item.style {
        Style::Named => quote!(#bounds { #(#fields,)* }),
        Style::Tuple => quote!((#(#fields,)*) #bounds;),
        Style::Unit => quote!(#bounds;),
    };
    quote! {
        #[doc = #doc]
        #vis struct #tangent #params #body
    }
}

fn differentiable(
    item: &Struct,
    ident: &Ident,
    generics: &Generics,
    member: impl Fn(&Component) -> &Member,
) -> TokenStream {
    let Struct {
        tangent,
        private,
        walker,
        ..
    } = item;
    let (params, arguments, bounds) = generics.split_for_impl();
    let (_, tangent_arguments, _) = item.generics.tangent.split_for_impl();

    let zeros = item.components.iter().map(|component| {
        let private = component.at_type(private);
        let (from, to) = (member(component), &component.tangent_member);
        quote_spanned!(component.span=> #to: { #private::Differentiable::zero_tangent }(&self.#from))
    });
    let zeros = zeros.chain(marker_value(item));
    let visits = item.components.iter().map(|component| {
        let private = component.at_type(private);
        let (name, from, to) = (&component.name, member(component), &component.tangent_member);
        quote_spanned! {component.span=>
            #private::LeafVisitor::enter(__visitor, #name);
            let () = { #private::Differentiable::visit }(&mut self.#from, &__tangent.#to, __visitor);
            #private::LeafVisitor::leave(__visitor);
        }
    });
    let mut trainable = generics.clone();
    require(&mut trainable, assumed(&quote!(#private::Differentiable)));
    let (_, _, trainable) = trainable.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params #private::Differentiable for #ident #arguments #bounds {
            type Tangent = #tangent #tangent_arguments;

            #[inline]
            fn zero_tangent(&self) -> #tangent #tangent_arguments {
                #tangent { #(#zeros,)* }
            }

            fn visit<#walker: #private::LeafVisitor>(
                &mut self,
                __tangent: &#tangent #tangent_arguments,
                __visitor: &mut #walker,
            ) {
                #(#visits)*
            }
        }
        #[automatically_derived]
        #[doc(hidden)]
        impl #params #private::Trainable for #ident #arguments #trainable {}
    }
}

fn tangent(item: &Struct) -> TokenStream {
    let Struct {
        tangent,
        private,
        walker,
        ..
    } = item;
    let (params, arguments, bounds) = item.generics.tangent.split_for_impl();
    let reads = item.components.iter().map(|component| {
        let member = &component.tangent_member;
        let private = component.at_type(private);
        quote_spanned!(component.span=> let () = { #private::Tangent::read_leaves }(&self.#member, __reader);)
    });
    let writes = item.components.iter().map(|component| {
        let member = &component.tangent_member;
        let private = component.at_type(private);
        quote_spanned!(component.span=> let () = { #private::Tangent::write_leaves }(&mut self.#member, __writer);)
    });
    quote! {
        #[automatically_derived]
        impl #params #private::Tangent for #tangent #arguments #bounds {
            fn read_leaves<#walker: #private::LeafReader>(&self, __reader: &mut #walker) {
                #(#reads)*
            }

            fn write_leaves<#walker: #private::LeafWriter>(&mut self, __writer: &mut #walker) {
                #(#writes)*
            }
        }
    }
}

pub(super) fn marker_value(item: &Struct) -> Option<TokenStream> {
    item.generics.marker.as_ref()?;
    let member = match item.style {
        Style::Named => Member::Named(item.marker.clone()),
        _ => Member::Unnamed(item.components.len().into()),
    };
    Some(quote!(#member: ::core::marker::PhantomData))
}
