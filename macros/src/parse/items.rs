//! The length of a sequence, and its item at an index.

use super::Lower;
use super::control::Arm;
use super::sequence::Sequence;
use crate::ir::{Op, Ty, Value};
use proc_macro2::Span;
use quote::quote;

/// What of an item is a reference.
enum Seen {
    Value,
    Reference,
    Tuple(Vec<Seen>),
}

impl Lower<'_> {
    /// The number of items of a sequence that has one for each index; `None` where it goes on for ever.
    pub(super) fn len(&mut self, sequence: &Sequence<'_>, span: Span) -> Option<Value> {
        let composed = |lower: &mut Self, tokens, uses| lower.composed(tokens, uses, Ty::Int, span);
        Some(match sequence {
            Sequence::Range { start, end } => {
                let end = (*end)?;
                if self.is_zero(*start) {
                    return Some(end);
                }
                composed(
                    self,
                    quote!(if end > start { end - start } else { 0 }),
                    vec![("end", end), ("start", *start)],
                )
            }
            Sequence::Elements { list, .. } => {
                composed(self, quote!(list.len()), vec![("list", *list)])
            }
            Sequence::Windows { list, size } => composed(
                self,
                quote!(list.windows(size).len()),
                vec![("list", *list), ("size", *size)],
            ),
            Sequence::Chunks { list, size, exact } => {
                let tokens = match exact {
                    true => quote!(list.chunks_exact(size).len()),
                    false => quote!(list.chunks(size).len()),
                };
                composed(self, tokens, vec![("list", *list), ("size", *size)])
            }
            Sequence::Reversed(inner)
            | Sequence::Enumerated(inner)
            | Sequence::Mapped(inner, _)
            | Sequence::Copied(inner)
            | Sequence::Ordered(inner)
            | Sequence::Filtered(inner, _)
            | Sequence::TakenWhile(inner, _)
            | Sequence::Scanned(inner, ..)
            | Sequence::Flattened(inner, _) => return self.len(inner, span),
            Sequence::Chained(a, b) => {
                let (a, b) = (self.len(a, span)?, self.len(b, span)?);
                composed(self, quote!(a + b), vec![("a", a), ("b", b)])
            }
            Sequence::Zipped(a, b) => match (self.len(a, span), self.len(b, span)) {
                (Some(a), Some(b)) => composed(
                    self,
                    quote!(::core::cmp::Ord::min(a, b)),
                    vec![("a", a), ("b", b)],
                ),
                (a, b) => return a.or(b),
            },
            Sequence::Skipped(inner, count) => {
                let len = self.len(inner, span)?;
                composed(
                    self,
                    quote!(if len > count { len - count } else { 0 }),
                    vec![("len", len), ("count", *count)],
                )
            }
            Sequence::Taken(inner, count) => match self.len(inner, span) {
                Some(len) => composed(
                    self,
                    quote!(::core::cmp::Ord::min(len, count)),
                    vec![("len", len), ("count", *count)],
                ),
                None => *count,
            },
            Sequence::Stepped(inner, count) => {
                let len = self.len(inner, span)?;
                composed(
                    self,
                    quote!((len + count - 1) / count),
                    vec![("len", len), ("count", *count)],
                )
            }
        })
    }

    pub(super) fn is_zero(&self, value: Value) -> bool {
        matches!(&self.graph[value].op, Op::Rust(snippet) if snippet.tokens.to_string() == "0")
    }

    /// The item at a position that counts from zero.
    pub(super) fn item(&mut self, sequence: &Sequence<'_>, index: Value, span: Span) -> Value {
        match sequence {
            Sequence::Range { start, .. } => {
                if self.is_zero(*start) {
                    return index;
                }
                self.composed(
                    quote!(start + index),
                    vec![("start", *start), ("index", index)],
                    Ty::Int,
                    span,
                )
            }
            Sequence::Elements { list, by_reference } => {
                let element = self.element(*list, index, span);
                if *by_reference {
                    self.reference_to(element, span)
                } else {
                    self.read(element, span)
                }
            }
            Sequence::Windows { list, size } => {
                let uses = vec![("start", index), ("size", *size)];
                let range = self.composed(quote!(start..start + size), uses, Ty::Range, span);
                let window = self.slice_by(*list, range, span);
                self.reference_to(window, span)
            }
            Sequence::Chunks { list, size, exact } => {
                let uses = vec![("index", index), ("size", *size)];
                let start = self.composed(quote!(index * size), uses, Ty::Int, span);
                let uses = vec![("start", start), ("size", *size)];
                let mut end = self.composed(quote!(start + size), uses, Ty::Int, span);
                if !exact {
                    end = self.composed(
                        quote!(::core::cmp::Ord::min(end, list.len())),
                        vec![("end", end), ("list", *list)],
                        Ty::Int,
                        span,
                    );
                }
                let uses = vec![("start", start), ("end", end)];
                let range = self.composed(quote!(start..end), uses, Ty::Range, span);
                let chunk = self.slice_by(*list, range, span);
                self.reference_to(chunk, span)
            }
            Sequence::Enumerated(inner) => {
                let item = self.item(inner, index, span);
                self.pair(index, item, span)
            }
            Sequence::Zipped(a, b) => {
                let (a, b) = (self.item(a, index, span), self.item(b, index, span));
                self.pair(a, b, span)
            }
            Sequence::Skipped(inner, count) => {
                let uses = vec![("index", index), ("count", *count)];
                let index = self.composed(quote!(index + count), uses, Ty::Int, span);
                self.item(inner, index, span)
            }
            Sequence::Stepped(inner, count) => {
                let uses = vec![("index", index), ("count", *count)];
                let index = self.composed(quote!(index * count), uses, Ty::Int, span);
                self.item(inner, index, span)
            }
            Sequence::Reversed(inner) => {
                let len = self.len(inner, span);
                let len = len.expect("a sequence without end is not reversed");
                let uses = vec![("len", len), ("index", index)];
                let index = self.composed(quote!(len - 1 - index), uses, Ty::Int, span);
                self.item(inner, index, span)
            }
            Sequence::Mapped(inner, function) => {
                let item = self.item(inner, index, span);
                self.applied(function, vec![item], span)
            }
            Sequence::Copied(inner) => {
                let item = self.item(inner, index, span);
                self.operand(item)
            }
            Sequence::Taken(inner, _)
            | Sequence::Ordered(inner)
            | Sequence::Filtered(inner, _)
            | Sequence::TakenWhile(inner, _)
            | Sequence::Scanned(inner, ..)
            | Sequence::Flattened(inner, _) => self.item(inner, index, span),
            Sequence::Chained(a, b) => self.item_of_either([a, b], index, span),
        }
    }

    /// The item of two sequences of which the second comes behind the first.
    fn item_of_either(&mut self, [a, b]: [&Sequence<'_>; 2], index: Value, span: Span) -> Value {
        let Some(len) = self.len(a, span) else {
            return self.item(a, index, span);
        };
        let uses = vec![("index", index), ("len", len)];
        let cond = self.composed(quote!(index < len), uses.clone(), Ty::Bool, span);
        let mut seen = Seen::Value;
        let arms: [Arm<'_, '_>; 2] = [
            Box::new(|lower| {
                let item = lower.item(a, index, span);
                seen = lower.how_seen(item);
                lower.without_references(item)
            }),
            Box::new(move |lower| {
                let index = lower.composed(quote!(index - len), uses, Ty::Int, span);
                let item = lower.item(b, index, span);
                lower.without_references(item)
            }),
        ];
        let item = self.merged(cond, span, arms);
        self.seen_as(&seen, item, span)
    }

    fn how_seen(&self, item: Value) -> Seen {
        match (&self.graph[item].op, &self.graph[item].ty) {
            (Op::Tuple(parts), _) => {
                Seen::Tuple(parts.iter().map(|part| self.how_seen(*part)).collect())
            }
            (_, Ty::Ref(_)) => Seen::Reference,
            _ => Seen::Value,
        }
    }

    /// An item without its references.
    fn without_references(&mut self, item: Value) -> Value {
        let (op, span) = (self.graph[item].op.clone(), self.graph[item].span);
        match op {
            Op::Tuple(parts) => {
                let parts: Vec<Value> = parts
                    .into_iter()
                    .map(|part| self.without_references(part))
                    .collect();
                let ty = Ty::Tuple(parts.iter().map(|v| self.graph[*v].ty.clone()).collect());
                self.add(Op::Tuple(parts), ty, span)
            }
            _ if matches!(self.graph[item].ty, Ty::Ref(_)) => self.operand(item),
            _ => item,
        }
    }

    /// The same with them.
    fn seen_as(&mut self, seen: &Seen, item: Value, span: Span) -> Value {
        match seen {
            Seen::Value => item,
            Seen::Reference => self.reference_to(item, span),
            Seen::Tuple(seen) => {
                let parts = seen.iter().enumerate().map(|(index, seen)| {
                    let member = syn::Member::Unnamed(syn::Index::from(index));
                    let part = self.part(item, member, span);
                    self.seen_as(seen, part, span)
                });
                let parts: Vec<Value> = parts.collect();
                let ty = Ty::Tuple(parts.iter().map(|v| self.graph[*v].ty.clone()).collect());
                self.add(Op::Tuple(parts), ty, span)
            }
        }
    }

    pub(super) fn reference_to(&mut self, place: Value, span: Span) -> Value {
        let ty = Ty::Ref(Box::new(self.graph[place].ty.clone()));
        self.add(Op::Ref(place), ty, span)
    }

    pub(super) fn pair(&mut self, a: Value, b: Value, span: Span) -> Value {
        let ty = Ty::Tuple(vec![self.graph[a].ty.clone(), self.graph[b].ty.clone()]);
        self.add(Op::Tuple(vec![a, b]), ty, span)
    }
}
