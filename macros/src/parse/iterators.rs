//! Iterators in variables: `let pairs = x.iter().zip(y);`. Nothing is done before they are run, so that they can be written where
//! that is; what is computed at once, as the `n` of `take(n)`, gets a name in front.

use super::closure::{behind_parens, name_of};
use super::env::spelling;
use super::matching::is_irrefutable;
use super::sequence::{is_adaptor, is_source};
use super::snippet::collect_names;
use crate::variants::is_some;
use proc_macro2::Span;
use quote::{ToTokens, format_ident};
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, Ident, Local, Pat, Stmt};

/// An iterator that a variable stands for.
pub(super) struct Iterator {
    /// It is made again wherever it is run.
    pub(super) closure: ExprClosure,
    /// What is computed where it is declared.
    pub(super) parts: Vec<Stmt>,
    /// Variables that its closures take.
    pub(super) taken: HashSet<String>,
}

/// `let it = x.iter().map(f);`, which nothing advances before it is used up; `None` where it is none, or where what it goes
/// through may be something else by then.
pub(super) fn iterator_of(
    local: &Local,
    number: usize,
    reassigned: &HashSet<String>,
) -> Option<Iterator> {
    let (init, _) = (local.init.as_ref()?, name_of(&local.pat)?);
    let is_mutable = matches!(&local.pat, Pat::Ident(pat) if pat.mutability.is_some());
    if is_mutable || init.diverge.is_some() || !is_iterator(&init.expr) {
        return None;
    }
    let mut chain = (*init.expr).clone();
    let mut parts = Parts {
        number,
        reassigned,
        stmts: Vec::new(),
    };
    parts.items(&mut chain)?;
    let stmts = parts.stmts;
    let mut taken = Taken(HashSet::new());
    taken.visit_expr(&chain);
    Some(Iterator {
        closure: syn::parse_quote!(|| #chain),
        parts: stmts,
        taken: taken.0,
    })
}

/// Whether an expression is an iterator for certain: adaptors behind a method that makes one, or behind a range.
fn is_iterator(expr: &Expr) -> bool {
    let Expr::MethodCall(call) = behind_parens(expr) else {
        return false;
    };
    let name = call.method.to_string();
    is_source(&name)
        || is_adaptor(&name)
            && (is_iterator(&call.receiver)
                || matches!(behind_parens(&call.receiver), Expr::Range(_)))
}

/// What the methods of a chain are called on.
pub(super) fn root_of(expr: &mut Expr) -> &mut Expr {
    match expr {
        Expr::MethodCall(call) => root_of(&mut call.receiver),
        Expr::Paren(inner) => root_of(&mut inner.expr),
        root => root,
    }
}

/// Gives names to what is computed at once.
struct Parts<'a> {
    number: usize,
    reassigned: &'a HashSet<String>,
    stmts: Vec<Stmt>,
}

impl Parts<'_> {
    fn items(&mut self, expr: &mut Expr) -> Option<()> {
        match expr {
            Expr::Paren(inner) => self.items(&mut inner.expr),
            Expr::Range(range) => {
                let bounds = [&mut range.start, &mut range.end];
                for bound in bounds.into_iter().flatten() {
                    self.part(bound);
                }
                Some(())
            }
            Expr::MethodCall(call) if is_adaptor(&call.method.to_string()) => {
                let name = call.method.to_string();
                if is_source(&name) && !is_iterator(&call.receiver) {
                    self.list(&mut call.receiver)?;
                } else {
                    self.items(&mut call.receiver)?;
                }
                for arg in &mut call.args {
                    match (name.as_str(), behind_parens(arg)) {
                        ("zip" | "chain", _) => self.items(arg)?,
                        (_, Expr::Closure(_) | Expr::Path(_))
                            if !["skip", "take", "step_by", "scan"].contains(&name.as_str())
                                && !is_source(&name) => {}
                        (_, Expr::Closure(_)) => {}
                        _ => self.part(arg),
                    }
                }
                Some(())
            }
            _ => self.list(expr),
        }
    }

    /// A list that is borrowed, or used up.
    fn list(&mut self, expr: &mut Expr) -> Option<()> {
        match expr {
            Expr::Path(path) => {
                let name = path.path.get_ident().map(spelling);
                let is_reassigned = name.is_some_and(|name| self.reassigned.contains(&name));
                (!is_reassigned).then_some(())
            }
            Expr::Paren(inner) => self.list(&mut inner.expr),
            Expr::Reference(inner) => self.list(&mut inner.expr),
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => {
                self.list(&mut inner.expr)
            }
            Expr::Field(field) => self.list(&mut field.base),
            Expr::Index(index) => {
                match &mut *index.index {
                    range @ Expr::Range(_) => self.items(range)?,
                    position => self.part(position),
                }
                self.list(&mut index.expr)
            }
            other => {
                self.part(other);
                Some(())
            }
        }
    }

    fn part(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Lit(_)) {
            return;
        }
        let (number, count) = (self.number, self.stmts.len());
        let name = format_ident!("__part{number}_{count}", span = Span::call_site());
        self.stmts.push(syn::parse_quote!(let #name = #expr;));
        *expr = syn::parse_quote!(#name);
    }
}

/// The variables in closures that take what they capture.
struct Taken(HashSet<String>);

impl<'ast> Visit<'ast> for Taken {
    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        if closure.capture.is_some() {
            let mut names = Vec::new();
            collect_names(closure.body.to_token_stream(), &mut names);
            self.0.extend(names);
        }
        visit::visit_expr_closure(self, closure);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        super::list::each_element(mac, |element| self.visit_expr(element));
    }
}

/// The variables of a function that are given another value as a whole, or a field of them.
pub(super) fn reassigned(block: &Block) -> HashSet<String> {
    struct Reassigned(HashSet<String>);
    impl<'ast> Visit<'ast> for Reassigned {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Assign(assign) => {
                    let targets = super::Lower::targets(&assign.left).into_iter();
                    self.0.extend(targets.filter_map(whole));
                }
                Expr::Reference(lent) if lent.mutability.is_some() => {
                    self.0.extend(whole(&lent.expr));
                }
                _ => {}
            }
            visit::visit_expr(self, expr);
        }

        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            super::list::each_element(mac, |element| self.visit_expr(element));
        }
    }
    let mut found = Reassigned(HashSet::new());
    found.visit_block(block);
    found.0
}

/// The variable that a place is, or is a field of.
fn whole(place: &Expr) -> Option<String> {
    match place {
        Expr::Path(path) => path.path.get_ident().map(spelling),
        Expr::Field(field) => whole(&field.base),
        Expr::Paren(inner) => whole(&inner.expr),
        Expr::Unary(inner) => whole(&inner.expr),
        _ => None,
    }
}

/// `let mut it = x.iter(); while let Some(v) = it.next() { .. }`, where `it` stands nowhere else, is a `for` loop.
pub(super) fn loops_over(stmts: &mut [Stmt]) {
    for index in 0..stmts.len() {
        let (before, behind) = stmts.split_at_mut(index + 1);
        let Some(Stmt::Local(local)) = before.last_mut() else {
            continue;
        };
        let Some(init) = &local.init else { continue };
        let Pat::Ident(pat) = &mut local.pat else {
            continue;
        };
        if pat.mutability.is_none() || !is_iterator(&init.expr) {
            continue;
        }
        let mut mentions = Vec::new();
        for stmt in behind.iter() {
            collect_names(stmt.to_token_stream(), &mut mentions);
        }
        let name = spelling(&pat.ident);
        if mentions.iter().filter(|mention| **mention == name).count() != 1 {
            continue;
        }
        let rewritten = behind
            .iter_mut()
            .find_map(|stmt| Some((for_loop(stmt, &pat.ident)?, stmt)));
        if let Some((repeat, stmt)) = rewritten {
            *stmt = Stmt::Expr(repeat, None);
            pat.mutability = None;
        }
    }
}

/// `for v in it { .. }` for `while let Some(v) = it.next() { .. }`
fn for_loop(stmt: &Stmt, name: &Ident) -> Option<Expr> {
    let Stmt::Expr(Expr::While(repeat), _) = stmt else {
        return None;
    };
    let Expr::Let(condition) = &*repeat.cond else {
        return None;
    };
    let (Pat::TupleStruct(pattern), Expr::MethodCall(next)) = (&*condition.pat, &*condition.expr)
    else {
        return None;
    };
    let is_name = matches!(&*next.receiver, Expr::Path(path) if path.path.is_ident(name));
    let item = pattern.elems.first()?;
    if !is_name || next.method != "next" || !is_some(&pattern.path) || !is_irrefutable(item) {
        return None;
    }
    let (label, body, span) = (&repeat.label, &repeat.body, repeat.while_token.span);
    let mut repeat: syn::ExprForLoop = syn::parse_quote!(#label for #item in #name #body);
    repeat.for_token.span = span;
    Some(Expr::ForLoop(repeat))
}
