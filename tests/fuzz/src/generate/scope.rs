//! What is in scope, and what may be done with it.

use super::{Generator, Variable};
use crate::ast::{Expr, Ty};

impl Generator<'_> {
    /// Runs `draw` one level deeper.
    pub(super) fn deeper<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let drawn = draw(self);
        self.depth -= 1;
        drawn
    }

    /// Runs `draw` in a scope of its own.
    pub(super) fn scope<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        let (count, closures) = (self.variables.len(), self.closures.len());
        let drawn = draw(self);
        self.drop_closures(closures);
        while self.variables.len() > count {
            if let Some(Variable {
                lends: Some(owner), ..
            }) = self.variables.pop()
            {
                self.variables[owner].borrowed -= 1;
            }
        }
        drawn
    }

    /// Ends the closures behind the first ones.
    pub(super) fn drop_closures(&mut self, first: usize) {
        for closure in self.closures.split_off(first) {
            self.release(&closure.held);
            for variable in closure.changed {
                self.variables[variable].taken = false;
            }
        }
    }

    /// Runs `draw` where nothing from outside may change.
    pub(super) fn frozen<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        let barrier = std::mem::replace(&mut self.barrier, self.variables.len());
        let drawn = self.kept_inside(draw);
        self.barrier = barrier;
        drawn
    }

    /// Runs `draw` where nothing may leave an expression.
    pub(super) fn kept_inside<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        let (may_return, first, asks) = (self.may_return, self.first_frame, self.asks);
        self.may_return = false;
        self.asks = false;
        self.first_frame = self.frames.len();
        let drawn = draw(self);
        (self.may_return, self.first_frame, self.asks) = (may_return, first, asks);
        drawn
    }

    /// Runs `draw` where nothing may change.
    pub(super) fn changing_nothing<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        let barrier = std::mem::replace(&mut self.barrier, self.variables.len());
        let drawn = draw(self);
        self.barrier = barrier;
        drawn
    }

    /// Runs `draw` where `?` may leave the function, and nothing may change.
    pub(super) fn asking<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        let barrier = std::mem::replace(&mut self.barrier, self.variables.len());
        self.asks = self.may_return && self.output == Ty::MaybeFloat;
        let drawn = draw(self);
        self.asks = false;
        self.barrier = barrier;
        drawn
    }

    /// Runs `draw` where what was read since `first` is borrowed.
    pub(super) fn holding<T>(&mut self, first: usize, draw: impl FnOnce(&mut Self) -> T) -> T {
        let held = self.hold_reads(first);
        let drawn = draw(self);
        self.release(&held);
        drawn
    }

    /// Borrows what was read since `first`.
    pub(super) fn hold_reads(&mut self, first: usize) -> Vec<usize> {
        let count = self.variables.len();
        let read = self.reads[first..].iter().copied();
        // What an inner scope declared is gone by now.
        let held: Vec<usize> = read.filter(|index| *index < count).collect();
        for index in &held {
            self.variables[*index].borrowed += 1;
        }
        held
    }

    pub(super) fn release(&mut self, held: &[usize]) {
        for index in held {
            self.variables[*index].borrowed -= 1;
        }
    }

    /// Runs `draw` where a variable is lent, so that nobody may look at it.
    pub(super) fn lending<T>(&mut self, index: usize, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.variables[index].taken = true;
        let drawn = draw(self);
        self.variables[index].taken = false;
        drawn
    }

    /// Whether anything may be changed.
    pub(super) fn may_change(&self) -> bool {
        !self.changeable(|_| true).is_empty()
    }

    /// The variables that can be read, by position.
    pub(super) fn readable(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<usize> {
        let is_hidden = |index: usize| {
            let name = &self.variables[index].name;
            self.variables[index + 1..]
                .iter()
                .any(|later| later.name == *name)
        };
        (0..self.variables.len())
            .filter(|&index| {
                let variable = &self.variables[index];
                wanted(variable) && !variable.taken && !is_hidden(index)
            })
            .collect()
    }

    /// Those that can be changed.
    pub(super) fn changeable(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<usize> {
        self.readable(|variable| variable.mutable && variable.borrowed == 0 && wanted(variable))
            .into_iter()
            .filter(|index| *index >= self.barrier)
            .collect()
    }

    pub(super) fn pick(&mut self, from: &[usize]) -> Option<usize> {
        if from.is_empty() {
            None
        } else {
            Some(*self.rng.of(from))
        }
    }

    pub(super) fn var(&mut self, index: usize) -> Expr {
        self.reads.push(index);
        Expr::Var(self.variables[index].name.clone())
    }
}
