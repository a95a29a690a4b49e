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
    names(signature, signature.wrt.iter().copied())
}

fn names(signature: &Signature, params: impl Iterator<Item = usize>) -> String {
    params
        .map(|index| match &signature.params[index] {
            param if param.is_receiver() => "`self`".to_owned(),
            param => format!("`{}`", param.ident),
        })
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
    let (name, [lent, returned]) = (
        &signature.ident,
        [true, false].map(|lent| {
            let of_kind = |&index: &usize| signature.params[index].lent == lent;
            names(signature, signature.wrt.iter().copied().filter(of_kind))
        }),
    );
    let head = format!(
        " The value of [`{name}()`], and its pullback: from a cotangent of the value to that of"
    );
    let text = match (lent.as_str(), returned.as_str()) {
        ("", returned) => format!("{head} {returned}."),
        (lent, "") => format!("{head} {lent}, {IN_PLACE}."),
        (lent, returned) => format!("{head} {returned}, and of {lent}, {IN_PLACE}."),
    };
    quote!(#[doc = #text])
}

const IN_PLACE: &str = "which travels through a place: that of what is held after the call goes in, that of what was held \
                        before comes out";
