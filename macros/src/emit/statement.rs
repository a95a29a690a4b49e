//! Statements of the forward and the backward sweep.

use super::code::{Binding, Code};
use super::names::ident;
use super::value::located;
use super::{Emitter, Target};
use crate::ir::{FloatTy, If, Op, Projection, Region, Stmt, Ty, Value};
use crate::plan::is_atom;
use proc_macro2::TokenStream;
use quote::quote;

impl Emitter<'_> {
    pub(super) fn statements(&self, region: &Region) -> TokenStream {
        let live: Vec<&Stmt> = region
            .stmts
            .iter()
            .filter(|stmt| self.plan.is_live(stmt))
            .collect();
        let mut tokens = TokenStream::new();
        let mut rest = &live[..];
        while let [stmt, following @ ..] = rest {
            rest = following;
            if let Stmt::BeginAdjoint(root) = stmt
                && let [Stmt::Accumulate { place, value }, behind @ ..] = following
                && root == place
                && let Some(begun) = self.begun_with(*root, *value)
            {
                tokens.extend(begun);
                rest = behind;
                continue;
            }
            tokens.extend(self.statement(stmt));
        }
        tokens
    }

    fn statement(&self, stmt: &Stmt) -> TokenStream {
        self.note_made(stmt);
        match stmt {
            Stmt::Let(value) => self.binding(*value),
            Stmt::If(branch) if branch.mirrors.is_some() => self.mirrored(branch),
            Stmt::If(branch) => self.branch(branch),
            Stmt::Call(call) => self.call(call),
            Stmt::Pull { call, cotangent } => self.pull(call, *cotangent),
            Stmt::BeginAdjoint(value) => self.begin_adjoint(*value),
            Stmt::Accumulate { place, value } => self.accumulate(*place, *value),
            Stmt::Loop(body) if body.mirrors.is_some() => self.mirrored_loop(body),
            Stmt::Loop(body) => self.repeat(body),
            Stmt::Store { place, value, .. } => {
                let (place, value) = (self.place(*place).tokens(), self.owned(*value));
                quote!(#place = #value;)
            }
            Stmt::Push { place, value } => {
                let (place, value) = (self.changed_base(*place), self.owned(*value));
                quote!(#place.push(#value);)
            }
            Stmt::Increment {
                place,
                value,
                negative,
            } => {
                let (place, value) = (self.place(*place).tokens(), self.owned(*value));
                if *negative {
                    quote!(#place -= #value;)
                } else {
                    quote!(#place += #value;)
                }
            }
            Stmt::Pop { place, .. } => {
                let place = self.changed_base(*place);
                quote!(#place.pop();)
            }
            Stmt::PushAdjoint { place, value } => {
                let (target, zero) = (self.adjoint_place(*place), self.zero_like(*value));
                quote!(#target.push(#zero);)
            }
            Stmt::Swap(a, b) => {
                let [a, b] = [a, b].map(|place| self.place(*place).at(Binding::Prefix));
                let rt = &self.rt;
                quote!(#rt::swap(&mut #a, &mut #b);)
            }
            Stmt::SwapAdjoints(a, b) => {
                let [a, b] = [a, b].map(|place| self.adjoint_place(*place));
                let rt = &self.rt;
                quote!(#rt::swap(&mut #a, &mut #b);)
            }
            Stmt::ClearAdjoint(place) => {
                let (target, rt) = (self.adjoint_place(*place), &self.rt);
                quote!(#rt::set_zero(&mut #target);)
            }
            Stmt::ResetAdjoint { place, value } => {
                let (target, value) = (self.adjoint_place(*place), self.owned(*value));
                quote!(#target = #value;)
            }
            Stmt::Effect(value) => {
                let tokens = self.definition(*value, None).tokens();
                quote!(#tokens;)
            }
        }
    }

    /// Expands to: `let y = w * x + b;`
    pub(super) fn binding(&self, value: Value) -> TokenStream {
        if !self.is_variable(value) {
            return TokenStream::new();
        }
        let name = self.variable(value);
        let definition = self.definition(value, None).tokens();
        let (mutable, written) = match self.derivative.graph[value].op {
            Op::Cell(init) => (Some(quote!(mut)), init),
            Op::Rust(_) | Op::Fixed(..) => (None, value),
            _ => return quote!(let #name = #definition;),
        };
        if mutable.is_some()
            && let Some(filled) = self.list_anew(value, &definition)
        {
            return filled;
        }
        let ty = self.derivative.types.get(&written).map(|ty| quote!(: #ty));
        quote!(let #mutable #name #ty = #definition;)
    }

    /// Expands to: `let y = if cond { .. } else { .. };`
    fn branch(&self, branch: &If) -> TokenStream {
        let rt = &self.rt;
        let trace = self.plan.kept.traces.get(&branch.id).copied();
        let live: Vec<usize> = self.live_results(branch);
        let arms = branch.arms().into_iter().enumerate().map(|(index, arm)| {
            let stmts = self.statements(arm);
            let mut yields: Vec<TokenStream> = live
                .iter()
                .map(|&result| self.owned(arm.yields[result]))
                .collect();
            if trace.is_some() {
                let kept = self
                    .plan
                    .kept
                    .of((branch.id, index))
                    .iter()
                    .map(|value| self.given_up(*value));
                let variant = ident(["Then", "Else"][index]);
                yields.push(quote!(#rt::Taken::#variant((#(#kept,)*))));
            }
            let yields = tuple(&yields);
            quote!({ #stmts #yields })
        });
        let arms: Vec<_> = arms.collect();
        let names: Vec<TokenStream> = live
            .iter()
            .map(|&result| branch.results[result])
            .chain(trace)
            .map(|value| {
                let name = self.variable(value);
                quote!(#name)
            })
            .collect();
        let begin = self.begin_shared_traces(branch.id, None);
        let branch = self.if_else(branch.cond, &arms, &names);
        quote!(#begin #branch)
    }

    /// The adjoint of an `if`: under the same condition, or by its trace.
    fn mirrored(&self, branch: &If) -> TokenStream {
        let rt = &self.rt;
        let id = branch.mirrors.expect("checked by the caller");
        let live = self.live_results(branch);
        let arms: Vec<TokenStream> = branch
            .arms()
            .into_iter()
            .enumerate()
            .map(|(index, arm)| {
                for &value in self.plan.kept.of((id, index)) {
                    self.borrowed.borrow_mut().insert(value);
                }
                let again = self
                    .plan
                    .kept
                    .again((id, index))
                    .iter()
                    .map(|value| self.binding(*value));
                let again: TokenStream = again.collect();
                let stmts = self.statements(arm);
                let yields: Vec<_> = live
                    .iter()
                    .map(|&result| self.owned(arm.yields[result]))
                    .collect();
                let yields = tuple(&yields);
                quote!({ #again #stmts #yields })
            })
            .collect();
        let names: Vec<TokenStream> = live
            .iter()
            .map(|&result| {
                let name = self.variable(branch.results[result]);
                quote!(#name)
            })
            .collect();
        let begin = self.reverse_shared_traces(id);
        let Some(trace) = self.plan.kept.traces.get(&id) else {
            let branch = self.if_else(branch.cond, &arms, &names);
            return quote!(#begin #branch);
        };
        let trace = self.reference(*trace);
        let patterns = [0, 1].map(|index| {
            let kept = self
                .plan
                .kept
                .of((id, index))
                .iter()
                .map(|value| self.variable(*value));
            quote!((#(#kept,)*))
        });
        let ([then, otherwise], [then_names, otherwise_names]) = ([&arms[0], &arms[1]], patterns);
        let branch = bind(
            &names,
            &quote!(match #trace {
                #rt::Taken::Then(#then_names) => #then
                #rt::Taken::Else(#otherwise_names) => #otherwise
            }),
        );
        quote!(#begin #branch)
    }

    fn live_results(&self, branch: &If) -> Vec<usize> {
        (0..branch.results.len())
            .filter(|&index| self.plan.is_needed(branch.results[index]))
            .collect()
    }

    fn if_else(&self, cond: Value, arms: &[TokenStream], names: &[TokenStream]) -> TokenStream {
        let cond = self.value(cond).tokens();
        let (then, otherwise) = (&arms[0], &arms[1]);
        let is_empty = |arm: &TokenStream| arm.to_string().replace(' ', "") == "{}";
        if names.is_empty() && is_empty(otherwise) {
            return quote!(if #cond #then);
        }
        if names.is_empty() && is_empty(then) {
            return quote!(if !(#cond) #otherwise);
        }
        bind(names, &quote!(if #cond #then else #otherwise))
    }

    /// What is assigned to.
    fn place(&self, place: Value) -> Code {
        if self.derivative.graph.is_in_variant(place) {
            return self.changed(place);
        }
        let code = self.value(place);
        if self.derivative.graph[place].lent {
            let name = code.at(Binding::Prefix);
            return Code::new(quote!(*#name), Binding::Prefix);
        }
        code
    }

    /// The adjoint of a part of a cell.
    pub(super) fn adjoint_place(&self, place: Value) -> TokenStream {
        let graph = &self.derivative.graph;
        let root = graph.root(place);
        let path = self.path_in(place, &self.adjoint(root));
        if self.target(root) == Target::Reference && graph.behind_refs(place) == root {
            quote!((*#path))
        } else {
            path
        }
    }

    /// The part of an adjoint variable that a place names.
    pub(super) fn path_in(&self, place: Value, root: &proc_macro2::Ident) -> TokenStream {
        match &self.derivative.graph[place].op {
            Op::Project(base, Projection::Field(member)) => {
                let base = self.path_in(*base, root);
                quote!(#base.#member)
            }
            Op::Project(base, Projection::Unboxed) => {
                let path = self.whole_path(*base, root);
                quote!((*#path))
            }
            Op::Project(base, Projection::Variant(field)) => {
                let path = self.whole_path(*base, root);
                let span = self.derivative.graph[place].span;
                let argument = quote!(&mut #path);
                let part = self.cotangent_part("variant_part_mut", field, &argument, span);
                quote!((*#part))
            }
            Op::Project(_, Projection::Index(_)) if let Some(sum) = self.sum_of_adjoint(place) => {
                quote!(#sum)
            }
            Op::Project(_, Projection::Index(_))
                if let Some([list, step]) = self.window_of_adjoint(place) =>
            {
                quote!(#list[#step])
            }
            Op::Project(base, Projection::Index(index)) => {
                let base = self.path_in(*base, root);
                let index = self.value(*index).tokens();
                quote!(#base[#index])
            }
            Op::Deref(inner) | Op::Ref(inner) => self.path_in(*inner, root),
            _ => quote!(#root),
        }
    }

    /// The same as a place, where the variable is a reference.
    fn whole_path(&self, place: Value, root: &proc_macro2::Ident) -> TokenStream {
        let (path, graph) = (self.path_in(place, root), &self.derivative.graph);
        let is_reference = graph.behind_refs(place) == graph.root(place)
            && self.target(graph.root(place)) != Target::Local;
        let star = is_reference.then(|| quote!(*));
        quote!(#star #path)
    }

    /// Expands to: `let mut s_bar: f64 = 1.0;`, where that is the first thing added to it.
    fn begun_with(&self, root: Value, value: Value) -> Option<TokenStream> {
        let graph = &self.derivative.graph;
        let Ty::Float(float) = &graph[root].ty else {
            return None;
        };
        if !graph[value].ty.is_float() || *float == FloatTy::Inferred {
            return None;
        }
        let (name, value) = (self.adjoint(root), self.value(value).tokens());
        let ty = match float {
            FloatTy::F32 => quote!(f32),
            FloatTy::Generic(name) => quote!(#name),
            _ => quote!(f64),
        };
        Some(quote!(let mut #name: #ty = #value;))
    }

    /// Expands to: `let mut h_bar = rt::zero_tangent(&h);`
    fn begin_adjoint(&self, value: Value) -> TokenStream {
        if let Some(renewed) = self.adjoint_anew(value) {
            return renewed;
        }
        let (name, zero) = (self.adjoint(value), self.zero_like(value));
        quote!(let mut #name = #zero;)
    }

    pub(super) fn zero_like(&self, value: Value) -> TokenStream {
        self.without_moves(|| self.zero_of(value))
    }

    fn zero_of(&self, value: Value) -> TokenStream {
        let (rt, graph) = (&self.rt, &self.derivative.graph);
        match &graph[self.seen(value)].ty {
            Ty::Float(FloatTy::F32) => quote!(0.0_f32),
            Ty::Float(FloatTy::F64) => quote!(0.0_f64),
            Ty::Float(FloatTy::Inferred) => quote!(0.0),
            Ty::Float(FloatTy::Generic(float)) => quote!(#float::lit(0.0)),
            Ty::Slice(_) => {
                let like = self.reference(value);
                quote!(#rt::zero_slice(#like))
            }
            _ => {
                let like = self.reference(value);
                quote!(#rt::zero_tangent(#like))
            }
        }
    }

    /// Expands to: `rt::matmul_tn_into(&mut net_bar.w1, &x, &h_bar);`
    fn accumulate(&self, place: Value, value: Value) -> TokenStream {
        let root = self.derivative.graph.root(place);
        let name = self.adjoint(root);
        if self.derivative.graph.is_optional(place) {
            let (rt, value) = (&self.rt, self.owned(value));
            return quote!(#rt::add_into(&mut #name, &#rt::Some(#value)););
        }
        // A field that has no tangent is reported where it is read.
        let path = self.path_in(place, &name);
        let path = located(path, self.derivative.graph[place].span);
        let is_whole = root == self.derivative.graph.behind_refs(place);
        let add = match (self.target(root), is_whole) {
            (Target::Local, _) | (_, false) => self.add(&path, false, place, value),
            _ => self.add(&quote!(#name), true, place, value),
        };
        match self.target(root) {
            Target::Option => {
                let rt = &self.rt;
                quote!(if let #rt::Some(#name) = #name.as_deref_mut() { #add })
            }
            _ => add,
        }
    }

    /// Adds a value to `target`, which is a place or, if `is_reference`, a `&mut` to one.
    pub(super) fn add(
        &self,
        target: &TokenStream,
        is_reference: bool,
        place: Value,
        value: Value,
    ) -> TokenStream {
        let (graph, rt) = (&self.derivative.graph, &self.rt);
        if graph[place].ty.peeled().is_float() && graph[value].ty.is_float() {
            let value = self.value(value).tokens();
            return if is_reference {
                quote!(*#target += #value;)
            } else {
                quote!(#target += #value;)
            };
        }
        let target = if is_reference {
            quote!(#target)
        } else {
            quote!(&mut #target)
        };
        if let Ty::Slice(_) = graph[place].ty.peeled() {
            let added = self.reference(value);
            // What an option holds is a list of its own type, which a slice must not decide.
            let added = match graph[value].op {
                Op::Unwrap(_) => quote!(&#added[..]),
                _ => added,
            };
            return quote!(#rt::add_slice_into(#target, #added););
        }
        let is_written = self.plan.is_inline(value) && !is_atom(graph, value);
        match &graph[value].op {
            Op::SumTo(summed, _) if is_written => {
                let (operands, closure) = self.fused(*summed, self.plan.is_inline(*summed));
                quote!(#rt::zip_into(#target, #operands, #closure);)
            }
            Op::Row(row, _)
                if is_written && row.is_elementwise() && graph[value].ty == Ty::Other =>
            {
                let (operands, closure) = self.fused(value, true);
                quote!(#rt::zip_into(#target, #operands, #closure);)
            }
            Op::Row(row, args) if is_written && ["matmul_nt", "matmul_tn"].contains(&row.name) => {
                let name = ident(&format!("{}_into", row.name));
                let (a, b) = (self.reference(args[0]), self.reference(args[1]));
                quote!(#rt::#name(#target, #a, #b);)
            }
            Op::Literal(_) => {
                let value = self.value(value).tokens();
                quote!(#rt::add_into(#target, &#value);)
            }
            _ => {
                let value = self.reference(value);
                quote!(#rt::add_into(#target, #value);)
            }
        }
    }
}

fn tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [] => TokenStream::new(),
        [one] => one.clone(),
        parts => quote!((#(#parts),*)),
    }
}

fn bind(names: &[TokenStream], value: &TokenStream) -> TokenStream {
    match names {
        [] => quote!(#value),
        [one] => quote!(let #one = #value;),
        names => quote!(let (#(#names),*) = #value;),
    }
}
