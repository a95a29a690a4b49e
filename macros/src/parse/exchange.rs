//! `std::mem::swap`, `replace` and `take`: assignments that keep what was there.

use super::Lower;
use crate::ir::{Op, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use quote::quote;
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
                // The index of an element may change what the value reads.
                let (place, before) = self.held(&target);
                let value = self.expression(value);
                self.put(place, &target, value);
                Some(before)
            }
            ("take", [target]) => {
                let target = lent(target)?;
                let (place, before) = self.held(&target);
                let value = self.default_of(before, span);
                self.put(place, &target, value);
                Some(before)
            }
            _ => None,
        }
    }

    fn swap(&mut self, a: &Expr, b: &Expr) {
        let [(place_a, first), (place_b, second)] = [a, b].map(|target| self.held(target));
        if let (Some(place_a), Some(place_b)) = (place_a, place_b)
            && !self.graph[place_a].ty.is_float()
        {
            // Lists change places without a copy.
            self.note_stored(place_a, place_b);
            self.note_stored(place_b, place_a);
            self.loads.clear();
            self.stmts.push(IrStmt::Swap(place_a, place_b));
            return;
        }
        self.put(place_a, a, second);
        self.put(place_b, b, first);
    }

    /// What a target holds, and the place in a cell that it is.
    fn held(&mut self, target: &Expr) -> (Option<Value>, Value) {
        let place = self.place(target);
        match place.filter(|place| self.graph.is_in_cell(*place)) {
            Some(place) => {
                let held = self.read(place, target.span());
                (Some(self.graph.behind_refs(place)), held)
            }
            None => (None, self.expression(target)),
        }
    }

    fn put(&mut self, place: Option<Value>, target: &Expr, value: Value) {
        match place {
            Some(place) => self.store(place, value),
            None => self.assign(target, value),
        }
    }

    fn default_of(&mut self, value: Value, span: Span) -> Value {
        match self.graph[value].ty.clone() {
            ty @ Ty::Float(_) => self.add(Op::Literal("0.0".into()), ty, span),
            // Nothing else may say which type it is.
            Ty::Other => {
                let default = quote!({
                    let mut like = ::core::clone::Clone::clone(&held);
                    ::core::mem::take(&mut like);
                    like
                });
                self.composed(default, vec![("held", value)], Ty::Other, span)
            }
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
