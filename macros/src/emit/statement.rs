//! Statements of the forward and the backward sweep.

use super::code::{Binding, Code};
use super::names::ident;
use super::{Emitter, Target};
use crate::ir::{Call, Callee, FloatTy, If, Op, Projection, Region, Stmt, Ty, Value};
use crate::plan::is_atom;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

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
                let (place, value) = (self.base(*place), self.owned(*value));
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
                let place = self.base(*place);
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
            Op::Rust(_) => (None, value),
            _ => return quote!(let #name = #definition;),
        };
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
        let begin = self.begin_shared_traces(branch.id);
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

    /// Expands to: `let (z, g_pull) = g::forward(x, &y);`
    fn call(&self, call: &Call) -> TokenStream {
        let path = &call.path;
        let value = self.variable(call.value);
        let mut args = call.args.iter().zip(&call.lent);
        let receiver = if call.kind == Callee::Method {
            let (&arg, lent) = args.next().expect("a method has a receiver");
            Some(self.base(lent.map_or(arg, |lent| lent.place)))
        } else {
            None
        };
        let args = args.map(|(arg, lent)| match lent {
            Some(lent) => self.lent(lent.place),
            None => self.owned(*arg),
        });
        let generics: Vec<_> = call.generics.iter().map(with_colons).collect();
        if !self.plan.is_needed(call.residuals) {
            return match receiver {
                Some(receiver) => quote!(let #value = #receiver.#path #(#generics)* (#(#args),*);),
                None => quote!(let #value = #path #(#generics)* (#(#args),*);),
            };
        }
        let residuals = self.variable(call.residuals);
        let check = self.twin_check(call);
        let forward = self.callee(call, "forward");
        let callee = match receiver {
            Some(receiver) => quote!(#receiver.#forward),
            None => forward,
        };
        let args = quote_spanned!(call.span=> (#(#args),*));
        quote!(#check let (#value, #residuals) = #callee #(#generics)* #args;)
    }

    /// `g::pull`, `energy_pull`, `Self::energy_pull`
    fn callee(&self, call: &Call, function: &str) -> TokenStream {
        let path = &call.path;
        if call.kind == Callee::Function {
            let function = proc_macro2::Ident::new(function, call.span);
            return quote_spanned!(call.span=> <#path>::#function);
        }
        let mut path = path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.ident = super::frame::derived_name(&last.ident, function);
        }
        quote!(#path)
    }

    /// Expands to: `rt::assert_twin::<g, _, _>(g, |function| function(x, &y));`
    fn twin_check(&self, call: &Call) -> Option<TokenStream> {
        if call.kind != Callee::Function {
            return None;
        }
        let (path, rt) = (&call.path, &self.rt);
        let generics = call.generics.iter().map(with_colons);
        let args = call
            .args
            .iter()
            .zip(&call.lent)
            .map(|(&arg, lent)| match lent {
                Some(lent) => self.lent(lent.place),
                None => self.copied(arg),
            });
        let args = quote_spanned!(call.span=> (#(#args),*));
        let function = ident(&self.names.fresh("function"));
        let mut called = function.clone();
        called.set_span(call.span.resolved_at(Span::call_site()));
        Some(quote! {
            #rt::assert_twin::<(#path), _, _>(#path #(#generics)*, |#function| #called #args);
        })
    }

    /// Expands to: `g::pull(&g_pull, &x, &&y, &z_bar, &mut x_bar, rt::Off);`
    fn pull(&self, call: &Call, cotangent: Value) -> TokenStream {
        let (rt, graph) = (&self.rt, &self.derivative.graph);
        let residuals = self.reference(call.residuals);
        let receiver = (call.kind == Callee::Method).then(|| self.base(call.args[0]));
        let first = usize::from(receiver.is_some());
        let given = call.args[first..].iter().zip(&call.lent[first..]);
        let args: Vec<TokenStream> = given
            .map(|(&arg, lent)| {
                if lent.is_some_and(|lent| lent.is_certain) {
                    quote!(&())
                } else if matches!(graph[arg].ty, Ty::Ref(_)) {
                    let reference = self.reference(arg);
                    match self.may_be_boxed(arg) {
                        // In a block, a reference to a box becomes the one to what it holds, as in the call.
                        true => quote!(&{ #reference }),
                        false => quote!(&#reference),
                    }
                } else if graph.is_literal(arg) {
                    // The callee says which float it is.
                    let literal = self.value(arg).tokens();
                    quote!(&#literal)
                } else {
                    self.reference(arg)
                }
            })
            .collect();
        let mut places: Vec<Value> = Vec::new();
        let (mut begin, mut end) = (TokenStream::new(), TokenStream::new());
        let args_and_places = call.args.iter().zip(&call.lent).zip(&call.arg_spans);
        let slots: Vec<TokenStream> = args_and_places
            .map(|((&arg, lent), &ends)| {
                let is_stopped = lent.is_some_and(|lent| lent.is_stopped);
                let arg = lent.map_or(arg, |lent| lent.place);
                if is_stopped || !graph[arg].active {
                    return quote!(#rt::Off);
                }
                let place = graph.behind_refs(arg);
                let is_lent = places.iter().any(|&other| self.overlap(other, place));
                places.push(place);
                if !is_lent {
                    return between(ends, self.slot(place));
                }
                // One place cannot be lent twice: this part is added up beside it.
                let [part, whole] = ["part_bar", "whole_bar"].map(|wish| ident(&self.names.fresh(wish)));
                let (zero, slot) = (self.zero_like(place), self.slot(place));
                let (ty, add) = match graph[place].ty.peeled() {
                    Ty::Slice(_) => (quote!([_]), quote!(add_slice_into)),
                    _ => (quote!(_), quote!(add_into)),
                };
                begin.extend(quote!(let mut #part = #zero;));
                end.extend(quote! {
                    if let #rt::Some(#whole) = #rt::Slot::<#ty>::into_option(#slot) { #rt::#add(#whole, &#part); }
                });
                between(ends, quote!(&mut #part))
            })
            .collect();
        let cotangent = self.reference(cotangent);
        let generics = call.generics.iter().map(with_colons);
        let pull = match call.kind {
            Callee::Associated => self.callee(call, "pull_by_path"),
            _ => self.callee(call, "pull"),
        };
        let callee = match receiver {
            Some(receiver) => quote!(#receiver.#pull),
            None => pull,
        };
        let given = quote_spanned!(call.span=> (#residuals, #(#args,)* #cotangent, #(#slots),*));
        quote! {
            #begin
            #callee #(#generics)* #given;
            #end
        }
    }

    /// Expands to: `&mut v[i]`, or `x` where that is a `&mut` already.
    fn lent(&self, place: Value) -> TokenStream {
        let graph = &self.derivative.graph;
        let whole = graph.behind_refs(place);
        if graph[whole].lent {
            return self.value(whole).tokens();
        }
        let place = self.value(place).at(Binding::Prefix);
        quote!(&mut #place)
    }

    /// What is assigned to.
    fn place(&self, place: Value) -> Code {
        let code = self.value(place);
        if self.derivative.graph[place].lent {
            let name = code.at(Binding::Prefix);
            return Code::new(quote!(*#name), Binding::Prefix);
        }
        code
    }

    /// Whether a reference is to a part of a variant, whose type is not known.
    fn may_be_boxed(&self, value: Value) -> bool {
        let graph = &self.derivative.graph;
        let seen = graph.behind_refs(value);
        let place = match graph[seen].op {
            Op::Load(place) => place,
            _ => seen,
        };
        matches!(graph[seen].ty, Ty::Other | Ty::Boxed(_)) && graph.is_in_variant(place)
    }

    /// Whether the adjoints of two places cannot be lent at once: different fields can, of a variable that is no option.
    fn overlap(&self, a: Value, b: Value) -> bool {
        let graph = &self.derivative.graph;
        let root = graph.root(a);
        if root != graph.root(b) {
            return false;
        }
        let fields = |mut place: Value| {
            let mut fields = Vec::new();
            loop {
                match &graph[place].op {
                    Op::Project(base, Projection::Field(member)) => {
                        fields.push(Some(member));
                        place = *base;
                    }
                    Op::Project(
                        base,
                        Projection::Index(_) | Projection::Variant(_) | Projection::Unboxed,
                    ) => {
                        fields.push(None);
                        place = *base;
                    }
                    Op::Ref(inner) | Op::Deref(inner) => place = *inner,
                    _ => break fields.into_iter().rev(),
                }
            }
        };
        let differ = fields(a)
            .zip(fields(b))
            .find(|(a, b)| a.is_none() || b.is_none() || a != b);
        self.target(root) == Target::Option || !matches!(differ, Some((Some(_), Some(_))))
    }

    /// The adjoint place of an argument, for a pull part to add to.
    fn slot(&self, place: Value) -> TokenStream {
        let root = self.derivative.graph.root(place);
        let name = self.adjoint(root);
        let path = self.path_in(place, &name);
        let is_whole = root == self.derivative.graph.behind_refs(place);
        match self.target(root) {
            Target::Local => quote!(&mut #path),
            Target::Reference if is_whole => quote!(&mut *#name),
            Target::Reference => quote!(&mut #path),
            Target::Option if is_whole => quote!(#name.as_deref_mut()),
            Target::Option => quote!(#name.as_deref_mut().map(|#name| &mut #path)),
        }
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
    fn path_in(&self, place: Value, root: &proc_macro2::Ident) -> TokenStream {
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
            Op::Project(base, Projection::Index(index)) => {
                let (base, index) = (self.path_in(*base, root), self.value(*index).tokens());
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
        let (name, zero) = (self.adjoint(value), self.zero_like(value));
        quote!(let mut #name = #zero;)
    }

    fn zero_like(&self, value: Value) -> TokenStream {
        let rt = &self.rt;
        match &self.derivative.graph[value].ty {
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
        let path = self.path_in(place, &name);
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
            let value = self.reference(value);
            return quote!(#rt::add_slice_into(#target, #value););
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

/// Generated tokens that rustc is to report where the user wrote what they stand for, from a first to a last token. Names
/// keep their own resolution, in parentheses of the user's.
fn between([first, last]: [Span; 2], tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let count = tokens.len();
    let mut after_dot = false;
    for (index, token) in tokens.iter_mut().enumerate() {
        let span = if index + 1 == count { last } else { first };
        let is_field = std::mem::replace(
            &mut after_dot,
            matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.'),
        );
        match token {
            TokenTree::Ident(name) if name != "mut" && !is_field => {
                let mut parenthesized = Group::new(Delimiter::Parenthesis, quote!(#name));
                parenthesized.set_span(span);
                if index == 0 || index + 1 == count {
                    *token = TokenTree::Group(parenthesized);
                }
            }
            token => token.set_span(span),
        }
    }
    tokens.into_iter().collect()
}

fn with_colons(generics: &syn::AngleBracketedGenericArguments) -> TokenStream {
    let mut generics = generics.clone();
    generics.colon2_token = Some(Default::default());
    quote!(#generics)
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
