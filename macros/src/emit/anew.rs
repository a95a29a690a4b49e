//! Lists that each iteration of a loop makes anew: from the second on, they have the memory of the one before.

use super::Emitter;
use crate::differentiate::Derivative;
use crate::fill::is_new_vec;
use crate::ir::{Graph, Op, Stmt, Ty, Value};
use crate::parse::{Elements, vec_elements};
use crate::plan::Plan;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use syn::ExprMacro;

#[derive(Default)]
pub(super) struct Anew {
    /// How many loops are open.
    loops: Cell<usize>,
    /// How many loops each value was made in.
    made: RefCell<HashMap<Value, usize>>,
    /// What begins before the outermost of them.
    begun: RefCell<TokenStream>,
    /// Variables that user's code may move, and adjoint variables that are given away.
    given_away: HashSet<Value>,
}

impl Anew {
    pub(super) fn of(derivative: &Derivative, plan: &Plan) -> Self {
        let graph = &derivative.graph;
        let mut given_away = HashSet::new();
        for value in graph.values().filter(|value| plan.is_needed(*value)) {
            match &graph[value].op {
                Op::AdjointOf(root) if plan.is_given_away(value) => {
                    given_away.insert(*root);
                }
                Op::Rust(snippet) if snippet.length_of().is_none() => {
                    given_away.extend(snippet.uses.iter().map(|(_, used)| graph.root(*used)));
                }
                _ => {}
            }
        }
        Anew {
            given_away,
            ..Default::default()
        }
    }
}

impl Emitter<'_> {
    /// Writes a loop, and before the outermost one what all iterations share.
    pub(super) fn within_loop(&self, write: impl FnOnce() -> TokenStream) -> TokenStream {
        let loops = &self.anew.loops;
        loops.set(loops.get() + 1);
        let written = write();
        loops.set(loops.get() - 1);
        if loops.get() > 0 {
            return written;
        }
        let begun = self.anew.begun.take();
        quote!(#begun #written)
    }

    /// Notes where values are made.
    pub(super) fn note_made(&self, stmt: &Stmt) {
        let made = match stmt {
            Stmt::Let(value) => vec![*value],
            Stmt::Call(call) => vec![call.value, call.residuals],
            Stmt::If(branch) => branch.results.clone(),
            _ => return,
        };
        let loops = self.anew.loops.get();
        let mut known = self.anew.made.borrow_mut();
        known.extend(made.into_iter().map(|value| (value, loops)));
    }

    /// Whether a value was made in the innermost loop that is open: what is from before it, another iteration needs, too.
    pub(super) fn is_of_this_iteration(&self, value: Value) -> bool {
        let made = self.anew.made.borrow();
        made.get(&value).copied().unwrap_or(0) == self.anew.loops.get()
    }

    /// Whether the loop that is being written stands in no other.
    pub(super) fn is_outermost_loop(&self) -> bool {
        self.anew.loops.get() == 1
    }

    /// Expands to: `let mut trace = rt::Again::new();` before the outermost loop, and `trace.clear();`.
    pub(super) fn trace_anew(&self, trace: &Ident) -> TokenStream {
        let rt = &self.rt;
        let begun = quote!(let mut #trace = #rt::Again::new(););
        self.anew.begun.borrow_mut().extend(begun);
        quote!(#trace.clear();)
    }

    /// Says before the outermost loop that a variable is a list.
    fn begin_list(&self, name: &Ident, ty: Option<&TokenStream>) {
        let rt = &self.rt;
        let ty = ty.map(|ty| quote!(: #ty));
        let begun = quote!(let mut #name #ty = #rt::Vec::new(););
        self.anew.begun.borrow_mut().extend(begun);
    }

    /// Expands to: `rt::refill(&mut row, 0.0, n);` for `let mut row = vec![0.0; n];` in a loop.
    pub(super) fn list_anew(&self, cell: Value, definition: &TokenStream) -> Option<TokenStream> {
        let kept = &self.plan.kept;
        if self.anew.loops.get() == 0 || self.is_given_away(cell) || kept.holds(cell) {
            return None;
        }
        let (rt, name) = (&self.rt, self.variable(cell));

        let filled = match repeated(definition) {
            Some([element, count]) => quote!(#rt::refill(&mut #name, #element, #count);),
            None if is_new_vec(definition) => quote!(#name.clear();),
            None => return None,
        };
        let init = self.derivative.graph.operands(cell);
        let ty = init
            .first()
            .and_then(|init| self.derivative.types.get(init));
        self.begin_list(&name, ty);
        Some(filled)
    }

    /// Expands to: `rt::renew(&mut row_bar, &row);` for `let mut row_bar = rt::zero_tangent(&row);` in a loop.
    pub(super) fn adjoint_anew(&self, value: Value) -> Option<TokenStream> {
        let is_list = self.is_vec(value);
        if self.anew.loops.get() == 0 || !is_list || self.anew.given_away.contains(&value) {
            return None;
        }
        let (rt, name) = (&self.rt, self.adjoint(value));
        let like = self.without_moves(|| self.reference(value));
        self.begin_list(&name, None);
        Some(quote!(#rt::renew(&mut #name, #like);))
    }

    fn is_given_away(&self, value: Value) -> bool {
        self.anew.given_away.contains(&value)
    }

    /// Whether a value is certainly a `Vec`.
    fn is_vec(&self, value: Value) -> bool {
        let graph: &Graph = &self.derivative.graph;
        let is_list = matches!(graph[value].ty, Ty::List(_));
        is_list
            && match &graph[value].op {
                Op::Vec(_) | Op::Repeat { in_vec: true, .. } => true,
                Op::Cell(inner) | Op::Load(inner) => self.is_vec(*inner) || is_made(graph, *inner),
                _ => is_made(graph, value),
            }
    }
}

fn is_made(graph: &Graph, value: Value) -> bool {
    matches!(&graph[value].op, Op::Rust(snippet)
        if is_new_vec(&snippet.tokens) || repeated(&snippet.tokens).is_some())
}

/// The element and the count of `vec![element; count]`.
fn repeated(tokens: &TokenStream) -> Option<[TokenStream; 2]> {
    let made: ExprMacro = syn::parse2(tokens.clone()).ok()?;
    match vec_elements(&made.mac)? {
        Elements::Repeated { element, count } => {
            Some([element, count].map(ToTokens::into_token_stream))
        }
        Elements::Each(_) => None,
    }
}
