//! Blocks, choices and loops of kept Rust.

use super::place::Place;
use super::{Eval, Exit, Local, Scope, label};
use crate::interpret::data::{Data, Part};
use crate::interpret::{Machine, unknown};
use syn::{BinOp, Block, Expr, Pat, Stmt};

/// The most iterations of a loop.
const LONGEST: usize = 2000;

impl Machine<'_> {
    pub(super) fn block(&mut self, block: &Block, scope: &mut Scope) -> Eval {
        let count = scope.locals.len();
        let value = self.statements(&block.stmts, scope);
        scope.locals.truncate(count);
        value
    }

    fn statements(&mut self, stmts: &[Stmt], scope: &mut Scope) -> Eval {
        let mut last = Data::unit();
        for stmt in stmts {
            last = Data::unit();
            match stmt {
                Stmt::Local(local) => self.declare(local, scope)?,
                Stmt::Expr(expr, None) => last = self.eval(expr, scope)?,
                Stmt::Expr(expr, Some(_)) => {
                    self.eval(expr, scope)?;
                }
                Stmt::Macro(mac) if mac.mac.path.is_ident("assert") => {}
                _ => return unknown("a statement"),
            }
        }
        Ok(last)
    }

    fn declare(&mut self, local: &syn::Local, scope: &mut Scope) -> Eval<()> {
        let Some(init) = &local.init else {
            let Pat::Ident(name) = &local.pat else {
                return unknown("a variable without a value");
            };
            // It is given a value before it is read.
            let later = Local::Own(Data::unit());
            scope.locals.push((name.ident.to_string(), later));
            return Ok(());
        };
        if let Some(array) = self.declared_array(&local.pat, &init.expr, scope)? {
            self.fits(&local.pat, &array, None, scope)?;
            return Ok(());
        }
        match (
            self.look_into(&local.pat, &init.expr, scope)?,
            &init.diverge,
        ) {
            (true, _) => Ok(()),
            (false, Some((_, otherwise))) => self.eval(otherwise, scope).map(drop),
            (false, None) => unknown("a pattern of `let`"),
        }
    }

    /// Whether what an expression gives fits a pattern; binds its names.
    pub(super) fn look_into(
        &mut self,
        pattern: &Pat,
        expr: &Expr,
        scope: &mut Scope,
    ) -> Eval<bool> {
        match self.lent(expr, scope)? {
            Some(place) => {
                let value = self.load(&place, scope)?;
                self.fits(pattern, &value, Some(&place), scope)
            }
            None => {
                let value = self.eval(expr, scope)?;
                self.fits(pattern, &value, None, scope)
            }
        }
    }

    /// Whether a condition holds; binds what its patterns bind.
    fn holds(&mut self, cond: &Expr, scope: &mut Scope) -> Eval<bool> {
        match cond {
            Expr::Paren(inner) => self.holds(&inner.expr, scope),
            Expr::Let(matched) => self.look_into(&matched.pat, &matched.expr, scope),
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                Ok(self.holds(&binary.left, scope)? && self.holds(&binary.right, scope)?)
            }
            _ => self.bool(cond, scope),
        }
    }

    pub(super) fn choice(&mut self, branch: &syn::ExprIf, scope: &mut Scope) -> Eval {
        let count = scope.locals.len();
        let holds = self.holds(&branch.cond, scope);
        let value = match (holds, &branch.else_branch) {
            (Ok(true), _) => self.block(&branch.then_branch, scope),
            (Ok(false), Some((_, otherwise))) => {
                scope.locals.truncate(count);
                self.eval(otherwise, scope)
            }
            (Ok(false), None) => Ok(Data::unit()),
            (Err(exit), _) => Err(exit),
        };
        scope.locals.truncate(count);
        value
    }

    pub(super) fn matching(&mut self, matching: &syn::ExprMatch, scope: &mut Scope) -> Eval {
        for arm in &matching.arms {
            let count = scope.locals.len();
            let value = match self.look_into(&arm.pat, &matching.expr, scope) {
                Ok(true) => Some(self.eval(&arm.body, scope)),
                Ok(false) => None,
                Err(exit) => Some(Err(exit)),
            };
            scope.locals.truncate(count);
            if let Some(value) = value {
                return value;
            }
        }
        unknown("no arm fits")
    }

    pub(super) fn labelled(&mut self, block: &syn::ExprBlock, scope: &mut Scope) -> Eval {
        let own = block.label.as_ref().and_then(|own| label(Some(&own.name)));
        match self.block(&block.block, scope) {
            Err(Exit::Break(target, value)) if target.is_some() && target == own => Ok(value),
            other => other,
        }
    }

    /// One iteration: what it breaks with, if it does.
    fn iteration(
        &mut self,
        own: Option<&syn::Label>,
        body: &Block,
        scope: &mut Scope,
    ) -> Eval<Option<Data>> {
        let own = own.and_then(|own| label(Some(&own.name)));
        let is_here = |target: &Option<String>| target.is_none() || *target == own;
        match self.block(body, scope) {
            Ok(_) => Ok(None),
            Err(Exit::Continue(target)) if is_here(&target) => Ok(None),
            Err(Exit::Break(target, value)) if is_here(&target) => Ok(Some(value)),
            Err(exit) => Err(exit),
        }
    }

    pub(super) fn endless(&mut self, repeat: &syn::ExprLoop, scope: &mut Scope) -> Eval {
        for _ in 0..LONGEST {
            if let Some(value) = self.iteration(repeat.label.as_ref(), &repeat.body, scope)? {
                return Ok(value);
            }
        }
        unknown("a long loop")
    }

    pub(super) fn repeat_while(&mut self, repeat: &syn::ExprWhile, scope: &mut Scope) -> Eval {
        for _ in 0..LONGEST {
            let count = scope.locals.len();
            let end = match self.holds(&repeat.cond, scope) {
                Ok(true) => self.iteration(repeat.label.as_ref(), &repeat.body, scope),
                Ok(false) => Ok(Some(Data::unit())),
                Err(exit) => Err(exit),
            };
            scope.locals.truncate(count);
            if end?.is_some() {
                return Ok(Data::unit());
            }
        }
        unknown("a long loop")
    }

    pub(super) fn for_each(&mut self, repeat: &syn::ExprForLoop, scope: &mut Scope) -> Eval {
        let list = self.lent_list(&repeat.expr, scope)?;
        let items = match &list {
            Some(list) => self.load(list, scope)?.items()?,
            None => self.eval(&repeat.expr, scope)?.items()?,
        };
        for (index, item) in items.into_iter().enumerate() {
            let place = list.as_ref().map(|list| list.inside(Part::Index(index)));
            let count = scope.locals.len();
            let end = match self.fits(&repeat.pat, &item, place.as_ref(), scope) {
                Ok(true) => self.iteration(repeat.label.as_ref(), &repeat.body, scope),
                Ok(false) => unknown("a pattern of a loop"),
                Err(exit) => Err(exit),
            };
            scope.locals.truncate(count);
            if end?.is_some() {
                break;
            }
        }
        Ok(Data::unit())
    }

    /// The list whose elements a loop may change: `list.iter_mut()`, `&mut list`.
    fn lent_list(&mut self, items: &Expr, scope: &mut Scope) -> Eval<Option<Place>> {
        match items {
            Expr::MethodCall(call) if call.method == "iter_mut" => {
                self.place(&call.receiver, scope)
            }
            _ => self.lent(items, scope),
        }
    }
}
