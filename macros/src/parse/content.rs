//! `option.as_ref().unwrap()` and `option.as_mut().unwrap()`: references to what an option in a place holds.

use super::Lower;
use super::env::spelled;
use crate::ir::{Op, Snippet, Stmt, Ty, Value};
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall, Index, Member, Path};

/// How the content is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// A place that the expression goes on from.
    Place,
    /// A value: by `as_ref`, what is held now.
    Value,
}

impl Lower<'_> {
    /// A reference to what an option holds; `None` where the call asks for none.
    pub(super) fn content(&mut self, call: &ExprMethodCall, content: Content) -> Option<Value> {
        let span = call.method.span();
        let Expr::MethodCall(seen) = &*call.receiver else {
            return None;
        };
        let is_unwrap = ["unwrap", "expect"].iter().any(|name| call.method == name);
        if !is_unwrap || !seen.args.is_empty() {
            return None;
        }
        let is_lent = match seen.method.to_string().as_str() {
            "as_mut" => true,
            "as_ref" => false,
            _ => return None,
        };
        if !is_lent && !self.mentions_active(&seen.receiver) {
            return None;
        }
        let place = match is_lent {
            true => self.changed_place(&seen.receiver),
            false => Some(self.place(&seen.receiver)?),
        };
        let Some(place) = place else {
            return Some(self.add(Op::Error, Ty::Other, span));
        };
        let option = self.behind(place);
        self.expect_some(option, call.args.first(), span);
        let some: Path = syn::parse_quote!(::core::option::Option::Some);
        let member = Member::Unnamed(Index::from(0));
        let held = self.variant_part(option, &some, member, span);
        let held = match (is_lent, content) {
            (false, Content::Value) => self.loaded(held, span),
            _ => held,
        };
        let reference = self.reference_to(held, span);
        if is_lent {
            self.exclusive.insert(reference);
        }
        Some(reference)
    }

    /// Panics as `unwrap` and `expect` do where there is nothing.
    fn expect_some(&mut self, option: Value, message: Option<&Expr>, span: Span) {
        let message = match message {
            Some(Expr::Lit(message)) => message.to_token_stream(),
            _ => quote!("called `Option::unwrap()` on a `None` value"),
        };
        let is_there = Snippet {
            tokens: quote!(::core::assert!(option.is_some(), "{}", #message)),
            uses: vec![(spelled("option", Span::call_site()), option)],
            repeatable: false,
        };
        let value = self.graph.add(Op::Rust(is_there), Ty::Other, false, span);
        self.stmts.push(Stmt::Effect(value));
    }
}
