//! `for` and `while`. A `for` over anything that can be indexed becomes a loop over the index.

use super::Lower;
use super::sequence::Sequence;
use crate::ir::{Head, Loop, Op, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprForLoop, ExprWhile};

impl Lower<'_> {
    pub(super) fn for_loop(&mut self, expr: &ExprForLoop) -> Value {
        let span = expr.for_token.span;
        if let Some(label) = &expr.label {
            self.refuse_label(label.span());
        }
        if let Some(sequence) = self.sequence_of(&expr.expr) {
            let name = index_name(&expr.pat);
            self.each(&sequence, name.as_deref(), span, |lower, item| {
                lower.bind(&expr.pat, item);
                lower.scoped(&expr.body.stmts);
            });
        }
        self.unit(span)
    }

    pub(super) fn while_loop(&mut self, expr: &ExprWhile) -> Value {
        let span = expr.while_token.span;
        if let Some(label) = &expr.label {
            self.refuse_label(label.span());
        }
        self.env.loops += 1;
        let test = self.region(|lower| vec![lower.condition(&expr.cond)]);
        let body = self.region(|lower| {
            lower.scoped(&expr.body.stmts);
            Vec::new()
        });
        self.env.loops -= 1;
        let id = self.next_region();
        self.stmts.push(IrStmt::Loop(Box::new(Loop {
            id,
            head: Head::While { test },
            body,
            mirrors: None,
        })));
        self.unit(span)
    }

    /// Runs `body` for each item of a sequence, in order.
    pub(super) fn each(
        &mut self,
        sequence: &Sequence<'_>,
        name: Option<&str>,
        span: Span,
        body: impl FnOnce(&mut Self, Value),
    ) {
        let (start, end, backwards) = self.bounds(sequence, span);
        let index = self.graph.add(Op::Result, Ty::Int, false, span);
        self.graph[index].name = Some(name.unwrap_or("i").to_owned());
        self.env.loops += 1;
        let body = self.region(|lower| {
            lower.env.enter();
            let item = lower.item(sequence, index, span);
            lower.guarded_item(sequence, index, item, span, body);
            lower.env.leave();
            Vec::new()
        });
        self.env.loops -= 1;
        let id = self.next_region();
        self.stmts.push(IrStmt::Loop(Box::new(Loop {
            id,
            head: Head::Range {
                index,
                start,
                end,
                backwards,
            },
            body,
            mirrors: None,
        })));
    }

    /// The first index, the one after the last, and whether they run backwards.
    fn bounds(&mut self, sequence: &Sequence<'_>, span: Span) -> (Value, Value, bool) {
        match sequence {
            Sequence::Range { start, end } => (*start, *end, false),
            Sequence::Reversed(inner) => match &**inner {
                Sequence::Range { start, end } => (*start, *end, true),
                _ => {
                    let (start, end, backwards) = self.bounds(inner, span);
                    (start, end, !backwards)
                }
            },
            other => {
                let zero = self.composed(quote!(0), Vec::new(), Ty::Int, span);
                let len = self.len(other, span);
                (zero, len, false)
            }
        }
    }

    fn refuse_label(&mut self, span: Span) {
        self.error(
            span,
            "a labelled loop is not supported",
            "leave the label out; put the inner loop into a function of its own",
        );
    }
}

/// A loop over a range calls its index as the user does.
fn index_name(pattern: &syn::Pat) -> Option<String> {
    match pattern {
        syn::Pat::Ident(pat) => Some(pat.ident.to_string()),
        _ => None,
    }
}

/// Whether an expression stands in the place of a sequence by a range.
pub(super) fn as_range(expr: &Expr) -> Option<&syn::ExprRange> {
    match expr {
        Expr::Range(range) => Some(range),
        Expr::Paren(inner) => as_range(&inner.expr),
        _ => None,
    }
}
