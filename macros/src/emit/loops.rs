//! Loops, and what they keep of each iteration.

use super::Emitter;
use crate::ir::{Head, Loop, Op, Region, Stmt, Ty, Value};
use proc_macro2::TokenStream;
use quote::quote;

impl Emitter<'_> {
    /// Expands to: `for i in 0..n { .. trace.push((i, h)); }`
    pub(super) fn repeat(&self, forward: &Loop) -> TokenStream {
        let rt = &self.rt;
        let trace = self.plan.kept.traces.get(&forward.id).copied();
        let body = self.statements(&forward.body);
        let push = trace.map(|trace| {
            let trace = self.variable(trace);
            let kept = self.iteration(forward.id, &forward.head);
            let kept = kept.into_iter().map(|value| self.owned(value));
            quote!(#trace.push((#(#kept,)*));)
        });
        let stop = forward.stop.map(|stop| {
            let stop = self.value(stop).tokens();
            quote!(if #stop { break; })
        });
        let body = quote!({ #body #push #stop });
        let begin = trace.map(|trace| {
            let trace = self.variable(trace);
            quote!(let mut #trace = #rt::Vec::new();)
        });
        let repeat = match &forward.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } => {
                let index = self.variable(*index);
                let range = self.range(*start, *end, *backwards);
                quote!(for #index in #range #body)
            }
            Head::While { test } => self.while_loop(test, &body),
        };
        quote!(#begin #repeat)
    }

    /// What the trace holds of an iteration: the index of a `for`, and what is kept.
    fn iteration(&self, id: usize, head: &Head) -> Vec<Value> {
        let index = match head {
            Head::Range { index, .. } => Some(*index),
            Head::While { .. } => None,
        };
        index
            .into_iter()
            .chain(self.plan.kept.of((id, 0)).iter().copied())
            .collect()
    }

    fn range(&self, start: Value, end: Value, backwards: bool) -> TokenStream {
        let (start, end) = (self.value(start), self.value(end));
        let (start, end) = (
            start.at(super::code::Binding::Sum),
            end.at(super::code::Binding::Sum),
        );
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
        let cond = self.value(cond).at(super::code::Binding::Prefix);
        quote!(loop { #statements if !#cond { break; } #body })
    }

    /// Expands to: `for &(i, h) in trace.iter().rev() { .. }`
    pub(super) fn mirrored_loop(&self, body: &Loop) -> TokenStream {
        let id = body.mirrors.expect("checked by the caller");
        let Some(trace) = self.plan.kept.traces.get(&id) else {
            let Head::Range {
                index,
                start,
                end,
                backwards,
            } = &body.head
            else {
                unreachable!("a `while` always has a trace")
            };
            let index = self.variable(*index);
            let range = self.range(*start, *end, *backwards);
            let statements = self.mirrored_body(id, body);
            return quote!(for #index in #range { #statements });
        };
        let trace = self.variable(*trace);
        let kept = self.iteration(id, &body.head);
        let all_copy = kept.iter().all(|value| self.is_copy(*value));
        if !all_copy {
            self.borrowed.borrow_mut().extend(kept.iter().copied());
        }
        let names: Vec<_> = kept.iter().map(|value| self.variable(*value)).collect();
        let pattern = if all_copy {
            quote!(&(#(#names,)*))
        } else {
            quote!((#(#names,)*))
        };
        let statements = self.mirrored_body(id, body);
        quote!(for #pattern in #trace.iter().rev() { #statements })
    }

    fn mirrored_body(&self, id: usize, body: &Loop) -> TokenStream {
        let again = self.plan.kept.again((id, 0)).iter();
        let again: TokenStream = again.map(|value| self.binding(*value)).collect();
        let statements = self.statements(&body.body);
        quote!(#again #statements)
    }

    /// Whether a value is kept by copying bits.
    pub(super) fn is_copy(&self, value: Value) -> bool {
        let node = &self.derivative.graph[value];
        matches!(node.ty, Ty::Float(_) | Ty::Int | Ty::Bool) && !matches!(node.op, Op::Cell(_))
    }
}
