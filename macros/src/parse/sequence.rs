//! Iterators as people write them: a length, and an item for each index (`items.rs`). Adaptors rewrite the index or the item, so that
//! a chain of them is one loop. Those whose length shows only on the way, as with `filter`, have items in order alone.

use super::Lower;
use super::effects::changed_for_certain;
use super::env::plain;
use super::loops::as_range;
use crate::ir::{Op, Ty, Value};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, RangeLimits};

pub(super) enum Sequence<'a> {
    Range {
        start: Value,
        /// `None` where it goes on for ever.
        end: Option<Value>,
    },
    /// The elements of a list, by reference or by value.
    Elements {
        list: Value,
        by_reference: bool,
    },
    /// `windows(n)`
    Windows {
        list: Value,
        size: Value,
    },
    /// `chunks(n)`, `chunks_exact(n)`
    Chunks {
        list: Value,
        size: Value,
        exact: bool,
    },
    Reversed(Box<Sequence<'a>>),
    Zipped(Box<Sequence<'a>>, Box<Sequence<'a>>),
    /// One behind the other.
    Chained(Box<Sequence<'a>>, Box<Sequence<'a>>),
    Enumerated(Box<Sequence<'a>>),
    /// Without the first so many.
    Skipped(Box<Sequence<'a>>, Value),
    /// At most so many.
    Taken(Box<Sequence<'a>>, Value),
    /// Every so many.
    Stepped(Box<Sequence<'a>>, Value),
    Mapped(Box<Sequence<'a>>, &'a Expr),
    /// Only those for which a condition holds.
    Filtered(Box<Sequence<'a>>, &'a Expr),
    /// Up to the first for which a condition does not hold.
    TakenWhile(Box<Sequence<'a>>, &'a Expr),
    /// The items of the sequence that a closure makes of each item, or that each item is.
    Flattened(Box<Sequence<'a>>, Option<&'a Expr>),
    /// What a closure makes of an item and of a state that it changes, up to the first that it makes nothing of.
    Scanned(Box<Sequence<'a>>, Value, &'a Expr),
    /// Items without the reference.
    Copied(Box<Sequence<'a>>),
    /// Items that have to be made one after the other, those that are left out included: making them changes something.
    Ordered(Box<Sequence<'a>>),
}

/// Methods that make a sequence of a list.
const SOURCES: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "windows",
    "chunks",
    "chunks_exact",
];

/// Methods that make a sequence of another.
const ADAPTORS: &[&str] = &[
    "rev",
    "zip",
    "chain",
    "scan",
    "enumerate",
    "skip",
    "take",
    "take_while",
    "step_by",
    "map",
    "filter",
    "flat_map",
    "flatten",
    "copied",
    "cloned",
    "by_ref",
    "peekable",
    "fuse",
];

/// Methods of std that iterate over what is borrowed, the same each time.
const PURE: &[&str] = &[
    "chars",
    "char_indices",
    "bytes",
    "lines",
    "split",
    "split_whitespace",
    "keys",
    "values",
    "range",
];

pub(super) fn is_source(name: &str) -> bool {
    SOURCES.contains(&name)
}

/// Whether a method makes a sequence, of a list or of another.
pub(super) fn is_adaptor(name: &str) -> bool {
    is_source(name) || ADAPTORS.contains(&name)
}

impl<'a> Sequence<'a> {
    /// Whether there is an item for each index.
    pub(super) fn is_indexed(&self) -> bool {
        match self {
            Sequence::Range { .. }
            | Sequence::Elements { .. }
            | Sequence::Windows { .. }
            | Sequence::Chunks { .. } => true,
            Sequence::Filtered(..)
            | Sequence::TakenWhile(..)
            | Sequence::Flattened(..)
            | Sequence::Scanned(..)
            | Sequence::Ordered(_) => false,
            Sequence::Zipped(a, b) | Sequence::Chained(a, b) => a.is_indexed() && b.is_indexed(),
            Sequence::Reversed(inner)
            | Sequence::Enumerated(inner)
            | Sequence::Skipped(inner, _)
            | Sequence::Taken(inner, _)
            | Sequence::Stepped(inner, _)
            | Sequence::Mapped(inner, _)
            | Sequence::Copied(inner) => inner.is_indexed(),
        }
    }

    /// Whether the items are those of a range, so that an index is called what an item is.
    pub(super) fn is_range(&self) -> bool {
        match self {
            Sequence::Range { .. } => true,
            Sequence::Reversed(inner) | Sequence::Filtered(inner, _) => inner.is_range(),
            _ => false,
        }
    }

    /// Whether an item may say that it is the last.
    pub(super) fn may_stop(&self) -> bool {
        match self {
            Sequence::TakenWhile(..) | Sequence::Scanned(..) => true,
            Sequence::Taken(inner, _) => !inner.is_indexed() || inner.may_stop(),
            Sequence::Zipped(a, b) => !self.is_indexed() || a.may_stop() || b.may_stop(),
            Sequence::Reversed(inner)
            | Sequence::Enumerated(inner)
            | Sequence::Skipped(inner, _)
            | Sequence::Stepped(inner, _)
            | Sequence::Mapped(inner, _)
            | Sequence::Filtered(inner, _)
            | Sequence::Flattened(inner, _)
            | Sequence::Copied(inner)
            | Sequence::Ordered(inner) => inner.may_stop(),
            _ => false,
        }
    }

    /// The same backwards, where that is known; what is done to an item does not depend on the order.
    fn reversed(self) -> Option<Sequence<'a>> {
        let boxed = |inner: Box<Sequence<'a>>| inner.reversed().map(Box::new);
        Some(match self {
            Sequence::Mapped(inner, function) => Sequence::Mapped(boxed(inner)?, function),
            Sequence::Filtered(inner, test) => Sequence::Filtered(boxed(inner)?, test),
            Sequence::Copied(inner) => Sequence::Copied(boxed(inner)?),
            Sequence::Range { end: None, .. } => return None,
            sequence if sequence.is_indexed() => Sequence::Reversed(Box::new(sequence)),
            _ => return None,
        })
    }
}

impl Lower<'_> {
    /// The sequence that an expression stands for; reports what it cannot be.
    pub(super) fn sequence_of<'a>(&mut self, expr: &'a Expr) -> Option<Sequence<'a>> {
        if let Some(range) = as_range(expr) {
            return self.range(range);
        }
        if let Some(item) = only_item(expr) {
            let item = self.expression(item);
            let ty = Ty::List(Box::new(self.graph[item].ty.clone()));
            let list = self.add(Op::Array(vec![item]), ty, expr.span());
            let by_reference = false;
            return Some(Sequence::Elements { list, by_reference });
        }
        match expr {
            Expr::Paren(inner) => self.sequence_of(&inner.expr),
            Expr::Reference(reference) => {
                if reference.mutability.is_some() {
                    return self.changed_elements(&reference.expr);
                }
                self.elements(&reference.expr, true)
            }
            Expr::MethodCall(call) if is_adaptor(&call.method.to_string()) => self.adapted(call),
            Expr::MethodCall(call)
                if !self.mentions_active(expr)
                    && self.snippet_ty(expr).peeled().element().is_none() =>
            {
                // Whatever it iterates over carries no derivative: its items are listed first.
                let span = expr.span();
                let listed = syn::parse_quote_spanned!(span=> ::std::vec::Vec::from_iter(#expr));
                let list = self.plain(&listed, Ty::List(Box::new(Ty::Other)));
                if let Op::Rust(snippet) = &mut self.graph[list].op {
                    snippet.repeatable |= PURE.contains(&call.method.to_string().as_str());
                }
                let by_reference = false;
                Some(Sequence::Elements { list, by_reference })
            }
            _ => self.elements(expr, false),
        }
    }

    fn range<'a>(&mut self, range: &syn::ExprRange) -> Option<Sequence<'a>> {
        let Some(start) = &range.start else {
            self.error_on(
                range,
                "a range without a start is not supported",
                "give the range a start and an end",
            );
            return None;
        };
        for bound in [Some(start), range.end.as_ref()].into_iter().flatten() {
            if !self.changes_active(bound) && self.loses_derivative_to_integer(bound) {
                self.errors.on(
                    bound,
                    "the bound of a range cannot depend on an active value",
                    "compute it from values outside `wrt`",
                );
            }
        }
        let start = self.position(start);
        let end = range.end.as_ref().map(|end| {
            let stop = self.position(end);
            match range.limits {
                RangeLimits::Closed(_) => {
                    self.composed(quote!(end + 1), vec![("end", stop)], Ty::Int, end.span())
                }
                RangeLimits::HalfOpen(_) => stop,
            }
        });
        Some(Sequence::Range { start, end })
    }

    fn list_of(&mut self, expr: &Expr) -> Value {
        match self.place(expr) {
            Some(place) => place,
            None => self.expression(expr),
        }
    }

    /// The elements of a list as places that can be changed.
    fn changed_elements<'a>(&mut self, expr: &Expr) -> Option<Sequence<'a>> {
        let list = self.changed_place(expr)?;
        self.exclusive.insert(list);
        let by_reference = true;
        Some(Sequence::Elements { list, by_reference })
    }

    fn elements<'a>(&mut self, expr: &Expr, by_reference: bool) -> Option<Sequence<'a>> {
        let list = self.list_of(expr);
        if let Op::Rust(snippet) = &self.graph[list].op
            && self.graph[list].ty == Ty::Range
        {
            let bound = |name| {
                let found = snippet.uses.iter().find(|(used, _)| plain(used) == name);
                found.map(|(_, value)| *value)
            };
            let (start, end) = (bound("start"), bound("end"));
            let is_open = !snippet.tokens.to_string().contains('=');
            if let (Some(start), true) = (start, is_open) {
                return Some(Sequence::Range { start, end });
            }
        }
        let by_reference = by_reference || matches!(self.graph[list].ty, Ty::Ref(_));
        let mut list = self.behind(list);
        if !by_reference {
            // By value, the items are those of the list as it is now.
            list = self.read(list, expr.span());
        }
        Some(Sequence::Elements { list, by_reference })
    }

    fn adapted<'a>(&mut self, call: &'a ExprMethodCall) -> Option<Sequence<'a>> {
        let name = call.method.to_string();
        let args: Vec<&'a Expr> = call.args.iter().collect();
        match (name.as_str(), &args[..]) {
            ("iter", []) => return self.elements(&call.receiver, true),
            ("iter_mut", []) => {
                return self.changed_elements(&call.receiver);
            }
            ("windows" | "chunks" | "chunks_exact", [size]) => {
                let list = self.list_of(&call.receiver);
                let list = self.behind(list);
                let size = self.count(size);
                let exact = name == "chunks_exact";
                return Some(match name.as_str() {
                    "windows" => Sequence::Windows { list, size },
                    _ => Sequence::Chunks { list, size, exact },
                });
            }
            _ => {}
        }
        let inner = Box::new(self.sequence_of(&call.receiver)?);
        Some(match (name.as_str(), &args[..]) {
            ("into_iter" | "by_ref" | "fuse", []) => *inner,
            ("rev", []) => {
                match inner.reversed() {
                    Some(reversed) => reversed,
                    None => return self.refused_adaptor(
                        call,
                        "`rev` of a sequence whose length shows only on the way is not supported",
                    ),
                }
            }
            ("enumerate", []) => Sequence::Enumerated(inner),
            ("copied" | "cloned", []) => Sequence::Copied(inner),
            ("flatten", []) => Sequence::Flattened(inner, None),
            ("zip", [other]) => {
                let other = Box::new(self.sequence_of(other)?);
                if has_closure(&call.receiver, &|closure| {
                    !changed_for_certain(closure).is_empty()
                }) {
                    return self.refused_adaptor(
                        call,
                        "`zip` behind a closure that changes something is not supported",
                    );
                }
                if !inner.is_indexed() && !other.is_indexed() {
                    return self.refused_adaptor(call, "`zip` of two sequences whose lengths show only on the way is not supported");
                }
                Sequence::Zipped(inner, other)
            }
            ("chain", [other]) => {
                let other_items = Box::new(self.sequence_of(other)?);
                if [&*call.receiver, *other].iter().any(|expr| lends(expr)) {
                    return self.refused_chain(
                        call,
                        "`chain` of items that may be changed is not supported",
                    );
                }
                if !inner.is_indexed() || !other_items.is_indexed() {
                    return self.refused_chain(
                        call,
                        "`chain` of a sequence whose length shows only on the way is not supported",
                    );
                }
                Sequence::Chained(inner, other_items)
            }
            ("scan", [start, function]) => {
                let start = self.expression(start);
                let name = format!("state{}", self.next_region());
                let state = self.cell(&name, start, call.method.span());
                Sequence::Scanned(inner, state, function)
            }
            ("skip", [count]) => Sequence::Skipped(self.ordered(inner, call), self.count(count)),
            ("take", [count]) => Sequence::Taken(inner, self.count(count)),
            ("step_by", [count]) => Sequence::Stepped(self.ordered(inner, call), self.count(count)),
            ("map", [function]) => Sequence::Mapped(inner, function),
            ("filter", [test]) => Sequence::Filtered(inner, test),
            ("take_while", [test]) => Sequence::TakenWhile(inner, test),
            ("flat_map", [function]) => Sequence::Flattened(inner, Some(function)),
            _ => {
                return self.refused_adaptor(call, &format!("`{name}` is not supported here"));
            }
        })
    }

    /// Of items that are left out, too, the closures of the chain before are called.
    fn ordered<'a>(&self, items: Box<Sequence<'a>>, call: &ExprMethodCall) -> Box<Sequence<'a>> {
        match has_closure(&call.receiver, &|closure| self.may_change(closure)) {
            true => Box::new(Sequence::Ordered(items)),
            false => items,
        }
    }

    fn count(&mut self, count: &Expr) -> Value {
        self.check_index(count);
        self.position(count)
    }

    fn refused_chain<'a>(&mut self, call: &ExprMethodCall, message: &str) -> Option<Sequence<'a>> {
        self.error(
            call.method.span(),
            message,
            "write a `for` loop for each of the two, one behind the other",
        );
        None
    }

    fn refused_adaptor<'a>(
        &mut self,
        call: &ExprMethodCall,
        message: &str,
    ) -> Option<Sequence<'a>> {
        self.error(
            call.method.span(),
            message,
            "write the iteration as a `for` loop",
        );
        None
    }
}

/// `std::iter::once(x)`
fn only_item(expr: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let mut names = path.path.segments.iter().rev().map(|part| &part.ident);
    let is_iter = |name: &syn::Ident| name == "iter";
    let is_once = names.next()? == "once" && names.next().is_none_or(is_iter);
    call.args
        .first()
        .filter(|_| is_once && call.args.len() == 1)
}

/// Whether the items of a chain are places that may be changed.
fn lends(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => lends(&inner.expr),
        Expr::Reference(reference) => reference.mutability.is_some(),
        Expr::MethodCall(call) => {
            call.method == "iter_mut"
                || lends(&call.receiver)
                || ["zip", "chain"].iter().any(|name| call.method == name)
                    && call.args.iter().any(lends)
        }
        _ => false,
    }
}

/// Whether there is such a closure among those that the adaptors of a chain are given.
fn has_closure(chain: &Expr, is_one: &dyn Fn(&Expr) -> bool) -> bool {
    match chain {
        Expr::Paren(inner) => has_closure(&inner.expr, is_one),
        Expr::MethodCall(call) => {
            let closures = call
                .args
                .iter()
                .filter(|arg| matches!(arg, Expr::Closure(_)));
            has_closure(&call.receiver, is_one) || closures.into_iter().any(is_one)
        }
        _ => false,
    }
}
