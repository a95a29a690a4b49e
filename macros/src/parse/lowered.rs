//! Operands that are lowered before it shows that what is done with them stays Rust as it is written, or is another
//! expression. They are computed once: where that does more than to read, their value has a name that stands for them. So do
//! conditions and integers, which are kept as they are written, where computing them changes what a derivative flows into.

use super::Lower;
use super::effects::changed_for_certain;
use super::env::spelling;
use crate::ir::{Stmt, Ty, Value};
use proc_macro2::{Ident, Span};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprBinary, ExprCall, ExprCast, ExprMethodCall, ExprUnary, ExprWhile};

impl Lower<'_> {
    /// A name for a value, in the scope at hand.
    pub(super) fn name_for(&mut self, value: Value) -> Expr {
        let name = Ident::new(&format!("__operand{}", value.0), Span::call_site());
        self.env.declare(spelling(&name), None, Some(value));
        syn::parse_quote!(#name)
    }

    /// An expression as it is written, around operands that were lowered since `marker`.
    pub(super) fn plain_around(
        &mut self,
        marker: usize,
        expr: &Expr,
        operands: &[Value],
        ty: Option<Ty>,
    ) -> Value {
        // A variable that is no cell is assigned without a statement.
        let reads_only = changed_for_certain(expr).is_empty()
            && self.stmts[marker..].iter().all(
                |stmt| matches!(stmt, Stmt::Let(value) if !self.graph.may_change_cells(*value)),
            );
        if reads_only {
            self.stmts.truncate(marker);
            self.loads.clear();
            let ty = ty.unwrap_or_else(|| self.snippet_ty(expr));
            return self.plain(expr, ty);
        }
        self.env.enter();
        let names: Vec<Expr> = operands.iter().map(|value| self.name_for(*value)).collect();
        let around = with_operands(expr, &names);
        let ty = ty.unwrap_or_else(|| self.snippet_ty(&around));
        let value = self.plain(&around, ty);
        self.env.leave();
        value
    }

    /// A comparison, or conditions of which the second may not be asked for.
    pub(super) fn changing_test(&mut self, binary: &ExprBinary, expr: &Expr) -> Value {
        let (left, right) = (&binary.left, &binary.right);
        let span = binary.op.span();
        let chosen = match binary.op {
            BinOp::And(_) => quote_spanned!(span=> if #left { #right } else { false }),
            BinOp::Or(_) => quote_spanned!(span=> if #left { true } else { #right }),
            _ => {
                let marker = self.stmts.len();
                let operands = [left, right].map(|operand| {
                    let value = self.expression(operand);
                    self.operand(value)
                });
                return self.plain_around(marker, expr, &operands, Some(Ty::Bool));
            }
        };
        match self.rewritten_expression(chosen) {
            Some(value) => self.operand(value),
            None => self.plain(expr, Ty::Bool),
        }
    }

    /// An index, or a bound of a range.
    pub(super) fn position(&mut self, expr: &Expr) -> Value {
        if !self.is_lowered(expr) {
            return self.plain(expr, Ty::Int);
        }
        let value = self.expression(expr);
        let value = self.operand(value);
        if self.graph[value].active {
            self.lost_in_index(expr);
        }
        self.composed(quote!(at), vec![("at", value)], Ty::Int, expr.span())
    }

    /// Whether the parts of an index are looked at one by one: it changes something active, or is chosen by that.
    pub(super) fn is_lowered(&self, index: &Expr) -> bool {
        self.changes_active(index) || has_block(index) && self.mentions_active(index)
    }

    /// A loop whose condition does something: it is asked at the begin of the body.
    pub(super) fn changing_while(&mut self, expr: &ExprWhile) -> Option<Value> {
        let (label, cond, body) = (&expr.label, &expr.cond, &expr.body);
        let span = expr.while_token.span;
        self.rewritten_expression(
            quote_spanned!(span=> #label loop { if #cond #body else { break; } }),
        )
    }
}

/// Whether there are statements in an expression.
fn has_block(expr: &Expr) -> bool {
    match expr {
        Expr::Block(_) | Expr::If(_) => true,
        Expr::Paren(inner) => has_block(&inner.expr),
        Expr::Unary(unary) => has_block(&unary.expr),
        Expr::Cast(cast) => has_block(&cast.expr),
        Expr::Binary(binary) => has_block(&binary.left) || has_block(&binary.right),
        _ => false,
    }
}

/// An operation with others in the place of its operands.
fn with_operands(expr: &Expr, operands: &[Expr]) -> Expr {
    match (expr.clone(), operands) {
        (Expr::Binary(binary), [left, right]) => Expr::Binary(ExprBinary {
            left: Box::new(left.clone()),
            right: Box::new(right.clone()),
            ..binary
        }),
        (Expr::Unary(unary), [inner]) => Expr::Unary(ExprUnary {
            expr: Box::new(inner.clone()),
            ..unary
        }),
        (Expr::Cast(cast), [inner]) => Expr::Cast(ExprCast {
            expr: Box::new(inner.clone()),
            ..cast
        }),
        (Expr::Call(call), operands) => Expr::Call(ExprCall {
            args: operands.iter().cloned().collect(),
            ..call
        }),
        (Expr::MethodCall(call), [receiver]) => Expr::MethodCall(ExprMethodCall {
            receiver: Box::new(receiver.clone()),
            ..call
        }),
        (other, _) => unreachable!("not an operation on these operands: {other:?}"),
    }
}
