//! Lists that a loop of the backward sweep goes through in step with its index. The loop gets, of each, the part that it goes
//! through: no index is out of bounds then, rustc sees it, and the processor can do several steps at once.
//!
//! The forward sweep was at each of these elements, so that taking the part cannot fail where indexing would not have.

use super::accesses::{Access, Accesses};
use super::names::ident;
use super::{Emitter, Target};
use crate::ir::{Head, Loop, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashSet;

/// The places that a loop reads or adds to by the number of the step.
pub(super) struct Windows {
    pub(super) step: Ident,
    places: HashSet<Value>,
    adjoints: HashSet<Value>,
    /// What the body reads.
    read: HashSet<Value>,
}

impl Windows {
    pub(super) fn reads(&self, value: Value) -> bool {
        self.read.contains(&value)
    }
}

impl Emitter<'_> {
    /// The number of the step, where that is the index in a part of a list.
    pub(super) fn step_of_place(&self, place: Value) -> Option<Ident> {
        let windows = self.windows.borrow();
        let windows = windows.as_ref()?;
        windows
            .places
            .contains(&place)
            .then(|| windows.step.clone())
    }

    /// The same, of an adjoint.
    pub(super) fn step_of_adjoint(&self, place: Value) -> Option<Ident> {
        let windows = self.windows.borrow();
        let windows = windows.as_ref()?;
        windows
            .adjoints
            .contains(&place)
            .then(|| windows.step.clone())
    }

    /// Expands to: `let x_bar = rt::window_mut(&mut x_bar[..], 0..n, |j| k + j);`
    pub(super) fn windows(&self, body: &Loop) -> Option<(TokenStream, Windows)> {
        let rt = &self.rt;
        let Head::Range {
            index, start, end, ..
        } = &body.head
        else {
            return None;
        };
        // What runs a few times, as a constant says, is unrolled.
        if self.constant_count(*start, *end).is_some() {
            return None;
        }
        let accesses = Accesses::of(self, body, *index)?;
        let places = accesses.places_in_step();
        let mut adjoints = accesses.adjoints_in_step();
        adjoints.retain(|access| self.target(access.list) != Target::Option);
        if places.is_empty() && adjoints.is_empty() {
            return None;
        }
        let (index, range) = (self.variable(*index), self.range(*start, *end, false));
        let position = |access: &Access| self.definition(access.position, None).tokens();
        let mut cuts = TokenStream::new();
        for access in firsts(&places) {
            let (list, position) = (self.variable(access.list), position(&access));
            cuts.extend(quote!(let #list = #rt::window(&#list[..], #range, |#index| #position);));
        }
        for access in firsts(&adjoints) {
            let (list, position) = (self.adjoint(access.list), position(&access));
            cuts.extend(
                quote!(let #list = #rt::window_mut(&mut #list[..], #range, |#index| #position);),
            );
        }
        let places_of = |accesses: &[Access]| accesses.iter().map(|access| access.place).collect();
        let (places, adjoints) = (places_of(&places), places_of(&adjoints));
        let windows = Windows {
            step: ident(&self.names.fresh("step")),
            read: accesses.read_beside(&places, &adjoints),
            places,
            adjoints,
        };
        Some((cuts, windows))
    }
}

/// The first access of each list.
fn firsts(accesses: &[Access]) -> impl Iterator<Item = Access> {
    let mut seen = HashSet::new();
    let accesses = accesses.iter().copied();
    accesses.filter(move |access| seen.insert(access.list))
}
