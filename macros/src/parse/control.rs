//! Sequences of statements, and early exits: `return`, `break`, `continue`. A statement that may exit takes the rest of
//! the function, or of the loop's body, into the arm that goes on, so that every region has one way in and one way out.
//! Where both arms may go on, the value returned early travels as an option, and the rest runs when there is none.

use super::Lower;
use super::env::{Scopes, Variable};
use crate::ir::{Op, Ty, Value};
use proc_macro2::Span;
use std::borrow::Cow;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprIf, Local, Stmt};

/// How an arm of a branch is lowered.
pub(super) type Arm<'a, 'b> = Box<dyn FnOnce(&mut Lower<'b>) -> Value + 'a>;

/// What follows a block of statements.
pub(super) enum Then<'a> {
    /// The value of the block is the value of the function.
    Return,
    /// The iteration ends; the value is of no use.
    Iterate,
    /// The value goes to `bind`, and `stmts` come next, under the names of `scopes`.
    Continue {
        scopes: Scopes,
        bind: Option<&'a Local>,
        stmts: &'a [Stmt],
        then: &'a Then<'a>,
    },
}

impl Lower<'_> {
    /// Lowers `stmts` and what follows them; returns the value of the function.
    pub(super) fn sequence(&mut self, stmts: &[Stmt], then: &Then<'_>) -> Value {
        for (index, stmt) in stmts.iter().enumerate() {
            let rest = &stmts[index + 1..];
            if may_exit(stmt) {
                if let Some(value) = self.too_deep(stmt.span()) {
                    return value;
                }
                return self.returning(stmt, rest, then);
            }
            if let (Some(expr), true) = (tail(stmt), rest.is_empty()) {
                let value = self.expression(&expr);
                return self.finish(value, then);
            }
            self.statement(stmt);
        }
        let unit = self.unit(Span::call_site());
        self.finish(unit, then)
    }

    fn finish(&mut self, value: Value, then: &Then<'_>) -> Value {
        match then {
            Then::Return => value,
            Then::Iterate => self.unit(Span::call_site()),
            Then::Continue {
                scopes,
                bind,
                stmts,
                then,
            } => {
                self.env.restore_scopes(scopes.clone());
                if let Some(local) = bind {
                    self.bind_local(local, value);
                }
                self.sequence(stmts, then)
            }
        }
    }

    fn returning(&mut self, stmt: &Stmt, rest: &[Stmt], then: &Then<'_>) -> Value {
        let Some((expr, bind)) = may_return(stmt) else {
            return self.misplaced_exit_of(stmt);
        };
        let continued;
        let next = if bind.is_none() && rest.is_empty() && is_tail(stmt) {
            then
        } else {
            let scopes = self.env.scopes();
            continued = Then::Continue {
                scopes,
                bind,
                stmts: rest,
                then,
            };
            &continued
        };
        match expr {
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => self.exit(expr),
            Expr::Loop(endless) if !super::loops::breaks(endless) => {
                // Nothing comes behind it.
                self.expression(expr);
                self.exited(expr.span())
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                let value = self.expression(expr);
                let (cond, span) = (self.went_on(expr.span()), expr.span());
                let goes_on = self.region(|lower| {
                    let result = lower.finish(value, next);
                    vec![lower.returned(result)]
                });
                let exited = self.region(|lower| vec![lower.exited(span)]);
                self.join(cond, [goes_on, exited], span)[0]
            }
            Expr::Block(block) => {
                self.env.enter();
                self.sequence(&block.block.stmts, next)
            }
            Expr::If(branch) if goes_on_twice(branch) => {
                let none = self.add(Op::None, Ty::Never, branch.if_token.span);
                let early = self.env.declare_hidden("returned".into(), None, Some(none));
                let value = self.guarded_if(branch, early);
                self.unless_returned(early, branch.if_token.span, |lower| {
                    let value = lower.unwrapped(value);
                    lower.finish(value, next)
                })
            }
            Expr::If(branch) => {
                let cond = self.condition(&branch.cond);
                let arms = arms(branch);
                let before = self.env.state();
                let mut is_then = true;
                let regions = arms.map(|stmts| {
                    self.env.restore(&before);
                    let scopes = self.env.scopes();
                    let region = self.region(|lower| {
                        lower.env.enter();
                        if std::mem::take(&mut is_then) {
                            lower.bind_condition(&branch.cond);
                        }
                        let result = lower.sequence(stmts, next);
                        vec![lower.returned(result)]
                    });
                    self.env.restore_scopes(scopes);
                    region
                });
                self.join(cond, regions, branch.if_token.span)[0]
            }
            _ => self.misplaced_exit_of(stmt),
        }
    }

    /// An `if` whose arms may return by assigning `early`; its value is an option, empty when it did.
    fn guarded_if(&mut self, branch: &ExprIf, early: Variable) -> Value {
        let arms = arms(branch);
        let span = branch.if_token.span;
        let cond = self.condition(&branch.cond);
        let [then, otherwise] = arms;
        let arms: [Arm<'_, '_>; 2] = [
            Box::new(|lower| {
                lower.env.enter();
                lower.bind_condition(&branch.cond);
                let value = lower.guarded_block(then, early);
                lower.env.leave();
                value
            }),
            Box::new(|lower| {
                lower.env.enter();
                let value = lower.guarded_block(otherwise, early);
                lower.env.leave();
                value
            }),
        ];
        self.merged(cond, span, arms)
    }

    fn guarded_block(&mut self, stmts: &[Stmt], early: Variable) -> Value {
        for (index, stmt) in stmts.iter().enumerate() {
            let rest = &stmts[index + 1..];
            if may_exit(stmt) {
                return self.guarded(stmt, rest, early);
            }
            if let (Some(expr), true) = (tail(stmt), rest.is_empty()) {
                let value = self.expression(&expr);
                return self.optional(value);
            }
            self.statement(stmt);
        }
        let unit = self.unit(Span::call_site());
        self.optional(unit)
    }

    fn guarded(&mut self, stmt: &Stmt, rest: &[Stmt], early: Variable) -> Value {
        let Some((expr, bind)) = may_return(stmt) else {
            return self.misplaced_exit_of(stmt);
        };
        let value = match expr {
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
                let value = self.exit(expr);
                let value = self.returned(value);
                let value = self.optional(value);
                if self.frames.is_empty() && self.output.is_float() {
                    self.graph[value].ty = self.output.clone();
                }
                self.env.assign(early, value);
                return self.add(Op::None, Ty::Never, expr.span());
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                let value = self.expression(expr);
                let (cond, span) = (self.went_on(expr.span()), expr.span());
                let arms: [Arm<'_, '_>; 2] = [
                    Box::new(move |lower| lower.optional(value)),
                    Box::new(move |lower| {
                        let value = lower.exited(span);
                        let value = lower.optional(value);
                        lower.env.assign(early, value);
                        lower.add(Op::None, Ty::Never, span)
                    }),
                ];
                self.merged(cond, span, arms)
            }
            Expr::Block(block) => {
                self.env.enter();
                let value = self.guarded_block(&block.block.stmts, early);
                self.env.leave();
                value
            }
            Expr::If(branch) => self.guarded_if(branch, early),
            _ => return self.misplaced_exit_of(stmt),
        };
        if bind.is_none() && rest.is_empty() && is_tail(stmt) {
            return value;
        }
        let early_value = self
            .env
            .value(early)
            .expect("assigned when it was declared");
        let cond = self.add(Op::IsNone(early_value), Ty::Bool, expr.span());
        let span = expr.span();
        let arms: [Arm<'_, '_>; 2] = [
            Box::new(move |lower| {
                if let Some(local) = bind {
                    let value = lower.unwrapped(value);
                    lower.bind_local(local, value);
                }
                lower.guarded_block(rest, early)
            }),
            Box::new(move |lower| lower.add(Op::None, Ty::Never, span)),
        ];
        self.merged(cond, span, arms)
    }

    /// The value returned early, or what `rest` comes to when there is none.
    fn unless_returned(
        &mut self,
        early: Variable,
        span: Span,
        rest: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let value = self
            .env
            .value(early)
            .expect("assigned when it was declared");
        let cond = self.add(Op::IsNone(value), Ty::Bool, span);
        let goes_on = self.region(|lower| {
            let result = rest(lower);
            vec![lower.returned(result)]
        });
        let returned = self.region(|lower| vec![lower.unwrapped(value)]);
        self.join(cond, [goes_on, returned], span)[0]
    }

    pub(super) fn optional(&mut self, value: Value) -> Value {
        let (ty, span) = (self.graph[value].ty.clone(), self.graph[value].span);
        self.add(Op::Some(value), ty, span)
    }

    pub(super) fn unwrapped(&mut self, value: Value) -> Value {
        let (ty, span) = (self.graph[value].ty.clone(), self.graph[value].span);
        self.add(Op::Unwrap(value), ty, span)
    }

    fn misplaced_exit_of(&mut self, stmt: &Stmt) -> Value {
        self.misplaced_exit(first_exit(|finder| finder.visit_stmt(stmt)))
    }

    pub(super) fn misplaced_exit(&mut self, span: Option<Span>) -> Value {
        self.error(
            span.unwrap_or_else(Span::call_site),
            "an exit inside this expression is not supported",
            "write `return`, `break` or `continue` in an `if` that stands as a statement or on the right of a `let`",
        )
    }
}

fn may_return(stmt: &Stmt) -> Option<(&Expr, Option<&Local>)> {
    let (expr, bind) = match stmt {
        Stmt::Expr(expr, _) => (expr, None),
        Stmt::Local(local) => match &local.init {
            Some(init) => (&*init.expr, Some(local)),
            None => return None,
        },
        _ => return None,
    };
    let mut expr = expr;
    while let Expr::Paren(inner) = expr {
        expr = &inner.expr;
    }
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => Some((expr, bind)),
        Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => Some((expr, bind)),
        Expr::Block(block) if block.label.is_none() => Some((expr, bind)),
        Expr::If(branch) if exit_in(&branch.cond).is_none() => Some((expr, bind)),
        _ => None,
    }
}

/// The expression that a last statement gives its block as value.
pub(super) fn tail(stmt: &Stmt) -> Option<Cow<'_, Expr>> {
    match stmt {
        // `if c { x = y }`: an assignment has no value to give.
        Stmt::Expr(Expr::Assign(_), None) => None,
        Stmt::Expr(Expr::Binary(binary), None) if super::compound(&binary.op).is_some() => None,
        Stmt::Expr(expr, None) => Some(Cow::Borrowed(expr)),
        Stmt::Macro(stmt) if super::macros::is_diverging(&stmt.mac) => {
            Some(Cow::Owned(Expr::Macro(syn::ExprMacro {
                attrs: Vec::new(),
                mac: stmt.mac.clone(),
            })))
        }
        _ => None,
    }
}

fn is_tail(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(_, None))
}

/// The statements of both arms; a missing `else` has none.
pub(super) fn arms(branch: &ExprIf) -> [&[Stmt]; 2] {
    let otherwise: &[Stmt] = match &branch.else_branch {
        Some((_, expr)) => match &**expr {
            Expr::Block(block) => &block.block.stmts,
            other => unreachable!("`else if` was rewritten to `else {{ if }}`: {other:?}"),
        },
        None => &[],
    };
    [&branch.then_branch.stmts, otherwise]
}

/// Whether both arms of a branch may go on to what follows it.
fn goes_on_twice(branch: &ExprIf) -> bool {
    arms(branch).iter().all(|stmts| goes_on(stmts))
}

fn goes_on(stmts: &[Stmt]) -> bool {
    !stmts.iter().any(|stmt| match may_return(stmt) {
        Some((Expr::Return(_) | Expr::Break(_) | Expr::Continue(_), _)) => true,
        Some((Expr::Block(block), _)) => !goes_on(&block.block.stmts),
        Some((Expr::If(branch), _)) => arms(branch).iter().all(|stmts| !goes_on(stmts)),
        _ => super::macros::diverges(stmt),
    })
}

/// Whether a statement may leave the statements that it stands among.
pub(super) fn may_exit(stmt: &Stmt) -> bool {
    first_exit(|finder| finder.visit_stmt(stmt)).is_some()
}

/// Where an expression may leave the statements that it stands among.
pub(super) fn exit_in(expr: &Expr) -> Option<Span> {
    first_exit(|finder| finder.visit_expr(expr))
}

fn first_exit(visit: impl FnOnce(&mut Finder)) -> Option<Span> {
    let mut finder = Finder::default();
    visit(&mut finder);
    finder.found
}

/// Whether the body of a loop may end the loop, or one around it.
pub(super) fn body_stops(body: &syn::Block, label: Option<&str>) -> bool {
    let mut finder = Finder {
        ignore_continue: true,
        own_label: label.map(str::to_owned),
        ..Finder::default()
    };
    finder.visit_block(body);
    finder.found.is_some()
}

/// Looks for exits to somewhere outside of what it visits.
#[derive(Default)]
struct Finder {
    found: Option<Span>,
    /// How many loops are open.
    loops: usize,
    /// The labels of the loops that are open.
    labels: Vec<String>,
    ignore_continue: bool,
    own_label: Option<String>,
}

impl Finder {
    fn in_loop(&mut self, label: Option<&syn::Label>, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        if let Some(label) = label {
            self.labels.push(label.name.ident.to_string());
        }
        visit(self);
        if label.is_some() {
            self.labels.pop();
        }
        self.loops -= 1;
    }

    fn exit_to(&mut self, label: Option<&syn::Lifetime>, is_continue: bool, span: Span) {
        let leaves = match label {
            Some(label) => {
                let label = label.ident.to_string();
                let is_own_continue = is_continue && self.own_label.as_deref() == Some(&label);
                !self.labels.contains(&label) && !is_own_continue
            }
            None => self.loops == 0 && !(is_continue && self.ignore_continue),
        };
        if leaves {
            self.found.get_or_insert(span);
        }
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Return(expr) => {
                self.found.get_or_insert(expr.return_token.span);
            }
            Expr::Break(expr) => self.exit_to(expr.label.as_ref(), false, expr.break_token.span),
            Expr::Continue(expr) => {
                self.exit_to(expr.label.as_ref(), true, expr.continue_token.span)
            }
            Expr::ForLoop(expr) => {
                self.in_loop(expr.label.as_ref(), |finder| finder.visit_block(&expr.body));
            }
            Expr::While(expr) => {
                self.in_loop(expr.label.as_ref(), |finder| finder.visit_block(&expr.body));
            }
            Expr::Loop(expr) => {
                self.in_loop(expr.label.as_ref(), |finder| finder.visit_block(&expr.body));
            }
            Expr::Block(block) if block.label.is_some() => {
                self.labels
                    .extend(block.label.iter().map(|label| label.name.ident.to_string()));
                self.visit_block(&block.block);
                self.labels.pop();
            }
            Expr::Closure(_) | Expr::Async(_) => {}
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        super::list::each_element(mac, |element| self.visit_expr(element));
    }
}

/// Rewrites `else if` to `else { if }`, so that an arm is always a list of statements.
pub(super) struct ElseBlocks;

impl VisitMut for ElseBlocks {
    fn visit_expr_if_mut(&mut self, branch: &mut ExprIf) {
        if let Some((_, otherwise)) = &mut branch.else_branch
            && matches!(**otherwise, Expr::If(_))
        {
            let nested = std::mem::replace(&mut **otherwise, Expr::PLACEHOLDER);
            **otherwise = syn::parse_quote!({ #nested });
        }
        visit_mut::visit_expr_if_mut(self, branch);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::list::visit_vec(self, mac);
    }
}
