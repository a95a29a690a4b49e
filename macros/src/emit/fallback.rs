//! The twin of a function that was refused: the right names and types, so that no second error appears.

use super::frame::Frame;
use super::lifetimes::vjp_types;
use crate::ir::Ty;
use crate::options::Options;
use crate::parse::signature::Signature;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::HashSet;
use syn::ItemFn;

pub(crate) fn fallback(item: &ItemFn, signature: &Signature, options: &Options) -> TokenStream {
    let mut frame = Frame::new(item, signature, options, HashSet::new());
    frame.check = None;
    let (vis, output) = (&signature.vis, &signature.output);
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let arguments = frame.arguments();
    let gradient = frame.gradient_type();
    let (residuals, captured) = (frame.residuals_type(), frame.captured());
    let [grad, value_and_grad, value_and_grad_into, vjp, forward] = [
        "grad",
        "value_and_grad",
        "value_and_grad_into",
        "vjp",
        "forward",
    ]
    .map(|name| frame.name(name));
    let scalar = matches!(signature.output_ty, Ty::Float(_)).then(|| {
        quote! {
            /// Not available: the function was refused.
            #vis fn #grad #generics (#arguments) -> #gradient #bounds { loop {} }
            /// Not available: the function was refused.
            #vis fn #value_and_grad #generics (#arguments) -> (#output, #gradient) #bounds { loop {} }
            /// Not available: the function was refused.
            #vis fn #value_and_grad_into #generics (#arguments gradient: &mut #gradient) -> #output #bounds { loop {} }
        }
    });
    let types = vjp_types(&frame);
    let (pullback, vjp_arguments) = (
        frame.pullback_type(&types),
        frame.arguments_of(&types.params),
    );
    let vjp_generics = types.generics.split_for_impl().0;
    let cotangents = std::iter::repeat_n(quote!(_), 1 + frame.wrt(true).count());
    let arity = frame.given_again().count() + 1 + signature.params.len();
    let ignored = std::iter::repeat_n(quote!(_), arity);
    let pull = super::pair::pull(&frame);
    let vis_of_hidden = frame.hidden_vis();
    let forward_arguments = frame.forward_arguments();
    let kept = quote!(impl #residuals + #captured);
    let forward = quote! {
        #[doc(hidden)]
        #vis_of_hidden fn #forward #generics (#forward_arguments) -> (#output, #kept) #bounds {
            (loop {}, |#(#ignored),*| loop {})
        }
    };
    if signature.is_of_trait() {
        return super::traits::around(&frame, &forward);
    }
    let by_path = super::pair::forward_by_path(&frame, &kept);
    let functions = quote! {
        #scalar
        /// Not available: the function was refused.
        #vis fn #vjp #vjp_generics (#vjp_arguments) -> (#output, #pullback) #bounds {
            (loop {}, |#(#cotangents),*| loop {})
        }
        #forward
        #by_path
        #pull
    };
    match &signature.owner {
        Some(owner) => frame.assemble_method(owner, "", &functions),
        None => frame.assemble("", &functions),
    }
}
