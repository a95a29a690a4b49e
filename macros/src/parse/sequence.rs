//! Iterators as people write them: a length, and an item for each index. Adaptors rewrite the index or the item, so that
//! a chain of them is one loop.

use super::Lower;
use super::control::Arm;
use super::env::spelling;
use super::loops::as_range;
use crate::ir::{Op, Ty, Value};
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, ExprMethodCall, RangeLimits};

pub(super) enum Sequence<'a> {
    Range {
        start: Value,
        end: Value,
    },
    /// The elements of a list, by reference or by value.
    Elements {
        list: Value,
        by_reference: bool,
    },
    Reversed(Box<Sequence<'a>>),
    Zipped(Box<Sequence<'a>>, Box<Sequence<'a>>),
    Enumerated(Box<Sequence<'a>>),
    /// Without the first so many.
    Skipped(Box<Sequence<'a>>, Value),
    /// At most so many.
    Taken(Box<Sequence<'a>>, Value),
    /// Every so many.
    Stepped(Box<Sequence<'a>>, Value),
    Mapped(Box<Sequence<'a>>, &'a Expr),
    /// Only those for which a condition holds.
    Filtered(Box<Sequence<'a>>, &'a ExprClosure),
    /// Items without the reference.
    Copied(Box<Sequence<'a>>),
}

/// Methods that make a sequence of a list, or another of a sequence.
const ADAPTORS: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "rev",
    "zip",
    "enumerate",
    "skip",
    "take",
    "step_by",
    "map",
    "filter",
    "copied",
    "cloned",
];

pub(super) fn is_adaptor(name: &str) -> bool {
    ADAPTORS.contains(&name)
}

impl Lower<'_> {
    /// The sequence that an expression stands for; reports what it cannot be.
    pub(super) fn sequence_of<'a>(&mut self, expr: &'a Expr) -> Option<Sequence<'a>> {
        if let Some(range) = as_range(expr) {
            return self.range(range);
        }
        match expr {
            Expr::Paren(inner) => self.sequence_of(&inner.expr),
            Expr::Reference(reference) => {
                if reference.mutability.is_some() {
                    self.changed_place(&reference.expr);
                }
                self.elements(&reference.expr, true)
            }
            Expr::MethodCall(call) if is_adaptor(&call.method.to_string()) => self.adapted(call),
            _ => self.elements(expr, false),
        }
    }

    fn range<'a>(&mut self, range: &syn::ExprRange) -> Option<Sequence<'a>> {
        let (Some(start), Some(end)) = (&range.start, &range.end) else {
            self.error_on(
                range,
                "a range without both ends is not supported",
                "give the range a start and an end",
            );
            return None;
        };
        for bound in [start, end] {
            if self.loses_derivative(bound) {
                self.errors.on(
                    bound,
                    "the bound of a range cannot depend on an active value",
                    "compute it from values outside `wrt`",
                );
            }
        }
        let start = self.plain(start, Ty::Int);
        let mut stop = self.plain(end, Ty::Int);
        if matches!(range.limits, RangeLimits::Closed(_)) {
            stop = self.composed(quote!(end + 1), vec![("end", stop)], Ty::Int, end.span());
        }
        Some(Sequence::Range { start, end: stop })
    }

    fn elements<'a>(&mut self, expr: &Expr, by_reference: bool) -> Option<Sequence<'a>> {
        let list = match self.place(expr) {
            Some(place) => place,
            None => self.expression(expr),
        };
        let by_reference = by_reference || matches!(self.graph[list].ty, Ty::Ref(_));
        let list = self.behind(list);
        Some(Sequence::Elements { list, by_reference })
    }

    fn adapted<'a>(&mut self, call: &'a ExprMethodCall) -> Option<Sequence<'a>> {
        let name = call.method.to_string();
        let args: Vec<&'a Expr> = call.args.iter().collect();
        match (name.as_str(), &args[..]) {
            ("iter", []) => return self.elements(&call.receiver, true),
            ("iter_mut", []) => {
                self.changed_place(&call.receiver);
                return self.elements(&call.receiver, true);
            }
            _ => {}
        }
        let inner = Box::new(self.sequence_of(&call.receiver)?);
        Some(match (name.as_str(), &args[..]) {
            ("into_iter", []) => *inner,
            ("rev", []) => Sequence::Reversed(inner),
            ("enumerate", []) => Sequence::Enumerated(inner),
            ("copied" | "cloned", []) => Sequence::Copied(inner),
            ("zip", [other]) => Sequence::Zipped(inner, Box::new(self.sequence_of(other)?)),
            ("skip", [count]) => Sequence::Skipped(inner, self.plain(count, Ty::Int)),
            ("take", [count]) => Sequence::Taken(inner, self.plain(count, Ty::Int)),
            ("step_by", [count]) => Sequence::Stepped(inner, self.plain(count, Ty::Int)),
            ("map", [function]) => Sequence::Mapped(inner, function),
            ("filter", [Expr::Closure(condition)]) => Sequence::Filtered(inner, condition),
            _ => {
                self.error(
                    call.method.span(),
                    format!("`{name}` is not supported with these arguments"),
                    "write the iteration as a `for` loop",
                );
                return None;
            }
        })
    }

    /// The number of items.
    pub(super) fn len(&mut self, sequence: &Sequence<'_>, span: Span) -> Value {
        let composed = |lower: &mut Self, tokens, uses| lower.composed(tokens, uses, Ty::Int, span);
        match sequence {
            Sequence::Range { start, end } => {
                if let Op::Rust(snippet) = &self.graph[*start].op
                    && snippet.tokens.to_string() == "0"
                {
                    return *end;
                }
                composed(
                    self,
                    quote!(end - start),
                    vec![("end", *end), ("start", *start)],
                )
            }
            Sequence::Elements { list, .. } => {
                composed(self, quote!(list.len()), vec![("list", *list)])
            }
            Sequence::Reversed(inner)
            | Sequence::Enumerated(inner)
            | Sequence::Mapped(inner, _)
            | Sequence::Filtered(inner, _)
            | Sequence::Copied(inner) => self.len(inner, span),
            Sequence::Zipped(a, b) => {
                let (a, b) = (self.len(a, span), self.len(b, span));
                composed(
                    self,
                    quote!(::core::cmp::Ord::min(a, b)),
                    vec![("a", a), ("b", b)],
                )
            }
            Sequence::Skipped(inner, count) => {
                let len = self.len(inner, span);
                composed(
                    self,
                    quote!(if len > count { len - count } else { 0 }),
                    vec![("len", len), ("count", *count)],
                )
            }
            Sequence::Taken(inner, count) => {
                let len = self.len(inner, span);
                composed(
                    self,
                    quote!(::core::cmp::Ord::min(len, count)),
                    vec![("len", len), ("count", *count)],
                )
            }
            Sequence::Stepped(inner, count) => {
                let len = self.len(inner, span);
                composed(
                    self,
                    quote!((len + count - 1) / count),
                    vec![("len", len), ("count", *count)],
                )
            }
        }
    }

    /// The item at an index.
    pub(super) fn item(&mut self, sequence: &Sequence<'_>, index: Value, span: Span) -> Value {
        match sequence {
            // The loop runs over the range itself.
            Sequence::Range { .. } => index,
            Sequence::Elements { list, by_reference } => {
                let element = self.element(*list, index, span);
                if *by_reference {
                    let ty = Ty::Ref(Box::new(self.graph[element].ty.clone()));
                    self.add(Op::Ref(element), ty, span)
                } else {
                    self.read(element, span)
                }
            }
            Sequence::Reversed(inner) => self.item(inner, index, span),
            Sequence::Enumerated(inner) => {
                let item = self.positioned(inner, index, span);
                let ty = Ty::Tuple(vec![Ty::Int, self.graph[item].ty.clone()]);
                self.add(Op::Tuple(vec![index, item]), ty, span)
            }
            Sequence::Zipped(a, b) => {
                let (a, b) = (
                    self.positioned(a, index, span),
                    self.positioned(b, index, span),
                );
                let ty = Ty::Tuple(vec![self.graph[a].ty.clone(), self.graph[b].ty.clone()]);
                self.add(Op::Tuple(vec![a, b]), ty, span)
            }
            Sequence::Skipped(inner, count) => {
                let index = self.composed(
                    quote!(index + count),
                    vec![("index", index), ("count", *count)],
                    Ty::Int,
                    span,
                );
                self.positioned(inner, index, span)
            }
            Sequence::Taken(inner, _) => self.positioned(inner, index, span),
            Sequence::Stepped(inner, count) => {
                let index = self.composed(
                    quote!(index * count),
                    vec![("index", index), ("count", *count)],
                    Ty::Int,
                    span,
                );
                self.positioned(inner, index, span)
            }
            Sequence::Mapped(inner, function) => {
                let item = self.item(inner, index, span);
                self.applied(function, vec![item], span)
            }
            Sequence::Filtered(inner, _) => self.item(inner, index, span),
            Sequence::Copied(inner) => {
                let item = self.item(inner, index, span);
                self.operand(item)
            }
        }
    }

    /// The item at a position that counts from zero, in whatever the sequence is made of.
    fn positioned(&mut self, sequence: &Sequence<'_>, index: Value, span: Span) -> Value {
        match sequence {
            Sequence::Range { start, .. } => {
                if let Op::Rust(snippet) = &self.graph[*start].op
                    && snippet.tokens.to_string() == "0"
                {
                    return index;
                }
                self.composed(
                    quote!(start + index),
                    vec![("start", *start), ("index", index)],
                    Ty::Int,
                    span,
                )
            }
            Sequence::Reversed(inner) => {
                let len = self.len(inner, span);
                let index = self.composed(
                    quote!(len - 1 - index),
                    vec![("len", len), ("index", index)],
                    Ty::Int,
                    span,
                );
                self.positioned(inner, index, span)
            }
            Sequence::Mapped(inner, function) => {
                let item = self.positioned(inner, index, span);
                self.applied(function, vec![item], span)
            }
            Sequence::Copied(inner) => {
                let item = self.positioned(inner, index, span);
                self.operand(item)
            }
            other => self.item(other, index, span),
        }
    }

    /// Runs `body` on an item, if the filters of the sequence let it through.
    pub(super) fn guarded_item(
        &mut self,
        sequence: &Sequence<'_>,
        item: Value,
        span: Span,
        body: impl FnOnce(&mut Self, Value),
    ) {
        let Sequence::Filtered(_, condition) = sequence else {
            return body(self, item);
        };
        let reference = Ty::Ref(Box::new(self.graph[item].ty.clone()));
        let seen = self.add(Op::Ref(item), reference, span);
        self.env.enter();
        if let [pattern] = &condition.inputs.iter().collect::<Vec<_>>()[..] {
            self.bind(pattern, seen);
        }
        let cond = self.condition(&condition.body);
        self.env.leave();
        let arms: [Arm<'_, '_>; 2] = [
            Box::new(|lower| {
                body(lower, item);
                lower.unit(span)
            }),
            Box::new(move |lower| lower.unit(span)),
        ];
        self.merged(cond, span, arms);
    }

    /// A closure or a function path, applied where it stands.
    pub(super) fn applied(&mut self, function: &Expr, args: Vec<Value>, span: Span) -> Value {
        if let Some(callable) = self.callable(function) {
            return self.call_of(callable, args, span);
        }
        match function {
            Expr::Closure(closure) => self.body_of(closure, args, span),
            Expr::Paren(inner) => self.applied(&inner.expr, args, span),
            Expr::Path(path) => {
                self.env.enter();
                let names: Vec<proc_macro2::Ident> = (0..args.len())
                    .map(|index| quote::format_ident!("argument{index}"))
                    .collect();
                for (name, arg) in names.iter().zip(args) {
                    self.env.declare(spelling(name), None, Some(arg));
                }
                let path = path.to_token_stream();
                let call: Expr = syn::parse_quote_spanned!(span=> #path(#(#names),*));
                let value = self.expression(&call);
                self.env.leave();
                value
            }
            other => self.error_on(
                other,
                "this is not a function that can be seen into",
                "write a closure in place, or the path of a function",
            ),
        }
    }

    /// `sum`, `product`, `fold` and the like at the end of a chain; `None` where the method is none of them.
    pub(super) fn consumed(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let name = call.method.to_string();
        let args: Vec<&Expr> = call.args.iter().collect();
        let is_chain = matches!(&*call.receiver, Expr::MethodCall(inner) if is_adaptor(&inner.method.to_string()))
            || as_range(&call.receiver).is_some();
        if !is_chain {
            return None;
        }
        let span = call.method.span();
        let start = match (name.as_str(), &args[..]) {
            // As std: adding to −0 changes no value, not even −0.
            ("sum", []) => self.add(
                Op::Literal("-0.0".into()),
                Ty::Float(crate::ir::FloatTy::Inferred),
                span,
            ),
            ("product", []) => self.add(
                Op::Literal("1.0".into()),
                Ty::Float(crate::ir::FloatTy::Inferred),
                span,
            ),
            ("fold", [init, _]) => self.expression(init),
            ("collect", []) => {
                let empty: Expr = syn::parse_quote_spanned!(span=> ::std::vec::Vec::new());
                self.plain(&empty, Ty::List(Box::new(Ty::Other)))
            }
            _ => return None,
        };
        let sequence = self.sequence_of(&call.receiver)?;
        let name_of_cell = match name.as_str() {
            "fold" => "folded",
            "collect" => "collected",
            "sum" => "sum",
            _ => "product",
        };
        if let ("sum" | "product", Some(ty)) = (name.as_str(), self.turbofish_float(call)) {
            self.graph[start].ty = ty;
        }
        let name_of_cell = format!("{name_of_cell}{}", self.next_region());
        let cell = self.cell(&name_of_cell, start, span);
        self.each(&sequence, None, span, |lower, item| match name.as_str() {
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

    fn turbofish_float(&self, call: &ExprMethodCall) -> Option<Ty> {
        let generics = call.turbofish.as_ref()?;
        match generics.args.first()? {
            syn::GenericArgument::Type(ty) => {
                let ty = super::signature::known(ty, &self.signature.float_generics);
                ty.is_float().then_some(ty)
            }
            _ => None,
        }
    }
}
