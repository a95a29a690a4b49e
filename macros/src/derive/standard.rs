//! The traits of std that a tangent has.

use super::emit::marker_value;
use super::generics::require;
use super::{Struct, Style};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse_quote;

/// `Clone`, `Debug` and `PartialEq` by hand: the derives of std would ask them of the type parameters.
pub(super) fn traits(item: &Struct) -> TokenStream {
    let Struct {
        tangent, private, ..
    } = item;
    let (params, arguments, bounds) = item.generics.tangent.split_for_impl();

    let clones = item.components.iter().map(|component| {
        let member = &component.tangent_member;
        quote_spanned!(component.span=> #member: ::core::clone::Clone::clone(&self.#member))
    });
    let clones = clones.chain(marker_value(item));

    let name = tangent.to_string();
    let entries = item.components.iter().map(|component| {
        let (name, member) = (&component.name, &component.tangent_member);
        match item.style {
            Style::Named => quote_spanned!(component.span=> __debug.field(#name, &self.#member);),
            _ => quote_spanned!(component.span=> __debug.field(&self.#member);),
        }
    });
    let debug = match item.style {
        Style::Named => quote!(__formatter.debug_struct(#name)),
        _ => quote!(__formatter.debug_tuple(#name)),
    };

    let equals = item.components.iter().map(|component| {
        let member = &component.tangent_member;
        quote_spanned!(component.span=> ::core::cmp::PartialEq::eq(&self.#member, &__other.#member))
    });
    let mut comparable = item.generics.tangent.clone();
    for ty in &item.generics.bounded {
        let tangent = quote!(<#ty as #private::Differentiable>::Tangent);
        require(
            &mut comparable,
            parse_quote!(#tangent: ::core::cmp::PartialEq),
        );
    }
    let (_, _, comparable) = comparable.split_for_impl();

    quote! {
        #[automatically_derived]
        impl #params ::core::clone::Clone for #tangent #arguments #bounds {
            #[inline]
            fn clone(&self) -> Self {
                #tangent { #(#clones,)* }
            }
        }
        #[automatically_derived]
        impl #params ::core::fmt::Debug for #tangent #arguments #bounds {
            fn fmt(&self, __formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut __debug = #debug;
                #(#entries)*
                __debug.finish()
            }
        }
        impl #params ::core::cmp::PartialEq for #tangent #arguments #comparable {
            #[inline]
            fn eq(&self, __other: &Self) -> bool {
                true #(&& #equals)*
            }
        }
    }
}
