//! Documentation of the twin.

use crate::parse::signature::Signature;
use proc_macro2::TokenStream;
use quote::quote;

/// Expands to the doc comment of the type, with the derivation as text.
pub(super) fn of_twin(signature: &Signature, formulas: &str) -> TokenStream {
    let head = format!(" The derivatives of [`{}()`].", signature.ident);
    with_formulas(&head, formulas)
}

/// Expands to the doc comment of the constant that holds the formulas of a method.
pub(super) fn of_method(name: &str, formulas: &str) -> TokenStream {
    let head = format!(" The derivatives of [`Self::{name}()`] as formulas.");
    with_formulas(&head, formulas)
}

fn with_formulas(head: &str, formulas: &str) -> TokenStream {
    let lines = formulas.lines().map(|line| format!(" {line}"));
    quote! {
        #[doc = #head]
        #[doc = ""]
        #[doc = " ```text"]
        #(#[doc = #lines])*
        #[doc = " ```"]
    }
}

fn wrt(signature: &Signature) -> String {
    signature
        .wrt
        .iter()
        .map(|&index| format!("`{}`", signature.params[index].ident))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn of_scalar_functions(signature: &Signature) -> [TokenStream; 3] {
    let (name, wrt) = (&signature.ident, wrt(signature));
    [
        format!(" The gradient of [`{name}()`] with respect to {wrt}."),
        format!(" The value of [`{name}()`] and its gradient with respect to {wrt}."),
        format!(" The value of [`{name}()`]; overwrites `gradient` with the gradient with respect to {wrt}."),
    ]
    .map(|text| quote!(#[doc = #text]))
}

pub(super) fn of_vjp(signature: &Signature) -> TokenStream {
    let text = format!(
        " The value of [`{}()`], and its pullback: from a cotangent of the value to that of {}.",
        signature.ident,
        wrt(signature)
    );
    quote!(#[doc = #text])
}
