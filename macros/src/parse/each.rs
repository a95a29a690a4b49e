//! The loop over a sequence: one over an index at its base, and around the body what the adaptors do to an item.

use super::Lower;
use super::closure::behind_parens;
use super::control::Arm;
use super::loops::index_name;
use super::sequence::Sequence;
use crate::ir::{Head, Loop, Op, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use quote::quote;
use syn::{Expr, Stmt};

/// What is run for an item.
type Body<'a, 'b> = &'a mut dyn FnMut(&mut Lower<'b>, Value);

/// What the loops of a sequence have in common.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    /// What the index is called.
    pub(super) name: Option<&'a str>,
    /// The cell that ends them.
    pub(super) stop: Option<Value>,
    pub(super) span: Span,
}

/// What a closure calls its one parameter.
pub(super) fn parameter(function: &Expr) -> Option<String> {
    match behind_parens(function) {
        Expr::Closure(closure) if closure.inputs.len() == 1 => index_name(&closure.inputs[0]),
        _ => None,
    }
}

impl<'b> Lower<'b> {
    /// Runs `body` for each item of a sequence, in order.
    pub(super) fn each(
        &mut self,
        sequence: &Sequence<'_>,
        span: Span,
        body: impl FnOnce(&mut Self, Value),
    ) {
        let stop = sequence.may_stop().then(|| self.flag("stop", span));
        let base = Base {
            name: None,
            stop,
            span,
        };
        self.drive_once(sequence, base, body);
    }

    pub(super) fn drive_once(
        &mut self,
        sequence: &Sequence<'_>,
        base: Base<'_>,
        body: impl FnOnce(&mut Self, Value),
    ) {
        let mut body = Some(body);
        self.drive(sequence, base, &mut |lower, item| {
            let body = body.take().expect("every sequence comes down to one loop");
            body(lower, item);
        });
    }

    fn drive(&mut self, sequence: &Sequence<'_>, base: Base<'_>, body: Body<'_, 'b>) {
        let span = base.span;
        let name = match sequence {
            Sequence::Mapped(inner, function) | Sequence::Flattened(inner, Some(function))
                if inner.is_range() =>
            {
                parameter(function)
            }
            _ => None,
        };
        let base = Base {
            name: base.name.or(name.as_deref()),
            ..base
        };
        match sequence {
            Sequence::Mapped(inner, function) => self.drive(inner, base, &mut |lower, item| {
                let item = lower.applied(function, vec![item], span);
                body(lower, item);
            }),
            Sequence::Ordered(inner) => self.drive(inner, base, body),
            Sequence::Copied(inner) => self.drive(inner, base, &mut |lower, item| {
                let item = lower.operand(item);
                body(lower, item);
            }),
            Sequence::Filtered(inner, test) => self.drive(inner, base, &mut |lower, item| {
                let cond = lower.passes(test, item, span);
                lower.where_holds(cond, span, &mut |lower| body(lower, item));
            }),
            Sequence::TakenWhile(inner, test) => self.drive(inner, base, &mut |lower, item| {
                let cond = lower.passes(test, item, span);
                lower.while_holds(cond, base, |lower| body(lower, item));
            }),
            Sequence::Scanned(inner, state, function) => {
                self.drive(inner, base, &mut |lower, item| {
                    let lent = lower.reference_to(*state, span);
                    lower.exclusive.insert(lent);
                    let made = lower.applied(function, vec![lent, item], span);
                    lower.where_some(made, base, body);
                });
            }
            Sequence::Flattened(outer, function) => self.drive(outer, base, &mut |lower, item| {
                lower.flattened(item, *function, base, body);
            }),
            Sequence::Enumerated(inner) if !inner.is_indexed() => {
                self.counted(inner, base, &mut |lower, item, count| {
                    let item = lower.pair(count, item, span);
                    body(lower, item);
                });
            }
            Sequence::Skipped(inner, from) if !inner.is_indexed() => {
                self.counted(inner, base, &mut |lower, item, count| {
                    let uses = vec![("count", count), ("from", *from)];
                    let cond = lower.composed(quote!(count >= from), uses, Ty::Bool, span);
                    lower.where_holds(cond, span, &mut |lower| body(lower, item));
                });
            }
            Sequence::Stepped(inner, step) if !inner.is_indexed() => {
                self.counted(inner, base, &mut |lower, item, count| {
                    let uses = vec![("count", count), ("step", *step)];
                    let cond = lower.composed(quote!(count % step == 0), uses, Ty::Bool, span);
                    lower.where_holds(cond, span, &mut |lower| body(lower, item));
                });
            }
            Sequence::Taken(inner, most) if !inner.is_indexed() => {
                self.limited(inner, base, *most, &mut |lower, item, _| body(lower, item));
            }
            Sequence::Zipped(a, b) if !sequence.is_indexed() => {
                let (ordered, indexed) = match a.is_indexed() {
                    true => (b, a),
                    false => (a, b),
                };
                let pair = &mut |lower: &mut Self, item, count| {
                    let other = lower.item(indexed, count, span);
                    let pair = match a.is_indexed() {
                        true => lower.pair(other, item, span),
                        false => lower.pair(item, other, span),
                    };
                    body(lower, pair);
                };
                match self.len(indexed, span) {
                    Some(len) => self.limited(ordered, base, len, pair),
                    None => self.counted(ordered, base, pair),
                }
            }
            other => self.indexed(other, base, body),
        }
    }

    /// The loop over the index of a sequence.
    fn indexed(&mut self, sequence: &Sequence<'_>, base: Base<'_>, body: Body<'_, 'b>) {
        let span = base.span;
        let range = |sequence: &Sequence<'_>| match sequence {
            Sequence::Range { start, end } => Some((*start, *end)),
            _ => None,
        };
        let (bounds, backwards) = match sequence {
            Sequence::Reversed(inner) => (range(inner), true),
            other => (range(other), false),
        };
        // A range is run over itself, anything else by position; a list, backwards by its positions.
        let (sequence, backwards) = match (sequence, &bounds) {
            (Sequence::Reversed(inner), _) => (&**inner, backwards),
            _ => (sequence, backwards),
        };
        let (start, end) = match bounds {
            Some(bounds) => bounds,
            None => {
                let zero = self.composed(quote!(0), Vec::new(), Ty::Int, span);
                (zero, self.len(sequence, span))
            }
        };
        let Some(end) = end else {
            self.error(
                span,
                "a loop over a range without end is not supported",
                "give the range an end, or write `loop` with `break`",
            );
            return;
        };
        let index = self.graph.add(Op::Result, Ty::Int, false, span);
        self.graph[index].name = Some(base.name.unwrap_or("i").to_owned());
        self.env.loops += 1;
        let body = self.region(|lower| {
            lower.env.enter();
            let item = match bounds {
                Some(_) => index,
                None => lower.item(sequence, index, span),
            };
            body(lower, item);
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
            stop: base.stop,
            mirrors: None,
        })));
    }

    /// Runs `body` for what an option holds; where it holds nothing, the loops end.
    fn where_some(&mut self, option: Value, base: Base<'_>, body: Body<'_, 'b>) {
        let span = base.span;
        let some: syn::Path = syn::parse_quote!(::core::option::Option::Some);
        let cond = self.test(&syn::parse_quote!(#some(_)), option);
        self.while_holds(cond, base, |lower| {
            let item = lower.held_by(option, &some, span);
            body(lower, item);
        });
    }

    /// Runs `body` where a condition holds; where it does not, the loops end.
    fn while_holds(&mut self, cond: Value, base: Base<'_>, body: impl FnOnce(&mut Self)) {
        let span = base.span;
        let arms: [Arm<'_, 'b>; 2] = [
            Box::new(|lower| {
                body(lower);
                lower.unit(span)
            }),
            Box::new(|lower| {
                lower.set(base.stop, span);
                lower.unit(span)
            }),
        ];
        self.merged(cond, span, arms);
    }

    /// Runs `body` where a condition holds.
    fn where_holds(&mut self, cond: Value, span: Span, body: &mut dyn FnMut(&mut Self)) {
        let arms: [Arm<'_, 'b>; 2] = [
            Box::new(|lower| {
                body(lower);
                lower.unit(span)
            }),
            Box::new(|lower| lower.unit(span)),
        ];
        self.merged(cond, span, arms);
    }

    /// Whether an item passes the test of an adaptor, which sees it by reference.
    fn passes(&mut self, test: &Expr, item: Value, span: Span) -> Value {
        let reference = Ty::Ref(Box::new(self.graph[item].ty.clone()));
        let seen = self.add(Op::Ref(item), reference, span);
        if let Expr::Closure(closure) = behind_parens(test)
            && let [pattern] = &closure.inputs.iter().collect::<Vec<_>>()[..]
            && !matches!(*closure.body, Expr::Block(_))
        {
            self.env.enter();
            self.bind(pattern, seen);
            let cond = self.condition(&closure.body);
            self.env.leave();
            return cond;
        }
        match behind_parens(test) {
            Expr::Path(path) if self.callable(test).is_none() => {
                // A `bool` carries no derivative, whatever function says it.
                let tokens = quote!(#path(item));
                let cond = self.composed(tokens, vec![("item", seen)], Ty::Bool, span);
                if let Op::Rust(snippet) = &mut self.graph[cond].op {
                    snippet.repeatable = false;
                }
                cond
            }
            _ => self.applied(test, vec![seen], span),
        }
    }

    /// The items with how many came before.
    fn counted(
        &mut self,
        inner: &Sequence<'_>,
        base: Base<'_>,
        body: &mut dyn FnMut(&mut Self, Value, Value),
    ) {
        let span = base.span;
        let zero = self.composed(quote!(0_usize), Vec::new(), Ty::Int, span);
        let name = format!("count{}", self.next_region());
        let counter = self.hidden_cell(&name, zero, span);
        self.drive(inner, base, &mut |lower, item| {
            let count = lower.read(counter, span);
            let next = lower.composed(quote!(count + 1), vec![("count", count)], Ty::Int, span);
            lower.store(counter, next);
            body(lower, item, count);
        });
    }

    /// The same for at most so many items.
    fn limited(
        &mut self,
        inner: &Sequence<'_>,
        base: Base<'_>,
        most: Value,
        body: &mut dyn FnMut(&mut Self, Value, Value),
    ) {
        let span = base.span;
        self.counted(inner, base, &mut |lower, item, count| {
            let uses = vec![("count", count), ("most", most)];
            let cond = lower.composed(quote!(count < most), uses, Ty::Bool, span);
            lower.where_holds(cond, span, &mut |lower| body(lower, item, count));
            let uses = vec![("count", count), ("most", most)];
            let cond = lower.composed(quote!(count + 1 >= most), uses, Ty::Bool, span);
            lower.where_holds(cond, span, &mut |lower| lower.set(base.stop, span));
        });
    }

    /// The items of the sequence that is made of an item.
    fn flattened(
        &mut self,
        item: Value,
        function: Option<&Expr>,
        base: Base<'_>,
        body: Body<'_, 'b>,
    ) {
        let base = Base { name: None, ..base };
        let closure = match function.map(behind_parens) {
            None => {
                let by_reference = matches!(self.graph[item].ty, Ty::Ref(_));
                let list = self.behind(item);
                return self.drive(&Sequence::Elements { list, by_reference }, base, body);
            }
            Some(Expr::Closure(closure)) if closure.inputs.len() == 1 => closure,
            Some(other) => {
                self.error_on(
                    other,
                    "`flat_map` is supported for a closure written in place",
                    "write the closure in place, or the iteration as `for` loops",
                );
                return;
            }
        };
        self.env.enter();
        self.bind(&closure.inputs[0], item);
        let mut made = &*closure.body;
        while let Expr::Block(block) = made
            && let Some((Stmt::Expr(last, None), stmts)) = block.block.stmts.split_last()
        {
            stmts.iter().for_each(|stmt| self.statement(stmt));
            made = last;
        }
        if let Some(sequence) = self.sequence_of(made) {
            self.drive(&sequence, base, body);
        }
        self.env.leave();
    }
}
