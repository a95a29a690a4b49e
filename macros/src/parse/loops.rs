//! `for` and `while`. A `for` over anything that can be indexed becomes a loop over the index.

use super::Lower;
use super::control::{Then, body_stops, may_exit};
use super::each::Base;
use super::exit::Frame;
use crate::ir::{Head, Loop, Op, Region, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprForLoop, ExprLoop, ExprWhile, Label, Stmt};

impl Lower<'_> {
    pub(super) fn for_loop(&mut self, expr: &ExprForLoop) -> Value {
        let span = expr.for_token.span;
        if let Some(sequence) = self.sequence_of(&expr.expr) {
            let name = match sequence.is_range() {
                true => index_name(&expr.pat),
                false => None,
            };
            self.open(expr.label.as_ref(), &expr.body, false, span);
            if sequence.may_stop() && self.stop().is_none() {
                let stop = self.flag("stop", span);
                if let Some(frame) = self.frames.last_mut() {
                    frame.stop = Some(stop);
                }
            }
            let base = Base {
                name: name.as_deref(),
                stop: self.stop(),
                span,
            };
            self.drive_once(&sequence, base, |lower, item| {
                lower.bind(&expr.pat, item);
                lower.iteration(&expr.body);
            });
            self.frames.pop();
        }
        self.unit(span)
    }

    pub(super) fn while_loop(&mut self, expr: &ExprWhile) -> Value {
        let span = expr.while_token.span;
        if self.changes_active(&expr.cond)
            && let Some(value) = self.changing_while(expr)
        {
            return value;
        }
        self.open(expr.label.as_ref(), &expr.body, false, span);
        self.env.loops += 1;
        let test = self.region(|lower| vec![lower.condition(&expr.cond)]);
        self.env.loops -= 1;
        self.unbounded(test, &expr.body);
        self.frames.pop();
        self.unit(span)
    }

    pub(super) fn endless_loop(&mut self, expr: &ExprLoop) -> Value {
        let span = expr.loop_token.span;
        let has_value = breaks_with_value(&expr.body, expr.label.as_ref());
        self.open(expr.label.as_ref(), &expr.body, has_value, span);
        let test =
            self.region(|lower| vec![lower.composed(quote!(true), Vec::new(), Ty::Bool, span)]);
        self.unbounded(test, &expr.body);
        let frame = self.frames.pop().expect("opened above");
        match frame.value {
            Some(cell) => {
                let value = self.read(cell, span);
                self.unwrapped(value)
            }
            None => self.unit(span),
        }
    }

    fn unbounded(&mut self, test: Region, body: &Block) {
        self.env.loops += 1;
        let body = self.region(|lower| {
            lower.env.enter();
            lower.iteration(body);
            lower.env.leave();
            Vec::new()
        });
        self.env.loops -= 1;
        let (id, stop) = (self.next_region(), self.stop());
        self.stmts.push(IrStmt::Loop(Box::new(Loop {
            id,
            head: Head::While { test },
            body,
            stop,
            mirrors: None,
        })));
    }

    /// Makes the cells that exits of the loop set.
    fn open(&mut self, label: Option<&Label>, body: &Block, has_value: bool, span: Span) {
        let label = label.map(|label| label.name.ident.to_string());
        let stop = body_stops(body, label.as_deref()).then(|| self.flag("stop", span));
        let value = has_value.then(|| {
            let none = self.add(Op::None, Ty::Never, span);
            let name = format!("broken{}", self.next_region());
            self.hidden_cell(&name, none, span)
        });
        self.frames.push(Frame {
            label,
            stop,
            skip: None,
            value,
        });
    }

    /// The statements of one iteration.
    fn iteration(&mut self, body: &Block) {
        let crosses = body.stmts.iter().any(may_exit) && has_inner_loop(body);
        if crosses {
            let skip = self.flag("skip", body.brace_token.span.open());
            if let Some(frame) = self.frames.last_mut() {
                frame.skip = Some(skip);
            }
        }
        let scopes = self.env.scopes();
        self.env.enter();
        self.sequence(&body.stmts, &Then::Iterate);
        self.env.restore_scopes(scopes);
    }

    fn stop(&self) -> Option<Value> {
        self.frames.last().and_then(|frame| frame.stop)
    }
}

/// A loop over a range calls its index as the user does.
pub(super) fn index_name(pattern: &syn::Pat) -> Option<String> {
    match pattern {
        syn::Pat::Ident(pat) => Some(pat.ident.to_string()),
        _ => None,
    }
}

/// Whether an expression stands in the place of a sequence by a range.
pub(super) fn as_range(expr: &Expr) -> Option<&syn::ExprRange> {
    match expr {
        Expr::Range(range) => Some(range),
        Expr::Paren(inner) => as_range(&inner.expr),
        _ => None,
    }
}

/// Where a function returns from inside a loop.
pub(super) fn return_from_loop(stmts: &[Stmt]) -> Option<Span> {
    let mut search = Search::default();
    stmts.iter().for_each(|stmt| search.visit_stmt(stmt));
    search.returns
}

fn has_inner_loop(body: &Block) -> bool {
    let mut search = Search::default();
    search.visit_block(body);
    search.inner_loop
}

/// Whether a `loop` may be left by a `break` of its own.
pub(super) fn breaks(endless: &ExprLoop) -> bool {
    let label = endless.label.as_ref();
    let mut search = Search {
        label: label.map(|label| label.name.ident.to_string()),
        ..Search::default()
    };
    search.visit_block(&endless.body);
    search.breaks
}

fn breaks_with_value(body: &Block, label: Option<&Label>) -> bool {
    let mut search = Search {
        label: label.map(|label| label.name.ident.to_string()),
        ..Search::default()
    };
    search.visit_block(body);
    search.break_value
}

#[derive(Default)]
struct Search {
    loops: usize,
    returns: Option<Span>,
    inner_loop: bool,
    break_value: bool,
    breaks: bool,
    label: Option<String>,
}

impl<'ast> Visit<'ast> for Search {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Return(expr) if self.loops > 0 => {
                self.returns.get_or_insert(expr.return_token.span);
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.inner_loop = true;
                self.loops += 1;
                visit::visit_expr(self, expr);
                self.loops -= 1;
                return;
            }
            Expr::Break(expr) => {
                let is_own = match &expr.label {
                    Some(label) => Some(label.ident.to_string()) == self.label,
                    None => self.loops == 0,
                };
                self.breaks |= is_own;
                self.break_value |= expr.expr.is_some() && is_own;
            }
            Expr::Closure(_) => return,
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        super::list::each_element(mac, |element| self.visit_expr(element));
    }
}
