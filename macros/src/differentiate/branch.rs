//! The adjoint of `if`: the same condition, the adjoints of both arms, and for each value from outside that either arm
//! reads, what the taken arm contributes.

use super::Reverse;
use crate::ir::{If, Op, Region, Stmt, Ty, Value};
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

impl Reverse {
    pub(super) fn branch(&mut self, branch: &If) {
        let cotangents: Vec<Option<Value>> = branch
            .results
            .iter()
            .map(|&result| {
                if self.graph[result].active {
                    self.total(result)
                } else {
                    None
                }
            })
            .collect();
        let mut arms = branch.arms().map(|arm| self.arm(arm, &cotangents));
        if arms
            .iter()
            .all(|(stmts, left)| stmts.is_empty() && left.is_empty())
        {
            return;
        }
        let span = self.graph[branch.cond].span;
        let outer: BTreeSet<Value> = arms
            .iter()
            .flat_map(|(_, left)| left.keys().copied())
            .collect();
        let mut yields: [Vec<Value>; 2] = Default::default();
        let mut results = Vec::new();
        for &value in &outer {
            let is_option = self.is_option(value);
            for ((stmts, left), yields) in arms.iter_mut().zip(&mut yields) {
                let contribution = match left.get(&value) {
                    Some(contribution) if is_option => self.some(*contribution, stmts),
                    Some(contribution) => *contribution,
                    None if is_option => self.none(stmts, span),
                    None => self.zero(value, stmts, span),
                };
                yields.push(contribution);
            }
            let ty = self.graph[value].ty.peeled().clone();
            results.push(self.graph.add(Op::Result, ty, false, span));
        }
        let [then, otherwise] = arms;
        let [then_yields, otherwise_yields] = yields;
        self.stmts.push(Stmt::If(Box::new(If {
            id: usize::MAX,
            cond: branch.cond,
            then: Region {
                stmts: then.0,
                yields: then_yields,
            },
            otherwise: Region {
                stmts: otherwise.0,
                yields: otherwise_yields,
            },
            results: results.clone(),
            mirrors: Some(branch.id),
        })));
        for (value, result) in outer.into_iter().zip(results) {
            if let Some(name) = &self.graph[value].name {
                self.graph[result].name = Some(format!("{name}_bar"));
            }
            let result = match self.is_option(value) {
                // Written where it is used: in the arm that the value comes from.
                true => {
                    let ty = self.graph[result].ty.clone();
                    self.builder().node(Op::Unwrap(result), ty, span)
                }
                false => result,
            };
            self.contribute(value, result);
        }
    }

    /// Whether a value is an option whose adjoint, where there is none, has no zero to stand for it.
    fn is_option(&self, value: Value) -> bool {
        !self.graph[value].ty.is_float() && self.options.contains(&value)
    }

    fn some(&mut self, value: Value, stmts: &mut Vec<Stmt>) -> Value {
        let node = &self.graph[value];
        // An arm that hands an option on does not ask whether it holds anything.
        if let Op::Unwrap(option) = node.op {
            return option;
        }
        let (ty, span) = (node.ty.clone(), node.span);
        let value = self.graph.add(Op::Some(value), ty, false, span);
        stmts.push(Stmt::Let(value));
        value
    }

    fn none(&mut self, stmts: &mut Vec<Stmt>, span: Span) -> Value {
        let value = self.graph.add(Op::None, Ty::Never, false, span);
        stmts.push(Stmt::Let(value));
        value
    }

    /// The adjoint statements of one arm, and what is left for values from outside it.
    fn arm(
        &mut self,
        arm: &Region,
        cotangents: &[Option<Value>],
    ) -> (Vec<Stmt>, BTreeMap<Value, Value>) {
        let outer = std::mem::take(&mut self.stmts);
        self.contributions.push(BTreeMap::new());
        let seeds: Vec<(Value, Value)> = arm
            .yields
            .iter()
            .zip(cotangents)
            .filter_map(|(&value, cotangent)| Some((value, (*cotangent)?)))
            .collect();
        self.region(&arm.stmts, &seeds);
        let open = self.contributions.pop().expect("pushed above");
        let mut left = BTreeMap::new();
        for (value, contributions) in open {
            let span = self.graph[value].span;
            let sum = contributions
                .into_iter()
                .reduce(|a, b| self.builder().apply("+", vec![a, b], span));
            if let Some(sum) = sum {
                left.insert(value, sum);
            }
        }
        let stmts = std::mem::replace(&mut self.stmts, outer);
        (stmts, left)
    }

    fn zero(&mut self, like: Value, stmts: &mut Vec<Stmt>, span: Span) -> Value {
        let op = match self.graph[like].ty.peeled() {
            Ty::Float(_) => Op::Literal("0.0".into()),
            _ => Op::ZeroLike(like),
        };
        let ty = self.graph[like].ty.peeled().clone();
        let value = self.graph.add(op, ty, false, span);
        stmts.push(Stmt::Let(value));
        value
    }
}
