//! Closures in variables. A call is the body, where it is called, under the names of where the closure was written. The
//! closure itself is Rust without derivative: it is there for conditions and the like, which stay as they are written.

use super::Lower;
use super::control::exit_in;
use super::env::{Scopes, State, Variable, spelling};
use crate::ir::{Op, Ty, Value};
use proc_macro2::Span;
use quote::ToTokens;
use std::collections::HashSet;
use std::rc::Rc;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprClosure, ExprPath, Local, Pat};

/// The most calls of closures that are written out, so that closures that call closures cannot make a function explode.
pub(super) const MOST_CALLS: usize = 1000;

/// What a variable that is called stands for.
#[derive(Clone, Debug)]
pub(super) enum Callable {
    Closure {
        closure: Rc<ExprClosure>,
        scopes: Scopes,
        /// What a `move` closure took with it.
        state: Option<State>,
    },
    /// `let f = f64::sin;`
    Path(Rc<Expr>),
}

impl Lower<'_> {
    /// `let f = |x| ..;`; `false` where it declares no closure.
    pub(super) fn local_closure(&mut self, local: &Local) -> bool {
        let (Some(init), Some(_)) = (&local.init, name_of(&local.pat)) else {
            return false;
        };
        let Some(value) = self.function_value(&init.expr) else {
            return false;
        };
        self.bind_local(local, value);
        true
    }

    /// What a closure is given: a value, or a function that it may call.
    pub(super) fn given(&mut self, arg: &Expr) -> Value {
        match self.function_value(arg) {
            Some(function) => function,
            None => self.expression(arg),
        }
    }

    /// The value of a closure, or of what may be the path of a function; `None` for anything else.
    fn function_value(&mut self, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Paren(inner) => self.function_value(&inner.expr),
            Expr::Group(inner) => self.function_value(&inner.expr),
            Expr::Closure(closure) => Some(self.closure(closure)),
            Expr::Reference(reference) if is_closure(&reference.expr) => {
                self.function_value(&reference.expr)
            }
            Expr::Path(_) | Expr::Reference(_) => {
                let path = behind_reference(expr)?;
                if self.is_variable(path) {
                    return self.closure_in(path);
                }
                let value = self.expression(expr);
                let callable = Callable::Path(Rc::new(Expr::Path(path.clone())));
                self.functions.insert(value, callable);
                Some(value)
            }
            _ => None,
        }
    }

    /// The value of a variable that holds a closure or a function.
    fn closure_in(&self, path: &ExprPath) -> Option<Value> {
        let value = self.env.value_of(&spelling(path.path.get_ident()?))?;
        self.functions.contains_key(&value).then_some(value)
    }

    /// A variable stands for a value, which may be one that can be called.
    pub(super) fn note_callable(&mut self, variable: Variable, value: Value) {
        if let Some(callable) = self.functions.get(&value) {
            self.callables.insert(variable, callable.clone());
        }
    }

    pub(super) fn is_closure_value(&self, value: Value) -> bool {
        matches!(self.functions.get(&value), Some(Callable::Closure { .. }))
    }

    fn is_variable(&self, path: &ExprPath) -> bool {
        path.path
            .get_ident()
            .is_some_and(|ident| self.env.lookup(&spelling(ident)).is_some())
    }

    fn closure(&mut self, closure: &ExprClosure) -> Value {
        let mut written = closure.clone();
        let whole = Expr::Closure(closure.clone());
        let (active, captured) = (self.mentions_active(&whole), self.mentioned(&whole));
        let is_copy = |(_, value): &(String, Value)| {
            let node = &self.graph[*value];
            // A part of something larger is written as such, and the closure would take the whole.
            let is_part = matches!(node.op, Op::Project(..) | Op::Ref(_) | Op::Deref(_));
            !is_part && matches!(node.ty, Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Ref(_))
        };
        if !captured.iter().all(is_copy) {
            // The backward sweep may read what the closure would take.
            written.capture = None;
        }
        let state = closure.capture.is_some().then(|| self.taken(&captured));
        let before = self.env.state();
        if let Some(state) = &state {
            self.env.restore(state);
        }
        let snippet = self.snippet(&Expr::Closure(written));
        self.env.restore(&before);
        let value = self.add(Op::Rust(snippet), Ty::Other, closure.span());
        self.graph[value].active = active;
        let callable = Callable::Closure {
            closure: Rc::new(closure.clone()),
            scopes: self.env.scopes(),
            state,
        };
        self.functions.insert(value, callable);
        value
    }

    /// The state that a `move` closure sees: what cells hold now.
    fn taken(&mut self, captured: &[(String, Value)]) -> State {
        let before = self.env.state();
        for (name, value) in captured {
            if let (true, Some(variable)) = (self.graph.is_in_cell(*value), self.env.lookup(name)) {
                let seen = self.read(*value, self.graph[*value].span);
                self.env.assign(variable, seen);
            }
        }
        let state = self.env.state();
        self.env.restore(&before);
        state
    }

    /// The closure or function that an expression stands for.
    pub(super) fn callable(&self, expr: &Expr) -> Option<Callable> {
        match expr {
            Expr::Paren(inner) => self.callable(&inner.expr),
            Expr::Group(inner) => self.callable(&inner.expr),
            Expr::Reference(reference) => self.callable(&reference.expr),
            Expr::Unary(deref) if matches!(deref.op, syn::UnOp::Deref(_)) => {
                self.callable(&deref.expr)
            }
            Expr::Path(path) => {
                let variable = self.env.lookup(&spelling(path.path.get_ident()?))?;
                self.callables.get(&variable).cloned()
            }
            _ => None,
        }
    }

    pub(super) fn is_closure(&self, variable: Variable) -> bool {
        matches!(
            self.callables.get(&variable),
            Some(Callable::Closure { .. })
        )
    }

    /// The value of a call of a closure or function in a variable.
    pub(super) fn call_of(&mut self, callable: Callable, args: Vec<Value>, span: Span) -> Value {
        let (closure, scopes, state) = match callable {
            Callable::Closure {
                closure,
                scopes,
                state,
            } => (closure, scopes, state),
            Callable::Path(path) => return self.applied(&path, args, span),
        };
        self.inlined += 1;
        if self.inlined > MOST_CALLS + 1 {
            return self.add(Op::Error, Ty::Other, span);
        }
        if self.inlined > MOST_CALLS {
            return self.error(
                span,
                "the closures of this function call each other too often to be written out",
                "make this one a function with `#[differentiate]`",
            );
        }
        let here = self.env.scopes();
        let before = self.env.state();
        self.env.restore_scopes(scopes);
        if let Some(state) = &state {
            self.env.restore(state);
        }
        let value = self.body_of(&closure, args, span);
        if state.is_some() {
            self.env.restore(&before);
        }
        self.env.restore_scopes(here);
        value
    }

    /// A closure or a function path, applied where it stands.
    pub(super) fn applied(&mut self, function: &Expr, args: Vec<Value>, span: Span) -> Value {
        if let Some(callable) = self.callable(function) {
            return self.call_of(callable, args, span);
        }
        match function {
            Expr::Closure(closure) => self.body_of(closure, args, span),
            Expr::Paren(inner) => self.applied(&inner.expr, args, span),
            Expr::Path(path) => {
                self.env.enter();
                let names: Vec<proc_macro2::Ident> = (0..args.len())
                    .map(|index| quote::format_ident!("argument{index}"))
                    .collect();
                for (name, arg) in names.iter().zip(args) {
                    self.env.declare(spelling(name), None, Some(arg));
                }
                let path = path.to_token_stream();
                let call: Expr = syn::parse_quote_spanned!(span=> #path(#(#names),*));
                let value = self.expression(&call);
                self.env.leave();
                value
            }
            other => self.error_on(
                other,
                "this is not a function that can be seen into",
                "write a closure in place, or the path of a function",
            ),
        }
    }

    /// The body of a closure with its parameters bound, where it stands.
    pub(super) fn body_of(&mut self, closure: &ExprClosure, args: Vec<Value>, span: Span) -> Value {
        if closure.inputs.len() != args.len() {
            let (takes, given) = (closure.inputs.len(), args.len());
            let plural = if takes == 1 { "" } else { "s" };
            return self.error(
                span,
                format!("this closure takes {takes} argument{plural}, not {given}"),
                "call it with as many as stand between its bars",
            );
        }
        self.env.enter();
        for (pattern, arg) in closure.inputs.iter().zip(args) {
            self.bind(pattern, arg);
        }
        let value = match &*closure.body {
            Expr::Block(block) if exit_in(&closure.body).is_some() => {
                self.inner_body(&block.block.stmts)
            }
            body => self.expression(body),
        };
        self.env.leave();
        value
    }
}

pub(super) fn name_of(pattern: &Pat) -> Option<&syn::Ident> {
    match pattern {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => Some(&pat.ident),
        _ => None,
    }
}

pub(super) fn behind_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => behind_parens(&inner.expr),
        Expr::Group(inner) => behind_parens(&inner.expr),
        other => other,
    }
}

fn is_closure(expr: &Expr) -> bool {
    matches!(behind_parens(expr), Expr::Closure(_))
}

/// `path`, or the one in `&path`.
fn behind_reference(expr: &Expr) -> Option<&ExprPath> {
    match behind_parens(expr) {
        Expr::Path(path) => Some(path),
        Expr::Reference(reference) if reference.mutability.is_none() => {
            behind_reference(&reference.expr)
        }
        _ => None,
    }
}

/// Names that stand for parameters of closures wherever they stand in an expression.
pub(super) fn bound_by_closures(expr: &Expr) -> HashSet<String> {
    struct Parameters {
        bound: HashSet<String>,
        free: HashSet<String>,
        open: Vec<HashSet<String>>,
    }
    impl<'ast> Visit<'ast> for Parameters {
        fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
            let mut names = Names(HashSet::new());
            closure.inputs.iter().for_each(|pat| names.visit_pat(pat));
            self.bound.extend(names.0.iter().cloned());
            self.open.push(names.0);
            self.visit_expr(&closure.body);
            self.open.pop();
        }
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            if let Some(ident) = path.path.get_ident() {
                self.mention(spelling(ident));
            }
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let mut names = Vec::new();
            super::snippet::collect_names(mac.tokens.to_token_stream(), &mut names);
            names.into_iter().for_each(|name| self.mention(name));
        }
    }
    impl Parameters {
        fn mention(&mut self, name: String) {
            if !self.open.iter().any(|names| names.contains(&name)) {
                self.free.insert(name);
            }
        }
    }
    struct Names(HashSet<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.0.insert(spelling(&pat.ident));
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut parameters = Parameters {
        bound: HashSet::new(),
        free: HashSet::new(),
        open: Vec::new(),
    };
    parameters.visit_expr(expr);
    let Parameters { bound, free, .. } = parameters;
    bound.difference(&free).cloned().collect()
}
