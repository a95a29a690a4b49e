//! The traits of std that a tangent has.

use super::emit::marker_value;
use super::generics::require;
use super::{Item, Style, Variant};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse_quote;

/// `Clone`, `Debug` and `PartialEq` by hand: the derives of std would ask them of the type parameters.
pub(super) fn traits(item: &Item) -> TokenStream {
    let Item {
        tangent, private, ..
    } = item;
    let (params, arguments, bounds) = item.generics.tangent.split_for_impl();
    let (clones, debug, equals) = (clones(item), debug(item), equals(item));
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
                #clones
            }
        }
        #[automatically_derived]
        impl #params ::core::fmt::Debug for #tangent #arguments #bounds {
            fn fmt(&self, __formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #debug
            }
        }
        impl #params ::core::cmp::PartialEq for #tangent #arguments #comparable {
            #[inline]
            fn eq(&self, __other: &Self) -> bool {
                #equals
            }
        }
    }
}

fn clones(item: &Item) -> TokenStream {
    item.each(|variant| {
        let clones = variant.numbered("__value").map(|(component, value)| {
            let member = &component.tangent_member;
            quote_spanned!(component.span=> #member: ::core::clone::Clone::clone(#value))
        });
        let clones = clones.chain(marker_value(item, variant));
        let pattern = variant.tangent_pattern(&item.tangent, "__value");
        let path = variant.path(&item.tangent);
        quote!(#pattern => #path { #(#clones,)* })
    })
}

fn debug(item: &Item) -> TokenStream {
    item.each(|variant| {
        let name = match &variant.ident {
            Some(_) => variant.name(),
            None => item.tangent.to_string(),
        };
        let builder = match variant.style {
            Style::Named => quote!(debug_struct),
            _ => quote!(debug_tuple),
        };
        let entries = variant.numbered("__value").map(|(component, value)| {
            let name = &component.name;
            match variant.style {
                Style::Named => quote_spanned!(component.span=> __debug.field(#name, #value);),
                _ => quote_spanned!(component.span=> __debug.field(#value);),
            }
        });
        let pattern = variant.tangent_pattern(&item.tangent, "__value");
        quote! {
            #pattern => {
                let mut __debug = __formatter.#builder(#name);
                #(#entries)*
                __debug.finish()
            }
        }
    })
}

fn equals(item: &Item) -> TokenStream {
    let arm = |variant: &Variant| {
        let pairs = variant.numbered("__value").zip(variant.numbered("__other"));
        let equals = pairs.map(|((component, value), (_, other))| {
            quote_spanned!(component.span=> ::core::cmp::PartialEq::eq(#value, #other))
        });
        let value = variant.tangent_pattern(&item.tangent, "__value");
        let other = variant.tangent_pattern(&item.tangent, "__other");
        quote!((#value, #other) => true #(&& #equals)*)
    };
    item.each_pair(&quote!(__other), arm, &quote!(_ => false))
}
