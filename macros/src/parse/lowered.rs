//! Operands that are lowered before it shows that what is done with them stays Rust as it is written, or is another
//! expression. They are computed once: where that does more than to read, their value has a name that stands for them.

use super::Lower;
use super::env::spelling;
use crate::ir::{Stmt, Ty, Value};
use proc_macro2::{Ident, Span};
use syn::{Expr, ExprBinary, ExprCast, ExprMethodCall, ExprUnary};

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
        let reads_only = self.stmts[marker..]
            .iter()
            .all(|stmt| matches!(stmt, Stmt::Let(value) if !self.graph.may_change_cells(*value)));
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
        (Expr::MethodCall(call), [receiver]) => Expr::MethodCall(ExprMethodCall {
            receiver: Box::new(receiver.clone()),
            ..call
        }),
        (other, _) => unreachable!("not an operation on these operands: {other:?}"),
    }
}
