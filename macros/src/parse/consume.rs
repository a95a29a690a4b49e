//! What ends a chain of iterators: `sum`, `product`, `fold`, `collect` and the like, each a loop that stores.

use super::Lower;
use super::closure::behind_parens;
use super::control::exit_in;
use super::loops::as_range;
use super::sequence::is_adaptor;
use crate::ir::{FloatTy, Op, Ty, Value};
use proc_macro2::Span;
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// The value of a method that ends a chain; `None` where the method is none of them.
    pub(super) fn consumed(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let name = call.method.to_string();
        let args: Vec<&Expr> = call.args.iter().collect();
        let is_chain = matches!(&*call.receiver, Expr::MethodCall(inner) if is_adaptor(&inner.method.to_string()))
            || as_range(&call.receiver).is_some();
        if !is_chain {
            return None;
        }
        let span = call.method.span();
        if let ("sum" | "product", Some(ty @ Ty::Int)) = (name.as_str(), self.turbofish(call)) {
            return Some(self.plain(&Expr::MethodCall(call.clone()), ty));
        }
        let literal = |lower: &mut Self, text: &str| {
            let ty = match lower.turbofish(call) {
                Some(ty) if ty.is_float() => ty,
                _ => Ty::Float(FloatTy::Inferred),
            };
            lower.add(Op::Literal(text.into()), ty, span)
        };
        let (cell, start) = match (name.as_str(), &args[..]) {
            // As std: adding to −0 changes no value, not even −0.
            ("sum", []) => ("sum", literal(self, "-0.0")),
            ("product", []) => ("product", literal(self, "1.0")),
            ("fold", [init, _]) => ("folded", self.expression(init)),
            ("collect", []) => ("collected", self.empty(span)),
            ("unzip", []) => return self.unzipped(call),
            ("for_each", [function]) => return self.for_each(call, function),
            _ => return None,
        };
        let Some(sequence) = self.sequence_of(&call.receiver) else {
            return Some(self.add(Op::Error, Ty::Other, span));
        };
        let cell = format!("{cell}{}", self.next_region());
        let cell = self.scratch(&cell, start, span);
        self.each(&sequence, span, |lower, item| match name.as_str() {
            "sum" => {
                let item = lower.operand(item);
                lower.increment(cell, item, false);
            }
            "product" => {
                let item = lower.operand(item);
                let so_far = lower.read(cell, span);
                let next = lower.arithmetic("*", so_far, item, span);
                lower.store(cell, next);
            }
            "collect" => {
                let item = lower.operand(item);
                lower.push(cell, item);
            }
            _ => {
                let so_far = lower.read(cell, span);
                let next = lower.applied(args[1], vec![so_far, item], span);
                lower.store(cell, next);
            }
        });
        Some(self.read(cell, span))
    }

    fn empty(&mut self, span: Span) -> Value {
        let empty: Expr = syn::parse_quote_spanned!(span=> ::std::vec::Vec::new());
        self.plain(&empty, Ty::List(Box::new(Ty::Other)))
    }

    /// Two lists of the parts of pairs.
    fn unzipped(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let span = call.method.span();
        let Some(sequence) = self.sequence_of(&call.receiver) else {
            return Some(self.add(Op::Error, Ty::Other, span));
        };
        let id = self.next_region();
        let [left, right] = ["left", "right"].map(|name| {
            let empty = self.empty(span);
            self.scratch(&format!("{name}{id}"), empty, span)
        });
        self.each(&sequence, span, |lower, item| {
            for (index, list) in [left, right].into_iter().enumerate() {
                let member = syn::Member::Unnamed(syn::Index::from(index));
                let part = lower.part(item, member, span);
                let part = lower.operand(part);
                lower.push(list, part);
            }
        });
        let (left, right) = (self.read(left, span), self.read(right, span));
        Some(self.pair(left, right, span))
    }

    /// `for_each(|x| total += x)`: a `for` loop.
    fn for_each(&mut self, call: &ExprMethodCall, function: &Expr) -> Option<Value> {
        let span = call.method.span();
        let Some(sequence) = self.sequence_of(&call.receiver) else {
            return Some(self.add(Op::Error, Ty::Other, span));
        };
        self.each(&sequence, span, |lower, item| {
            if let Expr::Closure(closure) = behind_parens(function)
                && closure.inputs.len() == 1
                && exit_in(&closure.body).is_none()
            {
                lower.env.enter();
                lower.bind(&closure.inputs[0], item);
                lower.effect(&closure.body);
                lower.env.leave();
            } else {
                lower.applied(function, vec![item], span);
            }
        });
        Some(self.unit(span))
    }

    /// What a type between `::<` and `>` says.
    pub(super) fn turbofish(&self, call: &ExprMethodCall) -> Option<Ty> {
        let generics = call.turbofish.as_ref()?;
        match generics.args.first()? {
            syn::GenericArgument::Type(ty) => {
                let ty = super::types::known(ty, &self.signature.float_generics);
                matches!(ty, Ty::Float(_) | Ty::Int).then_some(ty)
            }
            _ => None,
        }
    }
}
