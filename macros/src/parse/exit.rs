//! Where `return`, `break` and `continue` lead. Each loop that can be left early has a cell that says to stop; an exit that
//! crosses loops stops all of them, and sets a cell of each iteration it leaves, which the statements behind the inner
//! loop look at.

use super::Lower;
use super::control::{Then, exit_in};
use super::loops::return_from_loop;
use crate::ir::{Op, Ty, Value};
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprBlock, Label, Lifetime, Stmt};

/// A loop that is being lowered.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) label: Option<String>,
    /// The cell that says to stop after this iteration.
    pub(super) stop: Option<Value>,
    /// The cell that says to skip the rest of this iteration.
    pub(super) skip: Option<Value>,
    /// The cell for the value of `break value`.
    pub(super) value: Option<Value>,
}

impl Lower<'_> {
    /// Does what an exit does, short of leaving; the caller lowers nothing behind it.
    pub(super) fn exit(&mut self, expr: &Expr) -> Value {
        let span = expr.span();
        let operand = match expr {
            Expr::Return(expr) => expr.expr.as_deref(),
            Expr::Break(expr) => expr.expr.as_deref(),
            _ => None,
        };
        let value = match operand {
            Some(operand) if exit_in(operand).is_some() => {
                return self.misplaced_exit(exit_in(operand));
            }
            Some(operand) => Some(self.expression(operand)),
            None => None,
        };
        match expr {
            Expr::Return(_) if self.frames.is_empty() => value.unwrap_or_else(|| self.unit(span)),
            Expr::Return(_) => {
                self.return_from_loops(value, span);
                self.unit(span)
            }
            Expr::Break(expr) => {
                if let Some(target) = self.target(expr.label.as_ref(), span) {
                    self.leave_inner(target, span);
                    self.set(self.frames[target].stop, span);
                    if let (Some(value), Some(cell)) = (value, self.frames[target].value) {
                        let value = self.optional(value);
                        self.store(cell, value);
                    }
                }
                self.unit(span)
            }
            Expr::Continue(expr) => {
                if let Some(target) = self.target(expr.label.as_ref(), span) {
                    self.leave_inner(target, span);
                }
                self.unit(span)
            }
            _ => self.unit(span),
        }
    }

    fn return_from_loops(&mut self, value: Option<Value>, span: Span) {
        let value = match value {
            Some(value) => value,
            None => self.unit(span),
        };
        let value = self.returned(value);
        let value = self.optional(value);
        if let Some(cell) = self.return_cell {
            self.store(cell, value);
        }
        for frame in 0..self.frames.len() {
            self.set(self.frames[frame].stop, span);
            self.set(self.frames[frame].skip, span);
        }
    }

    /// Stops the loops inside the one that an exit leads to, and skips the rest of its iteration.
    fn leave_inner(&mut self, target: usize, span: Span) {
        for frame in target + 1..self.frames.len() {
            self.set(self.frames[frame].stop, span);
            self.set(self.frames[frame].skip, span);
        }
        if target + 1 < self.frames.len() {
            self.set(self.frames[target].skip, span);
        }
    }

    fn target(&mut self, label: Option<&syn::Lifetime>, span: Span) -> Option<usize> {
        let found = match label {
            Some(label) => {
                let name = label.ident.to_string();
                self.frames
                    .iter()
                    .rposition(|frame| frame.label.as_ref() == Some(&name))
            }
            None => self.frames.len().checked_sub(1),
        };
        if found.is_none() {
            self.error(
                span,
                "this exit leads to no loop of the function",
                "use `break` and `continue` in loops only",
            );
        }
        found
    }

    pub(super) fn set(&mut self, cell: Option<Value>, span: Span) {
        if let Some(cell) = cell {
            let value = self.composed(quote!(true), Vec::new(), Ty::Bool, span);
            self.store(cell, value);
        }
    }

    pub(super) fn flag(&mut self, name: &str, span: Span) -> Value {
        let value = self.composed(quote!(false), Vec::new(), Ty::Bool, span);
        self.hidden_cell(name, value, span)
    }

    /// Behind a loop that may have been left by an exit to further out: whether it was not.
    pub(super) fn went_on(&mut self, span: Span) -> Value {
        let skip = self.frames.last().and_then(|frame| frame.skip);
        match (skip, self.return_cell) {
            (Some(skip), _) => self.composed(quote!(!skip), vec![("skip", skip)], Ty::Bool, span),
            (None, Some(cell)) => {
                let value = self.read(cell, span);
                self.add(Op::IsNone(value), Ty::Bool, span)
            }
            (None, None) => self.composed(quote!(true), Vec::new(), Ty::Bool, span),
        }
    }

    /// What the statements come to when it was: the value returned, or nothing where a loop goes on around them.
    pub(super) fn exited(&mut self, span: Span) -> Value {
        match self.return_cell {
            Some(cell) if self.frames.is_empty() => {
                let value = self.read(cell, span);
                self.unwrapped(value)
            }
            _ => self.unit(span),
        }
    }

    /// The value of the statements of a body that `return` leaves: that of the function, of a closure, of a labelled block.
    pub(super) fn body(&mut self, stmts: &[Stmt], name: &str) -> Value {
        let name = &self.cells.hidden(name);
        self.return_cell = return_from_loop(stmts).map(|span| {
            if self.output.is_float() {
                let number = self.cells.next(name);
                self.cells.learn(name, number, self.output.clone());
            }
            let none = self.add(Op::None, Ty::Never, span);
            self.cell(name, none, span)
        });
        let result = self.sequence(stmts, &Then::Return);
        self.returned(result)
    }

    /// The same inside another body.
    pub(super) fn inner_body(&mut self, stmts: &[Stmt]) -> Value {
        let name = format!("returned{}", self.next_region());
        let outer = (
            std::mem::take(&mut self.frames),
            self.return_cell.take(),
            std::mem::replace(&mut self.output, Ty::Other),
        );
        let scopes = self.env.scopes();
        self.env.enter();
        // The ways out of the body meet in a value: as after a loop, what is changed outside of it has to be a cell.
        self.env.loops += 1;
        let value = self.body(stmts, &name);
        self.env.loops -= 1;
        self.env.restore_scopes(scopes);
        (self.frames, self.return_cell, self.output) = outer;
        value
    }

    /// `'a: { .. break 'a value; .. }`: to break is to return from the block.
    pub(super) fn labelled_block(&mut self, block: &ExprBlock, label: &Label) -> Value {
        let mut block = block.block.clone();
        Returns(&label.name).visit_block_mut(&mut block);
        self.inner_body(&block.stmts)
    }
}

/// Rewrites `break 'label value` to `return value`.
struct Returns<'a>(&'a Lifetime);

impl VisitMut for Returns<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Break(exit) = expr
            && exit
                .label
                .as_ref()
                .is_some_and(|label| label.ident == self.0.ident)
        {
            let value = &exit.expr;
            *expr = syn::parse_quote_spanned!(exit.break_token.span=> return #value);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
