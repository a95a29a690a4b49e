//! Fields without floats: the tangent has no component for them. Where generated code names one all the same, as for
//! `Point { tag: p.tag, .. }`, whose type it cannot see, it finds `()` behind the tangent.
//!
//! `struct Point { x: f64, tag: usize }` becomes
//!
//! ```text
//! struct Absent { tag: () }
//! impl Deref for PointTangent { type Target = Absent; .. }
//! impl DerefMut for PointTangent { .. }
//! ```

use super::Item;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Visibility;

/// A field that has no component in the tangent.
pub(super) struct Absent {
    pub(super) vis: Visibility,
    pub(super) name: Ident,
}

pub(super) fn absent(item: &Item) -> Option<TokenStream> {
    let [variant] = item.variants.as_slice() else {
        return None;
    };
    if item.is_enum || variant.absent.is_empty() {
        return None;
    }
    let Item {
        vis,
        tangent,
        private,
        absent_name: name,
        ..
    } = item;
    let (params, arguments, bounds) = item.generics.tangent.split_for_impl();
    let fields = variant.absent.iter().map(|field| {
        let (vis, name) = (&field.vis, &field.name);
        quote!(#vis #name: ())
    });
    let values = variant.absent.iter().map(|field| &field.name);
    let value = quote!(#name { #(#values: (),)* });
    Some(quote! {
        #[doc(hidden)]
        #[derive(Clone, Copy, Debug)]
        #[allow(missing_docs, dead_code)]
        #vis struct #name { #(#fields,)* }

        #[automatically_derived]
        #[doc(hidden)]
        impl #params ::core::ops::Deref for #tangent #arguments #bounds {
            type Target = #name;

            #[inline(always)]
            fn deref(&self) -> &#name {
                &#value
            }
        }
        #[automatically_derived]
        #[doc(hidden)]
        impl #params ::core::ops::DerefMut for #tangent #arguments #bounds {
            // There is nothing in it, so nothing is allocated.
            #[inline(always)]
            fn deref_mut(&mut self) -> &mut #name {
                #private::Box::leak(#private::Box::new(#value))
            }
        }
    })
}
