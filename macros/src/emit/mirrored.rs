//! Loops of the backward sweep: those of the forward sweep from the last iteration to the first.

use super::Emitter;
use super::names::ident;
use super::windows::InWindows;
use crate::ir::{Head, Loop, Region, Value};
use crate::plan::Shared;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

impl Emitter<'_> {
    /// Expands to: `let mut rest = &trace[..];`
    pub(super) fn reverse_shared_traces(&self, id: usize) -> TokenStream {
        let shared = self.plan.kept.shared(id);
        shared
            .map(|Shared { trace, rest, .. }| {
                let (trace, rest) = (self.variable(trace), self.variable(rest));
                quote!(let mut #rest = &#trace[..];)
            })
            .collect()
    }

    /// Expands to: `for &(i, h) in trace.iter().rev() { .. }`; in a loop to `for (i, &(h,)) in rt::back(&mut rest, 0..n) { .. }`,
    /// and to `for i in (0..n).rev() { let &(h,) = rt::last(&mut rest); .. }` where not each step has its slot.
    pub(super) fn mirrored_loop(&self, body: &Loop) -> TokenStream {
        self.within_loop(|| self.backward_loop(body))
    }

    fn backward_loop(&self, body: &Loop) -> TokenStream {
        let rt = &self.rt;
        let id = body.mirrors.expect("checked by the caller");
        let begin = self.reverse_shared_traces(id);
        if let Some(in_windows) = self.loop_in_windows(id, body) {
            return quote!(#begin #in_windows);
        }
        let Some(trace) = self.plan.kept.traces.get(&id) else {
            let head = self.mirrored_head(id, body);
            let statements = self.mirrored_body(id, &body.body);
            return quote!(#begin for #head { #statements });
        };
        let kept = self.iteration(body);
        let all_copy = kept.iter().all(|value| self.is_copy(*value));
        if !all_copy {
            self.borrowed.borrow_mut().extend(kept);
        }
        let names = self.kept_names(body);
        let pattern = match all_copy {
            true => quote!(&(#(#names,)*)),
            false => quote!((#(#names,)*)),
        };
        let statements = self.mirrored_body(id, &body.body);
        let Some(rest) = self.plan.kept.rest(id).map(|rest| self.variable(rest)) else {
            let trace = self.variable(*trace);
            return quote!(#begin for #pattern in #trace.iter().rev() { #statements });
        };
        match &body.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } if self.has_slots(body) => {
                let index = self.variable(*index);
                let range = self.range(*start, *end, !*backwards);
                quote!(#begin for (#index, #pattern) in #rt::back(&mut #rest, #range) { #statements })
            }
            _ => {
                let head = self.mirrored_head(id, body);
                quote!(#begin for #head { let #pattern = #rt::last(&mut #rest); #statements })
            }
        }
    }

    /// Expands to: `{ let x = rt::window(&x[..], 0..n, |i| k + i); for (step, i) in rt::back_steps(0..n) { .. } }`
    fn loop_in_windows(&self, id: usize, body: &Loop) -> Option<TokenStream> {
        let rt = &self.rt;
        let Head::Range {
            index,
            start,
            end,
            backwards,
        } = &body.head
        else {
            return None;
        };
        let keeps = self.plan.kept.traces.contains_key(&id);
        if self.plan.kept.counts.contains_key(&id) || keeps && !self.has_slots(body) {
            return None;
        }
        let InWindows { cuts, passes, sums } = self.windows(body)?;
        let index = self.variable(*index);
        let range = self.range(*start, *end, false);
        let rest = keeps.then(|| self.plan.kept.rest(id)).flatten();
        let kept = rest.map(|_| ident(&self.names.fresh("kept")));
        let run = kept.as_ref().zip(rest).map(|(kept, rest)| {
            let rest = self.variable(rest);
            quote!(let #kept = #rt::run(&mut #rest, &(#range));)
        });
        let steps = match backwards {
            true => quote!(back_steps),
            false => quote!(steps),
        };
        let passes = passes.into_iter().map(|pass| {
            let (step, cuts) = (pass.windows.step.clone(), pass.cuts);
            let values = self.iteration(body);
            let is_read = values.iter().any(|value| pass.windows.reads(*value));
            let kept = kept.as_ref().filter(|_| is_read).map(|kept| {
                let names = values.iter().map(|value| match pass.windows.reads(*value) {
                    true => self.variable(*value).to_token_stream(),
                    false => quote!(_),
                });
                // The first step of a loop that goes up again was the last.
                match backwards {
                    true => quote!(let (#(#names,)*) = #kept[#step];),
                    false => quote!(let (#(#names,)*) = #kept[#kept.len() - 1 - #step];),
                }
            });
            self.windows.replace(Some(pass.windows));
            let statements = self.mirrored_body(id, &pass.body);
            self.windows.take();
            quote!(#cuts for (#step, #index) in #rt::#steps(#range) { #kept #statements })
        });
        Some(match sums {
            // A part of a list has its name.
            Some([begin, end]) => quote!({ #run #begin { #cuts #(#passes)* } #end }),
            None => quote!({ #run #cuts #(#passes)* }),
        })
    }

    fn kept_names(&self, body: &Loop) -> Vec<Ident> {
        let kept = self.iteration(body).into_iter();
        kept.map(|value| self.variable(value)).collect()
    }

    /// Expands to: `i in (0..n).rev()`, or `_ in 0..count`.
    fn mirrored_head(&self, id: usize, body: &Loop) -> TokenStream {
        if let Some(&count) = self.plan.kept.counts.get(&id) {
            let count = self.value(count).at(super::code::Binding::Sum);
            return quote!(_ in 0..#count);
        }
        match &body.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } => {
                let index = self.variable(*index);
                let range = self.range(*start, *end, *backwards);
                quote!(#index in #range)
            }
            Head::While { .. } => TokenStream::new(),
        }
    }

    fn mirrored_body(&self, id: usize, body: &Region) -> TokenStream {
        let again = self.plan.kept.again((id, 0)).iter();
        let is_read = |value: &&Value| {
            let windows = self.windows.borrow();
            windows
                .as_ref()
                .is_none_or(|windows| windows.reads(**value))
        };
        let again: TokenStream = again
            .filter(is_read)
            .map(|value| self.binding(*value))
            .collect();
        let statements = self.statements(body);
        quote!(#again #statements)
    }
}
