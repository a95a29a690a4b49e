//! What Rust that is kept as it is does beside giving a value: whether it changes variables, and whether it may be computed twice.

use super::Lower;
use super::closure::{behind_parens, bound_by_closures};
use super::env::{plain, spelling};
use super::list::each_element;
use super::snippet::collect_names;
use crate::ir::{Ty, Value};
use crate::rules::PREDICATES;
use proc_macro2::Span;
use quote::ToTokens;
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

impl Lower<'_> {
    /// Variables that Rust without derivative may change: they are cells.
    pub(super) fn note_changes(&mut self, expr: &Expr) {
        let mut changes = Changes(Vec::new());
        changes.visit_expr(expr);
        for name in changes.0 {
            if self
                .env
                .lookup(&name)
                .is_some_and(|variable| self.env.is_mutable(variable))
            {
                self.cells.make_cell(plain(&name));
            }
        }
    }

    /// Refuses what changes an active variable, or stores something active in one, in Rust that is kept as it is: it
    /// has no adjoint.
    pub(super) fn refuse_changes(&mut self, expr: &Expr) {
        let mut changes = Assignments::default();
        changes.visit_expr(expr);
        let mut names = Vec::new();
        collect_names(expr.to_token_stream(), &mut names);
        let reads_active = names
            .iter()
            .filter_map(|name| self.env.value_of(name))
            .any(|value| self.graph[value].active);
        for (name, span) in changes.found {
            let Some(value) = self.env.value_of(&name) else {
                continue;
            };
            let root = self.graph.root(value);
            let may_hold = self.graph[root].ty.peeled().may_carry();
            if !changes.own.contains(&name) && may_hold && (self.graph[root].active || reads_active)
            {
                self.errors.at(
                    span,
                    format!("`{}` is changed inside an expression that is kept as it is: its derivative would be lost", plain(&name)),
                    "write the change as a statement of its own",
                );
            }
        }
    }

    /// Whether an expression changes a variable that holds something active, or may do so from here on.
    pub(super) fn changes_active(&self, expr: &Expr) -> bool {
        let certain = changed_for_certain(expr);
        let mut changes = Changes(Vec::new());
        changes.visit_expr(expr);
        let perhaps = changes.0;
        if certain.is_empty() && perhaps.is_empty() {
            return self.passes_on(expr);
        }
        let reads_active = self.mentions_active(expr);
        let holds = |name: &String, is_certain: bool| {
            let Some(variable) = self.env.lookup(name) else {
                return false;
            };
            let Some(value) = self.env.value(variable) else {
                return false;
            };
            let root = &self.graph[self.graph.root(value)];
            let may_change = is_certain || self.env.is_mutable(variable) || root.lent;
            may_change && root.ty.peeled().may_carry() && (root.active || reads_active)
        };
        certain.iter().any(|name| holds(name, true))
            || perhaps.iter().any(|name| holds(name, false))
            || self.passes_on(expr)
    }

    /// Whether an expression changes a variable of the function, or may do so.
    pub(super) fn may_change(&self, expr: &Expr) -> bool {
        let is_mutable = |name: &String| {
            let variable = self.env.lookup(name);
            variable.is_some_and(|variable| self.env.is_mutable(variable))
        };
        let is_of_std = |name: &String| {
            let value = self.env.value_of(name);
            value.is_some_and(|value| changes_by_writers_only(&self.graph[value].ty))
        };
        let own = bound_by_closures(expr);
        let perhaps = changed_perhaps(expr).into_iter();
        !changed_for_certain(expr).is_empty()
            || perhaps
                .filter(|name| !own.contains(name) && !is_of_std(name))
                .any(|name| is_mutable(&name) || self.lent(&name).is_some())
    }

    /// Whether computing an expression does more than to read, as far as that shows. What a closure does, it does when it is
    /// called.
    pub(super) fn changes_something(&self, expr: &Expr) -> bool {
        let mut changes = Assignments::default();
        changes.visit_expr(expr);
        let mut lent = Changes(Vec::new());
        lent.visit_expr(expr);
        let nothing = changes.found.is_empty() && lent.0.is_empty() && !self.passes_on(expr);
        !nothing && !matches!(expr, Expr::Closure(_))
    }

    /// Whether a function is given what the caller has lent, as `std::mem::take(place)` is.
    fn passes_on(&self, expr: &Expr) -> bool {
        let mut passed = Passed(Vec::new());
        passed.visit_expr(expr);
        passed.0.iter().any(|(name, _)| self.lent(name).is_some())
    }

    /// Refuses what may change a place of the caller in an assertion and the like, which has no adjoint.
    pub(super) fn refuse_passed(&mut self, expr: &Expr) {
        let mut passed = Passed(Vec::new());
        passed.visit_expr(expr);
        for (name, span) in passed.0 {
            if self.lent(&name).is_none_or(|root| !self.graph[root].active) {
                continue;
            }
            let name = plain(&name);
            self.errors.at(
                span,
                format!("a function that is given `{name}` here may change it, and its derivative would be lost"),
                format!("write `&*{name}` for a function that only reads, or the call as a statement of its own"),
            );
        }
    }

    /// The parameter of this name, if it is a `&mut`.
    fn lent(&self, name: &str) -> Option<Value> {
        let root = self.graph.root(self.env.value_of(name)?);
        self.graph[root].lent.then_some(root)
    }
}

/// What an expression may change: receivers of methods that are not known to only read, and what is borrowed mutably.
struct Changes(Vec<String>);

/// Methods of integers, lists and iterators that only read.
const READERS: &[&str] = &[
    "iter",
    "clone",
    "as_slice",
    "first",
    "last",
    "get",
    "windows",
    "chunks",
    "chunks_exact",
    "contains",
    "to_vec",
    "copied",
    "cloned",
    "is_some",
    "is_none",
    "unwrap",
    "unwrap_or",
    "map_or",
    "pow",
    "abs_diff",
    "wrapping_add",
    "saturating_sub",
    "count_ones",
    "leading_zeros",
    "trailing_zeros",
];

/// Whether all methods that change values of a type are known.
fn changes_by_writers_only(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Bool | Ty::Int | Ty::Range => true,
        Ty::Tuple(parts) => parts.iter().all(changes_by_writers_only),
        Ty::List(inner) | Ty::Slice(inner) | Ty::Ref(inner) => changes_by_writers_only(inner),
        Ty::Boxed(_) | Ty::Option(_) | Ty::Never | Ty::Other => false,
    }
}

/// What an expression changes for certain, and the variables that it declares itself.
#[derive(Default)]
struct Assignments {
    found: Vec<(String, Span)>,
    own: Vec<String>,
}

/// The variables from outside that an expression changes for certain.
pub(super) fn changed_for_certain(expr: &Expr) -> Vec<String> {
    let mut changes = Assignments::default();
    changes.visit_expr(expr);
    let own = changes.own;
    let found = changes.found.into_iter().map(|(name, _)| name);
    found.filter(|name| !own.contains(name)).collect()
}

/// The variables that an expression may change.
pub(super) fn changed_perhaps(expr: &Expr) -> Vec<String> {
    let mut changes = Changes(Vec::new());
    changes.visit_expr(expr);
    changes.0
}

/// Methods that change their receiver, whatever its type.
const WRITERS: &[&str] = &[
    "push",
    "pop",
    "insert",
    "remove",
    "swap_remove",
    "clear",
    "truncate",
    "swap",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "reverse",
    "rotate_left",
    "rotate_right",
    "fill",
    "copy_from_slice",
    "clone_from_slice",
    "extend",
    "extend_from_slice",
    "append",
    "drain",
    "retain",
    "resize",
    "iter_mut",
    "chunks_mut",
    "chunks_exact_mut",
    "split_at_mut",
    "as_mut",
    "get_mut",
    "last_mut",
    "first_mut",
];

impl<'ast> Visit<'ast> for Assignments {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let changed = match expr {
            Expr::Assign(assign) => {
                let names = Lower::targets(&assign.left).into_iter();
                let names = names.filter_map(Lower::changed_name);
                self.found.extend(names.map(|name| (name, expr.span())));
                None
            }
            Expr::Binary(binary) if super::compound(&binary.op).is_some() => Some(&*binary.left),
            Expr::MethodCall(call) if WRITERS.contains(&call.method.to_string().as_str()) => {
                Some(&*call.receiver)
            }
            Expr::Reference(lent) if lent.mutability.is_some() => Some(&*lent.expr),
            _ => None,
        };
        if let Some(target) = changed
            && let Some(name) = Lower::changed_name(target)
        {
            self.found.push((name, expr.span()));
        }
        visit::visit_expr(self, expr);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.own.push(spelling(&pattern.ident));
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        each_element(mac, |element| self.visit_expr(element));
    }
}

impl<'ast> Visit<'ast> for Changes {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let reads = PREDICATES.contains(&name.as_str())
                    || READERS.contains(&name.as_str())
                    || crate::rules::vocabulary().any(|row| row.name == name);
                // Through `&x` nothing of `x` changes.
                let is_shared = matches!(
                    behind_parens(&call.receiver),
                    Expr::Reference(reference) if reference.mutability.is_none()
                );
                if !reads && !is_shared {
                    self.0.extend(Lower::changed_name(&call.receiver));
                }
            }
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.0.extend(Lower::changed_name(&reference.expr));
            }
            Expr::Assign(assign) => {
                let targets = Lower::targets(&assign.left).into_iter();
                self.0.extend(targets.filter_map(Lower::changed_name));
            }
            Expr::Binary(binary) if super::compound(&binary.op).is_some() => {
                self.0.extend(Lower::changed_name(&binary.left));
            }
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        each_element(mac, |element| self.visit_expr(element));
    }
}

/// The variables that functions are given as they stand.
struct Passed(Vec<(String, Span)>);

impl<'ast> Visit<'ast> for Passed {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        for arg in &call.args {
            if let Expr::Path(path) = arg
                && let Some(name) = path.path.get_ident()
            {
                self.0.push((spelling(name), name.span()));
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        each_element(mac, |element| self.visit_expr(element));
    }
}

/// Whether an expression can be written a second time: it reads, and calls nothing that might do more.
pub(super) struct Repeatable(pub(super) bool);

impl<'ast> Visit<'ast> for Repeatable {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Lit(_)
            | Expr::Path(_)
            | Expr::Paren(_)
            | Expr::Group(_)
            | Expr::Unary(_)
            | Expr::Binary(_)
            | Expr::Cast(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Range(_)
            | Expr::Tuple(_)
            | Expr::Array(_) => visit::visit_expr(self, expr),
            Expr::Reference(reference) if reference.mutability.is_none() => {
                visit::visit_expr(self, expr);
            }
            Expr::MethodCall(call)
                if PREDICATES.contains(&call.method.to_string().as_str())
                    || crate::rules::method(&call.method.to_string(), 1 + call.args.len())
                        .is_some() =>
            {
                visit::visit_expr(self, expr);
            }
            _ => self.0 = false,
        }
    }
}
