//! `std::mem::swap`, `replace` and `take`: assignments that keep what was there.

use super::Lower;
use crate::ir::{Op, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

impl Lower<'_> {
    /// A call of a function of `std::mem`; `None` where it is none.
    pub(super) fn exchange(&mut self, call: &ExprCall) -> Option<Value> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let names: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let span = call.span();
        let args: Vec<&Expr> = call.args.iter().collect();
        let [.., module, name] = names.as_slice() else {
            return None;
        };
        if module != "mem" {
            return None;
        }
        match (name.as_str(), &args[..]) {
            ("swap", [a, b]) => {
                self.swap(&lent(a)?, &lent(b)?);
                Some(self.unit(span))
            }
            ("replace", [target, value]) => {
                let target = lent(target)?;
                let value = self.expression(value);
                let before = self.expression(&target);
                self.assign(&target, value);
                Some(before)
            }
            ("take", [target]) => {
                let target = lent(target)?;
                let before = self.expression(&target);
                let value = self.default_of(before, span);
                self.assign(&target, value);
                Some(before)
            }
            _ => None,
        }
    }

    fn swap(&mut self, a: &Expr, b: &Expr) {
        if let (Some(first), Some(second)) = (self.place(a), self.place(b)) {
            let is_large = |place| !self.graph[place].ty.is_float();
            let places = [first, second];
            if places.iter().all(|place| self.graph.is_in_cell(*place)) && is_large(first) {
                // Lists change places without a copy.
                let [first, second] = places.map(|place| self.graph.behind_refs(place));
                self.note_stored(first, second);
                self.note_stored(second, first);
                self.stmts.push(IrStmt::Swap(first, second));
                return;
            }
        }
        let (first, second) = (self.expression(a), self.expression(b));
        self.assign(a, second);
        self.assign(b, first);
    }

    fn default_of(&mut self, value: Value, span: Span) -> Value {
        match self.graph[value].ty.clone() {
            ty @ Ty::Float(_) => self.add(Op::Literal("0.0".into()), ty, span),
            ty => {
                let default = syn::parse_quote_spanned!(span=> ::core::default::Default::default());
                self.plain(&default, ty)
            }
        }
    }
}

/// The place that `&mut place` lends.
fn lent(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Paren(inner) => lent(&inner.expr),
        Expr::Reference(reference) if reference.mutability.is_some() => {
            Some((*reference.expr).clone())
        }
        // A variable that is a `&mut` already.
        Expr::Path(path) => Some(syn::parse_quote!(*#path)),
        _ => None,
    }
}
