//! Where `return`, `break` and `continue` lead. Each loop that can be left early has a cell that says to stop; an exit that
//! crosses loops stops all of them, and sets a cell of each iteration it leaves, which the statements behind the inner
//! loop look at.

use super::Lower;
use super::control::exit_in;
use crate::ir::{Op, Ty, Value};
use proc_macro2::Span;
use quote::quote;
use syn::Expr;
use syn::spanned::Spanned;

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

    fn set(&mut self, cell: Option<Value>, span: Span) {
        if let Some(cell) = cell {
            let value = self.composed(quote!(true), Vec::new(), Ty::Bool, span);
            self.store(cell, value);
        }
    }

    pub(super) fn flag(&mut self, name: &str, span: Span) -> Value {
        let value = self.composed(quote!(false), Vec::new(), Ty::Bool, span);
        self.cell(name, value, span)
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

    /// The cell for a value returned from a loop.
    pub(super) fn prepare_return(&mut self, span: Span) {
        let ty = self.signature.output_ty.clone();
        if !ty.is_float() {
            self.error(
                span,
                "`return` from a loop is supported for a float result only",
                "leave the loop with `break` and return behind it",
            );
        }
        let none = self.add(Op::None, Ty::Never, span);
        let cell = self.add(Op::Cell(none), ty, span);
        self.graph[cell].name = Some("returned".into());
        self.graph[cell].active = true;
        self.return_cell = Some(cell);
    }
}
