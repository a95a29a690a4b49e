//! Closures in variables.

use super::{Generator, Named, Variable};
use crate::ast::*;

impl Generator<'_> {
    /// `let f = |v: f64| ..;`
    pub(super) fn closure_stmt(&mut self) -> Stmt {
        let count = 1 + self.rng.below(2);
        let params: Vec<(String, Ty)> = (0..count)
            .map(|_| {
                let name = self.fresh_name("v");
                let ty = match self.rng.below(8) {
                    0 => Ty::Int,
                    1 => Ty::Ref(Box::new(Ty::Float)),
                    2 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
                    _ => Ty::Float,
                };
                (name, ty)
            })
            .collect();
        let first = self.reads.len();
        let body = self.frozen(|draw| {
            draw.scope(|draw| {
                for (name, ty) in &params {
                    draw.variables.push(Variable::new(name, ty.clone()));
                }
                draw.deeper(|draw| {
                    let body = draw.float();
                    draw.typed(body)
                })
            })
        });
        let held = self.hold_reads(first);
        let is_owned = |index: &usize| {
            let variable = &self.variables[*index];
            variable.ty.is_copy() && !(variable.mutable && matches!(variable.ty, Ty::Ref(_)))
        };
        let moves = held.iter().all(is_owned) && self.rng.percent(35);
        let held = if moves {
            self.release(&held);
            Vec::new()
        } else {
            held
        };
        let name = self.fresh_name("f");
        self.closures.push(Named {
            name: name.clone(),
            params: params.iter().map(|(_, ty)| ty.clone()).collect(),
            held,
        });
        Stmt::Closure(name, params, body, moves)
    }

    /// A call of a closure in scope.
    pub(super) fn called_closure(&mut self) -> Option<Expr> {
        if self.closures.is_empty() {
            return None;
        }
        let index = self.rng.below(self.closures.len());
        let Named { name, params, .. } = self.closures[index].clone();
        let args = self.kept_inside(|draw| {
            draw.deeper(|draw| params.iter().map(|ty| draw.closure_argument(ty)).collect())
        });
        Some(Expr::CallNamed(name, args))
    }

    fn closure_argument(&mut self, ty: &Ty) -> Expr {
        match ty {
            // A place would be borrowed while later arguments change it.
            Ty::Ref(inner) => {
                let value = self.value(inner);
                let value = super::binary(Operator::Mul, Expr::Float(1.5, true), value);
                Expr::Ref(Box::new(value))
            }
            Ty::Int => Expr::Int(self.rng.below(4)),
            ty => self.value(ty),
        }
    }

    /// A closure of one value of a type.
    pub(super) fn closure_of(&mut self, ty: &Ty) -> Option<String> {
        let fits = |named: &&Named| named.params == [ty.clone()];
        let all: Vec<String> = self
            .closures
            .iter()
            .filter(fits)
            .map(|named| named.name.clone())
            .collect();
        if all.is_empty() {
            return None;
        }
        Some(self.rng.of(&all).clone())
    }
}
