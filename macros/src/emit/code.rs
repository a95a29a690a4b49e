//! Pieces of Rust that know how tightly they bind, so that parentheses stand only where they must.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Binding {
    Loose,
    Sum,
    Product,
    Cast,
    Prefix,
    Tight,
}

#[derive(Clone, Debug)]
pub(super) struct Code {
    tokens: TokenStream,
    binding: Binding,
}

impl Code {
    pub(super) fn new(tokens: TokenStream, binding: Binding) -> Code {
        Code { tokens, binding }
    }

    pub(super) fn tight(tokens: impl ToTokens) -> Code {
        Code::new(tokens.to_token_stream(), Binding::Tight)
    }

    /// The tokens, in parentheses if they bind more loosely than this.
    pub(super) fn at(&self, least: Binding) -> TokenStream {
        let tokens = &self.tokens;
        if self.binding >= least {
            quote!(#tokens)
        } else {
            quote!((#tokens))
        }
    }

    /// The same, where an operator of this binding stands to the left.
    pub(super) fn right_of(&self, operator: Binding) -> TokenStream {
        let tokens = &self.tokens;
        if self.binding > operator {
            quote!(#tokens)
        } else {
            quote!((#tokens))
        }
    }

    pub(super) fn tokens(&self) -> TokenStream {
        self.tokens.clone()
    }
}

/// How tightly an infix operator binds.
pub(super) fn of_operator(operator: &str) -> Binding {
    match operator {
        "+" | "-" => Binding::Sum,
        _ => Binding::Product,
    }
}
