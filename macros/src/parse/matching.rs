//! `match`, `if let` and `while let`: a test for each pattern, and the names it binds in the arm behind the test.

use super::Lower;
use super::control::{Arm, exit_in};
use super::env::{Variable, spelling};
use super::statement::compound;
use super::variant::held;
use super::wildcards::{Wildcards, WildcardsBut};
use crate::ir::{Op, Ty, Value};
use crate::variants::is_some;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use std::borrow::Cow;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, ExprLet, ExprMatch, Pat, PatIdent, Stmt};

/// What the pattern of a condition looks at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Matched {
    Value(Value),
    /// The variable of an option that holds it, where the condition came to the pattern.
    Option(Variable),
}

impl Lower<'_> {
    /// A condition: any Rust that yields a `bool`, since a `bool` carries no derivative, with patterns between `&&`.
    pub(super) fn condition(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Paren(inner) => self.condition(&inner.expr),
            Expr::Let(expr) => {
                let value = self.scrutinee(expr);
                self.test(&expr.pat, value)
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) && has_pattern(expr) => {
                let left = self.condition(&binary.left);
                let span = binary.op.span();
                self.expect_patterns(&binary.right);
                let arms: [Arm<'_, '_>; 2] = [
                    Box::new(|lower| {
                        lower.env.enter();
                        lower.bind_condition(&binary.left);
                        let value = lower.condition(&binary.right);
                        lower.env.leave();
                        value
                    }),
                    Box::new(move |lower| {
                        lower.composed(quote!(false), Vec::new(), Ty::Bool, span)
                    }),
                ];
                let holds = self.merged(left, span, arms);
                self.offer(&binary.right);
                holds
            }
            _ if self.changes_active(expr) => {
                let value = self.expression(expr);
                self.operand(value)
            }
            _ => self.plain(expr, Ty::Bool),
        }
    }

    /// The names that the patterns of a condition bind, where it holds.
    pub(super) fn bind_condition(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(inner) => self.bind_condition(&inner.expr),
            Expr::Let(expr) => {
                let value = match self.matched.get(&std::ptr::from_ref(expr)) {
                    Some(Matched::Value(value)) => *value,
                    Some(Matched::Option(variable)) => {
                        let option = self.env.value(*variable);
                        self.unwrapped(option.expect("none at least"))
                    }
                    None => self.scrutinee(expr),
                };
                self.bind_matched(&expr.pat, value);
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                self.bind_condition(&binary.left);
                self.bind_condition(&binary.right);
            }
            _ => {}
        }
    }

    /// What a pattern looks at. It is computed once: behind `&&` only where it comes to that, and kept as an option.
    fn scrutinee(&mut self, expr: &ExprLet) -> Value {
        let key = std::ptr::from_ref(expr);
        if let Some(target) = lent_by(&expr.expr) {
            let value = self.expression(&target);
            self.matched.insert(key, Matched::Value(value));
            return value;
        }
        if let Some(place) = self.place(&expr.expr) {
            self.matched.insert(key, Matched::Value(place));
            return place;
        }
        if let Expr::Reference(reference) = &*expr.expr
            && reference.mutability.is_none()
            && let Some(place) = self.place(&reference.expr)
        {
            let ty = Ty::Ref(Box::new(self.graph[place].ty.clone()));
            let value = self.add(Op::Ref(place), ty, expr.expr.span());
            self.matched.insert(key, Matched::Value(value));
            return value;
        }
        let value = self.expression(&expr.expr);
        match self.matched.get(&key) {
            Some(Matched::Option(variable)) => {
                let (variable, option) = (*variable, self.optional(value));
                self.env.assign(variable, option);
            }
            _ => {
                self.matched.insert(key, Matched::Value(value));
            }
        }
        value
    }

    /// Variables for what the patterns of a condition look at that may not be come to.
    fn expect_patterns(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(inner) => self.expect_patterns(&inner.expr),
            Expr::Binary(binary) => {
                self.expect_patterns(&binary.left);
                self.expect_patterns(&binary.right);
            }
            Expr::Let(expr) => {
                let none = self.add(Op::None, Ty::Never, expr.let_token.span);
                let variable = self.env.declare_hidden("matched".into(), None, Some(none));
                self.matched
                    .insert(std::ptr::from_ref(expr), Matched::Option(variable));
            }
            _ => {}
        }
    }

    /// What was kept for the patterns of a condition is there where it comes to them, whether they match or not.
    fn offer(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(inner) => self.offer(&inner.expr),
            Expr::Let(expr) => {
                if let Some(Matched::Option(variable)) = self.matched.get(&std::ptr::from_ref(expr))
                    && let Some(option) = self.env.value(*variable)
                {
                    self.graph[option].offered = true;
                }
            }
            _ => {}
        }
    }

    /// Whether a value matches a pattern.
    pub(super) fn test(&mut self, pattern: &Pat, value: Value) -> Value {
        let span = pattern.span();
        if is_irrefutable(pattern) {
            return self.composed(quote!(true), Vec::new(), Ty::Bool, span);
        }
        if let Pat::Tuple(tuple) = pattern {
            let mut tests = Vec::new();
            for (index, element) in tuple.elems.iter().enumerate() {
                if !is_irrefutable(element) {
                    let part =
                        self.part(value, syn::Member::Unnamed(syn::Index::from(index)), span);
                    tests.push(self.test(element, part));
                }
            }
            return tests
                .into_iter()
                .reduce(|a, b| {
                    self.composed(quote!(a && b), vec![("a", a), ("b", b)], Ty::Bool, span)
                })
                .expect("some element is refutable");
        }
        let value = self.behind(value);
        let mut shown = pattern.clone();
        Wildcards.visit_pat_mut(&mut shown);
        let tokens = quote!(match matched_value { #shown => true, _ => false });
        self.composed(tokens, vec![("matched_value", value)], Ty::Bool, span)
    }

    /// Binds the names of a pattern that a value is known to match.
    fn bind_matched(&mut self, pattern: &Pat, value: Value) {
        match pattern {
            Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Wild(_) => {}
            Pat::Ident(pat) if is_constant(pat) => {}
            Pat::Tuple(tuple) if !is_irrefutable(pattern) => {
                for (index, element) in tuple.elems.iter().enumerate() {
                    let member = syn::Member::Unnamed(syn::Index::from(index));
                    let part = self.part(value, member, element.span());
                    self.bind_matched(element, part);
                }
            }
            _ if (self.graph[value].active || self.is_exclusive(value))
                && !is_irrefutable(pattern) =>
            {
                self.bind_parts(pattern, value);
            }
            Pat::Ident(pat) if pat.subpat.is_some() => {
                let name = Pat::Ident(PatIdent {
                    subpat: None,
                    ..pat.clone()
                });
                self.bind(&name, value);
            }
            _ if is_irrefutable(pattern) => self.bind(pattern, value),
            _ => {
                // By a reference names are bound as references.
                let value = match self.graph[value].op {
                    Op::Ref(_) => value,
                    _ => self.operand(value),
                };
                let held = match &self.graph[value].ty {
                    Ty::Option(inner) if is_held_name(pattern) => held(inner),
                    _ => Ty::Other,
                };
                for name in bound_names(pattern) {
                    let mut shown = pattern.clone();
                    WildcardsBut(&name).visit_pat_mut(&mut shown);
                    let tokens = quote! {
                        match matched_value { #shown => #name, _ => ::core::unreachable!() }
                    };
                    let uses = vec![("matched_value", value)];
                    let part = self.composed(tokens, uses, held.clone(), name.span());
                    self.name(part, &name.to_string());
                    self.env.declare(spelling(&name), None, Some(part));
                }
            }
        }
    }
}

/// `&mut place`, also as `place.as_mut()`.
fn lent_by(expr: &Expr) -> Option<Cow<'_, Expr>> {
    match expr {
        Expr::Paren(inner) => lent_by(&inner.expr),
        Expr::Reference(reference) if reference.mutability.is_some() => Some(Cow::Borrowed(expr)),
        Expr::MethodCall(call) if call.method == "as_mut" && call.args.is_empty() => {
            let (place, span) = (&call.receiver, call.method.span());
            Some(Cow::Owned(syn::parse_quote_spanned!(span=> &mut #place)))
        }
        _ => None,
    }
}

fn has_pattern(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Paren(inner) => has_pattern(&inner.expr),
        Expr::Binary(binary) => has_pattern(&binary.left) || has_pattern(&binary.right),
        _ => false,
    }
}

/// `Some(name)`
fn is_held_name(pattern: &Pat) -> bool {
    match pattern {
        Pat::TupleStruct(tuple) if is_some(&tuple.path) => {
            matches!(tuple.elems.first(), Some(Pat::Ident(pat)) if pat.subpat.is_none())
        }
        _ => false,
    }
}

/// An identifier pattern that names a constant or a unit variant, by its spelling.
pub(super) fn is_constant(pat: &PatIdent) -> bool {
    pat.ident.to_string().starts_with(char::is_uppercase)
}

pub(super) fn is_irrefutable(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(pat) => pat.subpat.is_none() && !is_constant(pat),
        Pat::Paren(inner) => is_irrefutable(&inner.pat),
        Pat::Reference(inner) => is_irrefutable(&inner.pat),
        Pat::Type(inner) => is_irrefutable(&inner.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(is_irrefutable),
        _ => false,
    }
}

pub(super) fn bound_names(pattern: &Pat) -> Vec<syn::Ident> {
    struct Names(Vec<syn::Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
            if !is_constant(pat) && !self.0.contains(&pat.ident) {
                self.0.push(pat.ident.clone());
            }
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

/// Rewrites `match` to a chain of `if let`, and `while let` to a loop, so that only `if` has to know patterns.
#[derive(Default)]
pub(super) struct Matches {
    /// Which of the rewritings of the function it is.
    round: usize,
    count: usize,
}

impl Matches {
    pub(super) fn again(round: usize) -> Self {
        Matches { round, count: 0 }
    }

    /// A name for what is matched, that no other `match` uses.
    fn fresh(&mut self) -> syn::Ident {
        self.count += 1;
        quote::format_ident!("__matched{}_{}", self.round, self.count)
    }
}

impl VisitMut for Matches {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let is_labelled = matches!(expr, Expr::Block(block) if block.label.is_some());
        let is_left = is_labelled && exit_in(expr).is_some();
        let rewritten = match expr {
            Expr::Match(matching) => Some(rewrite_match(matching, &self.fresh())),
            Expr::While(repeat) if has_pattern(&repeat.cond) => {
                let (label, cond, body) = (&repeat.label, &repeat.cond, &repeat.body);
                let branch: Expr = syn::parse_quote_spanned!(repeat.while_token.span=> if #cond #body else { break; });
                Some(syn::parse_quote_spanned!(repeat.while_token.span=> #label loop { #branch }))
            }
            Expr::Block(block) if is_left => rewrite_block(block, &self.fresh()),
            _ => None,
        };
        if let Some(rewritten) = rewritten {
            *expr = rewritten;
        }
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        nest_let_else(&mut block.stmts, self);
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::list::visit_vec(self, mac);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `let P = x else { D }; rest` becomes `if let P = x { rest } else { D }`.
fn nest_let_else(stmts: &mut Vec<Stmt>, matches: &mut Matches) {
    let is_let_else = |stmt: &Stmt| matches!(stmt, Stmt::Local(local) if local.init.as_ref().is_some_and(|init| init.diverge.is_some()));
    let Some(index) = stmts.iter().position(is_let_else) else {
        return;
    };
    let mut rest = stmts.split_off(index).into_iter();
    let Some(Stmt::Local(local)) = rest.next() else {
        return;
    };
    let Some(init) = local.init else {
        return;
    };
    let Some((token, otherwise)) = init.diverge else {
        return;
    };
    let (scrutinee, rest) = (init.expr, rest.collect::<Vec<_>>());
    let (pattern, annotation) = match local.pat {
        Pat::Type(pat) => {
            let (colon, ty) = (pat.colon_token, pat.ty);
            (*pat.pat, quote!(#colon #ty))
        }
        pattern => (pattern, TokenStream::new()),
    };
    let (matched, span) = (matches.fresh(), token.span);
    if !annotation.is_empty() {
        let declared: Stmt =
            syn::parse_quote_spanned!(span=> let #matched #annotation = #scrutinee;);
        stmts.push(declared);
    }
    let mut branch: syn::ExprIf =
        syn::parse_quote_spanned!(span=> if let #pattern = #matched { #(#rest)* } else #otherwise);
    if let (Expr::Let(cond), true) = (&mut *branch.cond, annotation.is_empty()) {
        cond.expr = scrutinee;
    }
    stmts.push(Stmt::Expr(Expr::If(branch), None));
}

/// `'a: { .. }` that holds exits to further out: a loop that ends after its first iteration.
fn rewrite_block(block: &syn::ExprBlock, matched: &syn::Ident) -> Option<Expr> {
    let label = block.label.as_ref()?;
    let (name, span) = (&label.name, label.name.span());
    let (last, stmts) = match block.block.stmts.split_last() {
        Some((Stmt::Expr(value, None), stmts)) => {
            (quote!(let #matched = #value; break #name #matched;), stmts)
        }
        _ => (quote!(break #name;), &block.block.stmts[..]),
    };
    Some(syn::parse_quote_spanned!(span=> #label loop { #(#stmts)* #last }))
}

fn rewrite_match(matching: &ExprMatch, matched: &syn::Ident) -> Expr {
    let span = matching.match_token.span;
    let scrutinee = &matching.expr;
    // In Rust that is kept as it is, a variable that is matched would be moved to another one.
    let (matched, binds) = match &**scrutinee {
        Expr::Path(path) if path.path.get_ident().is_some() => (quote!(#path), false),
        _ => (quote!(#matched), true),
    };
    let mut chain: TokenStream = quote!({ ::core::unreachable!() });
    let arms: Vec<(&Pat, Option<&Expr>, &Expr)> = matching
        .arms
        .iter()
        .flat_map(|arm| {
            let (pattern, guard) = match &arm.pat {
                Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
                pattern => (pattern, None),
            };
            let cases = alternatives(pattern).into_iter();
            cases.map(move |case| (case, guard, &*arm.body))
        })
        .collect();
    let last = arms.len().saturating_sub(1);
    for (index, (pattern, guard, body)) in arms.into_iter().enumerate().rev() {
        let body = block_of(body);
        if index == last && guard.is_none() && is_irrefutable(pattern) {
            chain = quote!({ let #pattern = #matched; #body });
            continue;
        }
        let guards = guard.map(conjuncts).unwrap_or_default();
        let branch = quote!(if let #pattern = #matched #(&& #guards)* { #body } else #chain);
        chain = if index == 0 {
            branch
        } else {
            quote!({ #branch })
        };
    }
    let rewritten: syn::Result<Expr> = syn::parse2(match binds {
        true => quote_spanned!(span=> { let #matched = #scrutinee; #chain }),
        false => quote_spanned!(span=> { #chain }),
    });
    rewritten.unwrap_or_else(|_| Expr::Match(matching.clone()))
}

/// The cases of a pattern, each with an arm of its own where they bind names.
fn alternatives(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Or(cases) if !bound_names(pattern).is_empty() => cases.cases.iter().collect(),
        _ => vec![pattern],
    }
}

/// What `&&` joins in a guard, so that its patterns stand beside that of the arm.
fn conjuncts(guard: &Expr) -> Vec<TokenStream> {
    match guard {
        Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) && has_pattern(guard) => {
            let [mut left, right] = [&binary.left, &binary.right].map(|side| conjuncts(side));
            left.extend(right);
            left
        }
        Expr::Let(_) => vec![quote!(#guard)],
        _ => vec![quote!((#guard))],
    }
}

/// The statements of an arm.
fn block_of(body: &Expr) -> TokenStream {
    match body {
        Expr::Block(block) if block.label.is_none() => {
            let stmts = &block.block.stmts;
            quote!(#(#stmts)*)
        }
        Expr::Assign(_) => quote!(#body;),
        Expr::Binary(binary) if compound(&binary.op).is_some() => quote!(#body;),
        other => quote!(#other),
    }
}
