//! `if` and `else`: two regions, and the values that differ behind them.

use super::Lower;
use super::control::{Arm, arms};
use super::env::Env;
use crate::ir::{If, Op, Region, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use syn::ExprIf;

impl Lower<'_> {
    pub(super) fn branch(&mut self, branch: &ExprIf) -> Value {
        let cond = self.condition(&branch.cond);
        let [then, otherwise] = arms(branch);
        let arms: [Arm<'_, '_>; 2] = [
            Box::new(|lower| {
                lower.env.enter();
                lower.bind_condition(&branch.cond);
                let value = lower.scoped(then);
                lower.env.leave();
                value
            }),
            Box::new(|lower| lower.scoped(otherwise)),
        ];
        self.merged(cond, branch.if_token.span, arms)
    }

    /// Two arms from the same state; variables that they leave with different values become results.
    pub(super) fn merged<F: FnOnce(&mut Self) -> Value>(
        &mut self,
        cond: Value,
        span: Span,
        arms: [F; 2],
    ) -> Value {
        let before = self.env.state();
        let ends = arms.map(|arm| {
            self.env.restore(&before);
            let mut value = None;
            let region = self.region(|lower| {
                value = Some(arm(lower));
                Vec::new()
            });
            (
                region,
                value.expect("the arm was lowered"),
                self.env.state(),
            )
        });
        let [(mut then, a, state_a), (mut otherwise, b, state_b)] = ends;
        self.env.restore(&before);

        let pairs = self.pair_values(a, b);
        for &(a, b) in &pairs {
            then.yields.push(a);
            otherwise.yields.push(b);
        }
        let mut assigned = Vec::new();
        for variable in self.env.changed(&before, &state_a, &state_b) {
            let ends = (
                Env::in_state(&state_a, variable),
                Env::in_state(&state_b, variable),
            );
            if let (Some(a), Some(b)) = ends {
                then.yields.push(a);
                otherwise.yields.push(b);
                assigned.push(variable);
            }
        }
        // What both arms leave the same, but not as it was before, is the same assignment.
        for variable in self.env.changed(&before, &before, &state_a) {
            if let Some(value) = Env::in_state(&state_a, variable) {
                self.env.assign(variable, value);
            }
        }
        let results = self.join(cond, [then, otherwise], span);
        for (&variable, &result) in assigned.iter().zip(&results[pairs.len()..]) {
            self.graph[result].name = Some(self.env.name(variable).to_owned());
            self.env.assign(variable, result);
        }
        self.unpair(a, &results[..pairs.len()], span)
    }

    /// The values that two arms yield, one by one where both are tuples.
    fn pair_values(&self, a: Value, b: Value) -> Vec<(Value, Value)> {
        match (&self.graph[a].op, &self.graph[b].op) {
            (Op::Tuple(left), Op::Tuple(right)) if left.len() == right.len() => {
                left.iter().copied().zip(right.iter().copied()).collect()
            }
            _ => vec![(a, b)],
        }
    }

    fn unpair(&mut self, like: Value, results: &[Value], span: Span) -> Value {
        match (&self.graph[like].op, results) {
            (Op::Tuple(parts), results) if parts.len() == results.len() => {
                let ty = Ty::Tuple(results.iter().map(|v| self.graph[*v].ty.clone()).collect());
                self.add(Op::Tuple(results.to_vec()), ty, span)
            }
            (_, [result]) => *result,
            _ => self.unit(span),
        }
    }

    pub(super) fn join(&mut self, cond: Value, arms: [Region; 2], span: Span) -> Vec<Value> {
        let [then, otherwise] = arms;
        let results: Vec<Value> = then
            .yields
            .iter()
            .zip(&otherwise.yields)
            .map(|(&a, &b)| {
                let ty = self.graph[a].ty.join(&self.graph[b].ty);
                let active = self.graph[a].active || self.graph[b].active;
                self.graph.add(Op::Result, ty, active, span)
            })
            .collect();
        let id = self.next_region();
        self.stmts.push(IrStmt::If(Box::new(If {
            id,
            cond,
            then,
            otherwise,
            results: results.clone(),
            mirrors: None,
        })));
        results
    }
}
