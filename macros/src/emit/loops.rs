//! Loops, and what they keep of each iteration.

use super::Emitter;
use super::code::Binding;
use super::names::ident;
use crate::ir::{FloatTy, Head, Loop, Op, Region, Stmt, Ty, Value};
use crate::plan::{Bound, Shared};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::HashSet;

/// The most iterations that are kept on the stack.
const MOST_ON_THE_STACK: usize = 1024;
/// The longest tuple that has a default.
const MOST_DEFAULTS: usize = 12;
/// The most ranges that room is made for.
const MOST_RANGES: usize = 4;

impl Emitter<'_> {
    /// Expands to: `for i in 0..n { .. trace.push((i, h)); }`, and in a loop to `for (i, slot) in rt::slots(&mut trace, 0..n)
    /// { .. *slot = (h,); }`, where each iteration keeps numbers.
    pub(super) fn repeat(&self, forward: &Loop) -> TokenStream {
        self.within_loop(|| self.forward_loop(forward))
    }

    fn forward_loop(&self, forward: &Loop) -> TokenStream {
        let rt = &self.rt;
        let trace = self.plan.kept.traces.get(&forward.id).copied();
        let is_shared = self.plan.kept.rest(forward.id).is_some();
        let is_fused = self.derivative.fused.contains_key(&forward.id);
        if is_fused {
            self.emptied.replace(branching(&forward.body));
        }
        let body = self.statements(&forward.body);
        if is_fused {
            self.emptied.take();
        }
        let own_stack = self.own_stack(forward);
        let has_slots = trace.is_some() && self.has_slots(forward) && own_stack.is_none();
        let slot = has_slots.then(|| ident(&self.names.fresh("slot")));
        let push = trace.map(|trace| {
            let trace = self.variable(trace);
            let kept = self.iteration(forward);
            let kept = kept.into_iter().map(|value| self.given_up(value));
            match &slot {
                Some(slot) => quote!(*#slot = (#(#kept,)*);),
                None => quote!(#trace.push((#(#kept,)*));),
            }
        });
        let (begin_count, count) = match self.plan.kept.counts.get(&forward.id) {
            Some(&count) => {
                let count = self.variable(count);
                (quote!(let mut #count = 0_usize;), quote!(#count += 1;))
            }
            None => Default::default(),
        };
        let stop = forward.stop.map(|stop| {
            let stop = self.value(stop).tokens();
            quote!(if #stop { break; })
        });
        let body = quote!({ #body #push #count #stop });
        let begin = trace.filter(|_| !is_shared).map(|trace| {
            let trace = self.variable(trace);
            match self.stack(forward) {
                Some(stack) => begin(&trace, &stack),
                None => self.begin_trace(forward.id, trace, &self.storage(forward)),
            }
        });
        let own = own_stack.or_else(|| has_slots.then(|| self.short(forward)).flatten());
        let begin_shared = self.begin_shared_traces(forward.id, own.as_ref());
        let repeat = match &forward.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } => {
                let index = self.variable(*index);
                let range = self.range(*start, *end, *backwards);
                match (slot, trace) {
                    (Some(slot), Some(trace)) => {
                        let trace = self.variable(trace);
                        quote!(for (#index, #slot) in #rt::slots(&mut #trace, #range) #body)
                    }
                    _ => quote!(for #index in #range #body),
                }
            }
            Head::While { test } => self.while_loop(test, &body),
        };
        quote!(#begin_shared #begin #begin_count #repeat)
    }

    /// Expands to: `let mut trace = rt::Vec::new();`, or to `trace.clear();` where the trace of the iteration before is used again.
    fn begin_trace(&self, id: usize, trace: Ident, storage: &TokenStream) -> TokenStream {
        match self.emptied.borrow().contains(&id) {
            true => self.trace_anew(&trace),
            false => begin(&trace, storage),
        }
    }

    /// That of a loop whose trace begins where it does.
    fn own_stack(&self, forward: &Loop) -> Option<TokenStream> {
        self.begins_its_trace(forward)
            .then(|| self.stack(forward))
            .flatten()
    }

    /// The trace of a loop that stands in no other: functions of short lists need no heap then.
    fn short(&self, forward: &Loop) -> Option<TokenStream> {
        let rt = &self.rt;
        (self.begins_its_trace(forward) && self.is_outermost_loop())
            .then(|| quote!(#rt::Short::new()))
    }

    fn begins_its_trace(&self, forward: &Loop) -> bool {
        let is_own = |shared: Shared<'_>| shared.id == forward.id;
        self.plan.kept.shared(forward.id).any(is_own)
    }

    /// A trace on the stack, where the number of iterations is a constant.
    fn stack(&self, forward: &Loop) -> Option<TokenStream> {
        let rt = &self.rt;
        let Head::Range { start, end, .. } = &forward.head else {
            return None;
        };
        let count = self.constant_count(*start, *end)?;
        self.keeps_numbers(forward)
            .then(|| quote!(#rt::Stack::<_, #count>::new()))
    }

    /// Whether what a loop keeps of an iteration has a default.
    fn keeps_numbers(&self, repeat: &Loop) -> bool {
        let kept = self.iteration(repeat);
        let is_number = |value: &Value| {
            let ty = &self.derivative.graph[*value].ty;
            self.is_copy(*value) && !matches!(ty, Ty::Float(FloatTy::Generic(_)) | Ty::Other)
        };
        kept.len() <= MOST_DEFAULTS && kept.iter().all(is_number)
    }

    /// Whether each step of a range writes to a place that is made for it, in a trace for all runs of the loop.
    pub(super) fn has_slots(&self, repeat: &Loop) -> bool {
        let id = repeat.mirrors.unwrap_or(repeat.id);
        matches!(repeat.head, Head::Range { .. })
            && !self.plan.kept.counts.contains_key(&id)
            && self.plan.kept.rest(id).is_some()
            && self.keeps_numbers(repeat)
    }

    /// Any other, with room for all iterations where all of them run.
    fn storage(&self, forward: &Loop) -> TokenStream {
        let rt = &self.rt;
        match &forward.head {
            Head::Range { start, end, .. } if forward.stop.is_none() => {
                let range = self.range(*start, *end, false);
                quote!(#rt::reserved(&(#range)))
            }
            _ => quote!(#rt::Vec::new()),
        }
    }

    /// How often a loop runs, where that can be written as the length of an array.
    pub(super) fn constant_count(&self, start: Value, end: Value) -> Option<TokenStream> {
        let (start, end) = (self.value(start).tokens(), self.constant(end)?);
        let number = |tokens: &TokenStream| tokens.to_string().parse::<usize>().ok();
        match (number(&start)?, number(&end)) {
            (start, Some(end)) => {
                let count = end.saturating_sub(start);
                let literal = Literal::usize_unsuffixed(count);
                (count <= MOST_ON_THE_STACK).then(|| quote!(#literal))
            }
            (0, None) => Some(end),
            _ => None,
        }
    }

    /// A literal, a generic constant, or the length of an array whose type says it.
    fn constant(&self, value: Value) -> Option<TokenStream> {
        let graph = &self.derivative.graph;
        let Op::Rust(snippet) = &graph[value].op else {
            return None;
        };
        match &snippet.uses[..] {
            [] => {
                let consts = self.signature.const_generics();
                let tokens = &snippet.tokens;
                let text = tokens.to_string();
                let is_known = text.parse::<usize>().is_ok() || consts.contains(&text);
                is_known.then(|| tokens.clone())
            }
            [_] => {
                let list = snippet.length_of()?;
                let Op::Param(index) = graph[graph.behind_refs(list)].op else {
                    return None;
                };
                let len = self.signature.params[index].array_len()?;
                let text = len.to_string();
                let consts = self.signature.const_generics();
                (text.parse::<usize>().is_ok() || consts.contains(&text)).then_some(len)
            }
            _ => None,
        }
    }

    /// Expands to: `let mut trace = rt::reserved(&(0..years, 0..n));`, for every loop that is a statement or stands in it and has
    /// one trace for all its runs; that of the statement itself may be on the stack.
    pub(super) fn begin_shared_traces(&self, id: usize, own: Option<&TokenStream>) -> TokenStream {
        let shared = self.plan.kept.shared(id);
        shared
            .map(|shared| {
                let trace = self.variable(shared.trace);
                match own.filter(|_| shared.id == id) {
                    Some(stack) => begin(&trace, stack),
                    None => self.begin_trace(id, trace, &self.room(shared.room)),
                }
            })
            .collect()
    }

    /// A list with room for what is known of the iterations.
    fn room(&self, room: &[[Bound; 2]]) -> TokenStream {
        let rt = &self.rt;
        let bound = |bound: &Bound| match bound {
            Bound::Known(value) => self.value(*value).at(Binding::Sum),
            Bound::Written(value) => self.definition(*value, None).at(Binding::Sum),
        };
        let ranges = room.iter().map(|[start, end]| {
            let (start, end) = (bound(start), bound(end));
            quote!(#start..#end)
        });
        match &ranges.take(MOST_RANGES).collect::<Vec<_>>()[..] {
            [] => quote!(#rt::Vec::new()),
            [range] => quote!(#rt::reserved(&(#range))),
            ranges => quote!(#rt::reserved(&(#(#ranges),*))),
        }
    }

    /// What the trace holds of an iteration: what is kept, after the index of a `for` where the range is not enough to know it.
    pub(super) fn iteration(&self, repeat: &Loop) -> Vec<Value> {
        let id = repeat.mirrors.unwrap_or(repeat.id);
        let is_counted = self.plan.kept.counts.contains_key(&id);
        let index = match &repeat.head {
            Head::Range { index, .. } if is_counted || self.plan.kept.rest(id).is_none() => {
                Some(*index)
            }
            _ => None,
        };
        index
            .into_iter()
            .chain(self.plan.kept.of((id, 0)).iter().copied())
            .collect()
    }

    pub(super) fn range(&self, start: Value, end: Value, backwards: bool) -> TokenStream {
        let (start, end) = (self.value(start), self.value(end));
        let (start, end) = (start.at(Binding::Sum), end.at(Binding::Sum));
        if backwards {
            quote!((#start..#end).rev())
        } else {
            quote!(#start..#end)
        }
    }

    fn while_loop(&self, test: &Region, body: &TokenStream) -> TokenStream {
        let cond = test.yields[0];
        let only_condition = test.stmts.iter().all(|stmt| match stmt {
            Stmt::Let(value) => {
                *value == cond || !self.is_variable(*value) || !self.plan.is_needed(*value)
            }
            _ => false,
        });
        if only_condition {
            let cond = self.definition(cond, None).tokens();
            if cond.to_string() == "true" {
                return quote!(loop #body);
            }
            return quote!(while #cond #body);
        }
        let statements = self.statements(test);
        let cond = self.value(cond).at(Binding::Prefix);
        quote!(loop { #statements if !#cond { break; } #body })
    }

    /// A value for a trace, at the end of the region that it is made in.
    pub(super) fn given_up(&self, value: Value) -> TokenStream {
        if self.is_variable(value) && !self.is_borrowed(value) {
            let name = self.variable(value);
            return quote!(#name);
        }
        self.owned(value)
    }

    /// Whether a value is kept by copying bits.
    pub(super) fn is_copy(&self, value: Value) -> bool {
        let node = &self.derivative.graph[value];
        let is_number = matches!(node.ty, Ty::Float(_) | Ty::Int | Ty::Bool);
        matches!(node.op, Op::ShapeOf(_)) || is_number && !matches!(node.op, Op::Cell(_))
    }
}

fn begin(trace: &Ident, storage: &TokenStream) -> TokenStream {
    quote!(let mut #trace = #storage;)
}

/// The loops and branches that are statements of a region.
fn branching(region: &Region) -> HashSet<usize> {
    let numbers = region.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Loop(body) => Some(body.id),
        Stmt::If(branch) => Some(branch.id),
        _ => None,
    });
    numbers.collect()
}
