//! Methods of traits. The one thing that an `impl` has to give is the forward part; everything else follows from it.

use super::frame::{Frame, gather_names, lints, slot_name};
use super::gradient::zero;
use super::names::ident;
use super::pair::{forward, forward_by_path, pull};
use super::vjp::{passed_on, vjp};
use super::{Planned, docs};
use crate::ir::{FloatTy, Ty};
use crate::options::Options;
use crate::parse::signature::{OwnerKind, Param, Signature};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashSet;
use syn::ItemFn;

/// The derivatives of a method, in the definition of its trait or in an `impl`; `general` is there where the method has a
/// body.
pub(crate) fn of_trait(
    item: &ItemFn,
    signature: &Signature,
    options: &Options,
    general: Option<&Planned>,
    declared: HashSet<String>,
) -> TokenStream {
    let frame = Frame::new(item, signature, options, declared);
    let forward = match general {
        Some(planned) => forward(&frame, planned),
        None => declaration(&frame),
    };
    around(&frame, &forward)
}

/// In a trait, what follows from the forward part; in an `impl`, the forward part alone.
pub(super) fn around(frame: &Frame<'_>, forward: &TokenStream) -> TokenStream {
    if frame.signature.is_in(OwnerKind::TraitOfType) {
        return allowed(forward);
    }
    let scalar = frame.signature.output_ty.is_float().then(|| scalar(frame));
    let parts = [vjp(frame), pull(frame)];
    let (residuals, captured) = (frame.residuals_type(), frame.captured());
    let by_path = forward_by_path(frame, &quote!(impl #residuals + #captured));
    allowed(&quote!(#scalar #(#parts)* #forward #by_path))
}

/// Each function with the lints switched off that do not concern the user.
fn allowed(functions: &TokenStream) -> TokenStream {
    let Ok(file) = syn::parse2::<Functions>(functions.clone()) else {
        return functions.clone();
    };
    let (functions, lints) = (file.0, lints());
    quote! {#(
        #[allow(#lints)]
        #functions
    )*}
}

struct Functions(Vec<syn::TraitItemFn>);

impl syn::parse::Parse for Functions {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        let mut functions = Vec::new();
        while !input.is_empty() {
            functions.push(input.parse()?);
        }
        Ok(Functions(functions))
    }
}

/// Expands to: `fn apply_forward(&self, x: f64) -> (f64, impl Fn(..));`
fn declaration(frame: &Frame<'_>) -> TokenStream {
    let signature = frame.signature;
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let (arguments, output) = (frame.forward_arguments(), &signature.output);
    let name = frame.name("forward");
    let (residuals, captured) = (frame.residuals_type(), frame.captured());
    quote! {
        #[doc(hidden)]
        fn #name #generics (#arguments) -> (#output, impl #residuals + #captured) #bounds;
    }
}

/// The cotangent of the value itself.
fn one(signature: &Signature) -> TokenStream {
    match &signature.output_ty {
        Ty::Float(FloatTy::F32) => quote!(1.0_f32),
        Ty::Float(FloatTy::Generic(float)) => quote!(#float::lit(1.0)),
        _ => quote!(1.0_f64),
    }
}

fn slot_argument(frame: &Frame<'_>, param: &Param, slot: &Ident) -> TokenStream {
    let rt = &frame.rt;
    match (param.lent, param.ty.peeled()) {
        (true, _) => quote!(&mut #slot),
        (false, Ty::Slice(_)) => quote!(#rt::Some(&mut #slot[..])),
        (false, _) => quote!(#rt::Some(&mut #slot)),
    }
}

/// `grad` and its like, by the forward part.
fn scalar(frame: &Frame<'_>) -> TokenStream {
    let signature = frame.signature;
    let output = &signature.output;
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let (arguments, gradient) = (frame.arguments(), frame.gradient_type());
    let names: Vec<_> = frame.params().map(|(name, _)| name).collect();
    let [doc_grad, doc_value, doc_into] = docs::of_scalar_functions(signature);
    let prelude = frame.prelude();
    let [grad, value_and_grad, value_and_grad_into, forward] =
        ["grad", "value_and_grad", "value_and_grad_into", "forward"].map(|name| frame.name(name));
    let scope = frame.names();
    let [target, value, new, pull] =
        ["gradient", "value", "new", "pull"].map(|wish| ident(&scope.fresh(wish)));
    let passed = passed_on(frame);
    let slots: Vec<_> = signature
        .wrt
        .iter()
        .map(|&index| ident(&scope.fresh(&slot_name(&signature.params[index].ident))))
        .collect();
    let zeros = signature.wrt.iter().map(|&index| zero(frame, index));
    let slot_args = signature.params.iter().map(|param| match param.wrt {
        Some(position) => slot_argument(frame, param, &slots[position]),
        None => quote!(()),
    });
    let again = frame.given_again().map(|(name, _)| name);
    let (one, parts) = (one(signature), gather_names(&slots));
    frame.used(&scope);
    let locals = frame.locals(std::slice::from_ref(&target));
    quote! {
        #doc_grad
        fn #grad #generics (#arguments) -> #gradient #bounds {
            #prelude
            Self::#value_and_grad(#(#names),*).1
        }
        #doc_value
        fn #value_and_grad #generics (#arguments) -> (#output, #gradient) #bounds {
            #locals
            #prelude
            let (#value, #pull) = Self::#forward(#(#passed),*);
            #(let mut #slots = #zeros;)*
            #pull(#(&#again,)* &#one, #(#slot_args),*);
            (#value, #parts)
        }
        #doc_into
        fn #value_and_grad_into #generics (#arguments #target: &mut #gradient) -> #output #bounds {
            #locals
            #prelude
            let (#value, #new) = Self::#value_and_grad(#(#names),*);
            *#target = #new;
            #value
        }
    }
}
