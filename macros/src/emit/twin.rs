//! The type of the function's name that holds its derivatives.

use super::Planned;
use super::direct::direct;
use super::frame::Frame;
use super::names::ident;
use super::pair::{forward, pull};
use super::vjp::vjp;
use crate::options::Options;
use crate::parse::signature::Signature;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashSet;
use syn::ItemFn;

pub(crate) fn twin(
    item: &ItemFn,
    signature: &Signature,
    options: &Options,
    scalar: Option<&Planned>,
    general: &Planned,
    declared: HashSet<String>,
    formulas: &str,
) -> TokenStream {
    let frame = Frame::new(item, signature, options, declared);
    let functions = functions(&frame, scalar, general);
    match &signature.owner {
        Some(owner) => frame.assemble_method(owner, formulas, &functions),
        None => frame.assemble(formulas, &functions),
    }
}

/// The functions of a twin.
pub(super) fn functions(
    frame: &Frame<'_>,
    scalar: Option<&Planned>,
    general: &Planned,
) -> TokenStream {
    let mut functions = TokenStream::new();
    if let Some(planned) = scalar {
        functions.extend(direct(frame, planned));
    }
    functions.extend(vjp(frame));
    functions.extend(forward(frame, general));
    functions.extend(pull(frame));
    functions.extend(primal(frame));
    functions
}

/// Calls the function itself, so that it counts as used wherever its twin is.
fn primal(frame: &Frame<'_>) -> TokenStream {
    let signature = frame.signature;
    let (name, output) = (&signature.ident, &signature.output);
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let scope = frame.names();
    // A parameter of a free function may have the name of the function.
    let names: Vec<Ident> = frame
        .params()
        .map(|(param, _)| match &signature.owner {
            Some(_) => param,
            None => ident(&scope.fresh("argument")),
        })
        .collect();
    let arguments = match &signature.owner {
        Some(_) => frame.arguments(),
        None => {
            let types = frame.params().map(|(_, param)| &param.written);
            quote!(#(#names: #types),*)
        }
    };
    frame.used(&scope);
    let (primal, prelude) = (frame.name("primal"), frame.prelude());
    let path = match &signature.owner {
        Some(_) => quote!(Self::#name),
        None => quote!(#name),
    };
    quote! {
        fn #primal #generics (#arguments) -> #output #bounds {
            #prelude
            #path(#(#names),*)
        }
    }
}
