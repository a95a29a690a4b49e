//! Lists that a loop of the backward sweep goes through in step with its index. The loop gets, of each, the part that it goes
//! through: no index is out of bounds then, rustc sees it, and the processor can do several steps at once.
//!
//! The forward sweep was at each of these elements, so that taking the part cannot fail where indexing would not have.

use super::accesses::{Accesses, InStep};
use super::names::ident;
use super::passes::Additions;
use super::{Emitter, Target};
use crate::ir::{Head, Loop, Region, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::{HashMap, HashSet};

/// The places that a loop reads or adds to by the number of the step, with the parts of lists that they are in.
#[derive(Clone)]
pub(super) struct Windows {
    pub(super) step: Ident,
    places: HashMap<Value, Ident>,
    adjoints: HashMap<Value, Ident>,
    /// Places of adjoints that stay the same, and the sums of what is added to them.
    sums: HashMap<Value, Ident>,
    /// What the body reads.
    read: HashSet<Value>,
    /// Whether what is taken is left for a later pass.
    pub(super) takes_nothing: bool,
}

impl Windows {
    pub(super) fn reads(&self, value: Value) -> bool {
        self.read.contains(&value)
    }
}

/// A loop that goes through lists in step with its index.
pub(super) struct InWindows {
    /// The parts of lists that all passes share.
    pub(super) cuts: TokenStream,
    pub(super) passes: Vec<Pass>,
    /// What stands around both where some adjoints are added up on their own.
    pub(super) sums: Option<[TokenStream; 2]>,
}

/// One time through a loop.
pub(super) struct Pass {
    /// The parts of lists that only this pass adds to.
    pub(super) cuts: TokenStream,
    pub(super) windows: Windows,
    pub(super) body: Region,
}

impl Emitter<'_> {
    /// A place in a part of a list: that, and the number of the step.
    pub(super) fn window_of_place(&self, place: Value) -> Option<[Ident; 2]> {
        let windows = self.windows.borrow();
        let windows = windows.as_ref()?;
        let list = windows.places.get(&place)?.clone();
        Some([list, windows.step.clone()])
    }

    /// The same, of an adjoint.
    pub(super) fn window_of_adjoint(&self, place: Value) -> Option<[Ident; 2]> {
        let windows = self.windows.borrow();
        let windows = windows.as_ref()?;
        let list = windows.adjoints.get(&place)?.clone();
        Some([list, windows.step.clone()])
    }

    /// The sum of what a loop adds to an adjoint.
    pub(super) fn sum_of_adjoint(&self, place: Value) -> Option<Ident> {
        let windows = self.windows.borrow();
        windows.as_ref()?.sums.get(&place).cloned()
    }

    /// How a loop goes through lists, if it does.
    pub(super) fn windows(&self, body: &Loop) -> Option<InWindows> {
        let Head::Range { start, end, .. } = &body.head else {
            return None;
        };
        // What runs a few times, as a constant says, is unrolled.
        if self.constant_count(*start, *end).is_some() {
            return None;
        }
        let mut accesses = Accesses::of(self, body)?;
        let is_there = |adjoint: &InStep| self.target(adjoint.list) != Target::Option;
        let mut sums = accesses.take_sums();
        sums.retain(is_there);
        let places = accesses.places_in_step();
        let mut adjoints = accesses.adjoints_in_step();
        adjoints.retain(is_there);
        let graph = &self.derivative.graph;
        let additions = Additions::out_of(&mut adjoints, graph, body);
        if places.is_empty() && adjoints.is_empty() && additions.last.is_empty() && sums.is_empty()
        {
            return None;
        }
        let mut windows = Windows {
            step: ident(&self.names.fresh("step")),
            places: HashMap::new(),
            adjoints: HashMap::new(),
            sums: HashMap::new(),
            read: HashSet::new(),
            takes_nothing: false,
        };
        let (begin_sums, end_sums) = self.sums(&sums, &mut windows);
        let mut shared = self.cut_places(body, &places, &mut windows);
        for adjoint in &adjoints {
            let name = self.adjoint(adjoint.list);
            shared.extend(self.cut_adjoint(body, adjoint, name, &mut windows));
        }
        let own = additions.own.iter().map(Some).chain([None]);
        let passes = own.map(|own| {
            let mut windows = windows.clone();
            windows.takes_nothing = own.is_some();
            let parts = match own {
                Some(own) => std::slice::from_ref(own),
                None => &additions.last,
            };
            let cuts = parts.iter().map(|part| {
                let name = self.names.fresh(&self.adjoint(part.list).to_string());
                self.cut_adjoint(body, part, ident(&name), &mut windows)
            });
            let cuts = cuts.collect();
            let body = Loop {
                body: additions.part(own, graph, body),
                ..body.clone()
            };
            windows.read = self.read_in_pass(&body, &windows);
            Pass {
                cuts,
                windows,
                body: body.body,
            }
        });
        Some(InWindows {
            passes: passes.collect(),
            cuts: shared,
            sums: (!sums.is_empty()).then_some([begin_sums, end_sums]),
        })
    }

    /// Expands to: `let mut x_bar2 = rt::zero_of(&x_bar[..]);` and `rt::add_at(&mut x_bar[..], || i, x_bar2);`, so that what is
    /// added to one element stays in a register.
    fn sums(&self, sums: &[InStep], windows: &mut Windows) -> (TokenStream, TokenStream) {
        let rt = &self.rt;
        let (mut begin, mut end) = (TokenStream::new(), TokenStream::new());
        for sum in sums {
            let list = self.adjoint(sum.list);
            let name = ident(&self.names.fresh(&list.to_string()));
            let position = self.definition(sum.position, None).tokens();
            begin.extend(quote!(let mut #name = #rt::zero_of(&#list[..]);));
            end.extend(quote!(#rt::add_at(&mut #list[..], || #position, #name);));
            let places = sum.places.iter();
            windows
                .sums
                .extend(places.map(|place| (*place, name.clone())));
        }
        (begin, end)
    }

    fn read_in_pass(&self, body: &Loop, windows: &Windows) -> HashSet<Value> {
        let in_step =
            [&windows.places, &windows.adjoints].map(|windows| windows.keys().copied().collect());
        Accesses::of(self, body).map_or_else(HashSet::new, |accesses| accesses.read_beside(in_step))
    }

    /// Expands to: `let x = rt::window(&x[..], 0..n, |j| k + j);`
    fn cut_places(&self, body: &Loop, places: &[InStep], windows: &mut Windows) -> TokenStream {
        let rt = &self.rt;
        // The part that is called like its list hides it: it is the last one.
        let (mut first, mut last) = (TokenStream::new(), TokenStream::new());
        let mut known = HashSet::new();
        for part in places {
            let list = self.variable(part.list);
            let (name, cuts) = match known.insert(part.list) {
                true => (list.clone(), &mut last),
                false => (ident(&self.names.fresh(&list.to_string())), &mut first),
            };
            let (range, position) = self.cut(body, part);
            cuts.extend(quote!(let #name = #rt::window(&#list[..], #range, #position);));
            let places = part.places.iter();
            windows
                .places
                .extend(places.map(|place| (*place, name.clone())));
        }
        quote!(#first #last)
    }

    /// Expands to: `let x_bar = rt::window_mut(&mut x_bar[..], 0..n, |j| k + j);`
    fn cut_adjoint(
        &self,
        body: &Loop,
        part: &InStep,
        name: Ident,
        windows: &mut Windows,
    ) -> TokenStream {
        let (rt, list) = (&self.rt, self.adjoint(part.list));
        let (range, position) = self.cut(body, part);
        let places = part.places.iter();
        windows
            .adjoints
            .extend(places.map(|place| (*place, name.clone())));
        quote!(let #name = #rt::window_mut(&mut #list[..], #range, #position);)
    }

    /// The range of a loop, and the position that a part has at an index.
    fn cut(&self, body: &Loop, part: &InStep) -> (TokenStream, TokenStream) {
        let Head::Range {
            index, start, end, ..
        } = &body.head
        else {
            unreachable!("a loop in windows is one over a range")
        };
        let (index, position) = (self.variable(*index), self.definition(part.position, None));
        let position = position.tokens();
        (self.range(*start, *end, false), quote!(|#index| #position))
    }
}
