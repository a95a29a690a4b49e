//! Elements that a list lends: `if let Some(top) = stack.last_mut()` is a test, and a reference to an element.

use crate::variants::is_some;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprIf, ExprMethodCall, Pat, UnOp};

/// Rewrites `first_mut` and `last_mut`, of lists that are named, to indices. (`get_mut` is there on maps, too.)
pub(super) struct Borrowed;

impl VisitMut for Borrowed {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let rewritten = match expr {
            Expr::If(branch) => tested(branch),
            Expr::Unary(deref) if matches!(deref.op, UnOp::Deref(_)) => unwrapped(&deref.expr).map(
                |Lent { list, index, .. }| syn::parse_quote_spanned!(index.span()=> #list[#index]),
            ),
            _ => None,
        };
        if let Some(rewritten) = rewritten {
            *expr = rewritten;
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        if let Some(init) = &mut local.init
            && init.diverge.is_none()
            && let Some(Lent { list, index, .. }) = unwrapped(&init.expr)
        {
            let span = index.span();
            *init.expr = syn::parse_quote_spanned!(span=> { let __at = #index; &mut #list[__at] });
        }
    }
}

/// `if let Some(top) = stack.last_mut() { .. }`
fn tested(branch: &ExprIf) -> Option<Expr> {
    let Expr::Let(test) = &*branch.cond else {
        return None;
    };
    let (Pat::TupleStruct(pattern), Expr::MethodCall(call)) = (&*test.pat, &*test.expr) else {
        return None;
    };
    let bound = pattern.elems.first()?;
    if !is_some(&pattern.path) {
        return None;
    }
    let Lent {
        list,
        index,
        is_there,
    } = lent(call)?;
    let (span, stmts) = (call.method.span(), &branch.then_branch.stmts);
    // One after the other: a list is not borrowed while its length is asked for.
    let binding = quote_spanned!(span=> let __at = #index; let #bound = &mut #list[__at];);
    let otherwise = branch.else_branch.as_ref();
    let otherwise = otherwise.map(|(token, expr)| quote!(#token #expr));
    Some(syn::parse_quote_spanned! {branch.if_token.span=>
        if #is_there { #binding #(#stmts)* } #otherwise
    })
}

/// `stack.last_mut().unwrap()`
fn unwrapped(expr: &Expr) -> Option<Lent<'_>> {
    match expr {
        Expr::Paren(inner) => unwrapped(&inner.expr),
        Expr::MethodCall(unwrap) if unwrap.method == "unwrap" || unwrap.method == "expect" => {
            match &*unwrap.receiver {
                Expr::MethodCall(call) => lent(call),
                _ => None,
            }
        }
        _ => None,
    }
}

struct Lent<'a> {
    list: &'a Expr,
    index: Expr,
    is_there: Expr,
}

fn lent(call: &ExprMethodCall) -> Option<Lent<'_>> {
    let (list, span) = (&*call.receiver, call.method.span());
    if !is_read(list) || !call.args.is_empty() {
        return None;
    }
    let index = match call.method.to_string().as_str() {
        "first_mut" => syn::parse_quote_spanned!(span=> 0),
        "last_mut" => syn::parse_quote_spanned!(span=> #list.len() - 1),
        _ => return None,
    };
    Some(Lent {
        list,
        index,
        is_there: syn::parse_quote_spanned!(span=> !#list.is_empty()),
    })
}

/// Whether an expression only reads, so that it can be written twice.
fn is_read(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(field) => is_read(&field.base),
        Expr::Index(index) => is_read(&index.expr) && is_read(&index.index),
        Expr::Binary(binary) => is_read(&binary.left) && is_read(&binary.right),
        Expr::Paren(inner) => is_read(&inner.expr),
        _ => false,
    }
}
