//! The adjoint of a loop: its iterations backwards, each the adjoint of the body. Cells and what they are assigned.

use super::Reverse;
use crate::ir::{Head, Loop, Op, Region, Stmt, Value};

impl Reverse {
    pub(super) fn repeat(&mut self, forward: &Loop) {
        let outer = std::mem::take(&mut self.stmts);
        self.contributions.push(std::collections::BTreeMap::new());
        self.region(&forward.body.stmts, &[]);
        let left = self.contributions.pop().expect("pushed above");
        debug_assert!(
            left.is_empty(),
            "what a loop reads from outside has an adjoint variable"
        );
        let stmts = std::mem::replace(&mut self.stmts, outer);
        if stmts.is_empty() {
            return;
        }
        let head = match &forward.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } => Head::Range {
                index: *index,
                start: *start,
                end: *end,
                backwards: !backwards,
            },
            Head::While { .. } => Head::While {
                test: Region::default(),
            },
        };
        self.stmts.push(Stmt::Loop(Box::new(Loop {
            id: usize::MAX,
            head,
            body: Region {
                stmts,
                yields: Vec::new(),
            },
            stop: forward.stop,
            mirrors: Some(forward.id),
        })));
    }

    /// What was overwritten had no part in what came after.
    pub(super) fn store(&mut self, place: Value, value: Value, shape: Option<Value>) {
        if !self.graph[self.graph.root(place)].active {
            return;
        }
        let (span, ty) = (
            self.graph[value].span,
            self.graph[place].ty.peeled().clone(),
        );
        if self.graph[value].active {
            let cotangent = self.builder().node(Op::TakeAdjoint(place), ty, span);
            self.record(value, cotangent);
            self.contribute(value, cotangent);
        } else if shape.is_none() {
            self.stmts.push(Stmt::ClearAdjoint(place));
        }
        if let Some(shape) = shape {
            self.stmts.push(Stmt::ResetAdjoint {
                place,
                value: shape,
            });
        }
    }

    pub(super) fn push(&mut self, place: Value, value: Value) {
        if !self.graph[self.graph.root(place)].active {
            return;
        }
        let (span, ty) = (self.graph[value].span, self.graph[value].ty.clone());
        let pop = Op::PopAdjoint(place);
        if self.graph[value].active {
            let cotangent = self.builder().node(pop, ty, span);
            self.record(value, cotangent);
            self.contribute(value, cotangent);
        } else {
            let cotangent = self.graph.add(pop, ty, false, span);
            self.stmts.push(Stmt::Effect(cotangent));
        }
    }

    /// The adjoint of what is taken off is added to the element, as that of any element that is read.
    pub(super) fn pop(&mut self, place: Value, value: Value) {
        if self.graph[self.graph.root(place)].active {
            self.stmts.push(Stmt::PushAdjoint { place, value });
        }
    }

    pub(super) fn swap(&mut self, a: Value, b: Value) {
        if self.graph[self.graph.root(a)].active {
            self.stmts.push(Stmt::SwapAdjoints(a, b));
        }
    }

    pub(super) fn increment(&mut self, place: Value, value: Value, negative: bool) {
        if !self.graph[self.graph.root(place)].active || !self.graph[value].active {
            return;
        }
        let (span, ty) = (
            self.graph[value].span,
            self.graph[place].ty.peeled().clone(),
        );
        let mut cotangent = self.builder().node(Op::ReadAdjoint(place), ty, span);
        if negative {
            cotangent = self.builder().apply("neg", vec![cotangent], span);
        }
        self.contribute(value, cotangent);
    }
}
