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
            changed: Vec::new(),
        });
        let capture = match moves {
            true => Capture::Moved,
            false => Capture::Shared,
        };
        Stmt::Closure(name, params, body, capture)
    }

    /// `let mut f = |v: f64| { s += v; .. };`, and statements that call it.
    pub(super) fn changer(&mut self) -> Vec<Stmt> {
        if self.changers().next().is_some() {
            return Vec::new();
        }
        let from = self.changeable(|variable| {
            variable.ty.has_floats() && !matches!(variable.ty.peeled(), Ty::MaybeFloat | Ty::Enum)
        });
        let Some(target) = self.pick(&from) else {
            return Vec::new();
        };
        let param = self.fresh_name("v");
        let closures = self.closures.len();
        let first = self.reads.len();
        // Of the variables outside, it changes this one.
        let barrier = std::mem::replace(&mut self.barrier, self.variables.len());
        let body = self.kept_inside(|draw| {
            draw.scope(|draw| {
                draw.variables.push(Variable::new(&param, Ty::Float));
                draw.deeper(|draw| draw.changing_body(target))
            })
        });
        self.barrier = barrier;
        let Some(body) = body else { return Vec::new() };
        let (mut held, outside) = (self.reads[first..].to_vec(), self.variables.len());
        held.retain(|index| *index < outside && *index != target);
        held.iter()
            .for_each(|index| self.variables[*index].borrowed += 1);
        self.variables[target].taken = true;
        let name = self.fresh_name("f");
        self.closures.push(Named {
            name: name.clone(),
            params: vec![Ty::Float],
            held,
            changed: vec![target],
        });
        let params = vec![(param, Ty::Float)];
        let mut stmts = vec![Stmt::Closure(
            name.clone(),
            params,
            Expr::Block(body),
            Capture::Changed,
        )];
        let count = 1 + self.rng.below(3);
        stmts.extend(self.stmts(count));
        let arg = self.frozen(Self::float);
        let call = Expr::CallNamed(name, vec![arg]);
        let call = super::binary(Operator::Mul, Expr::Float(0.5, true), call);
        // Closures that were declared since are in scope as long as this one.
        self.drop_closures(closures);
        stmts.push(self.declare(Ty::Float, call));
        stmts
    }

    fn changing_body(&mut self, target: usize) -> Option<Block> {
        let ty = self.variables[target].ty.clone();
        let base = self.var(target);
        let place = self.lending(target, |draw| draw.part_of_type(base, &ty, &Ty::Float))?;
        let place = match (&ty, &place) {
            (Ty::Ref(_), Expr::Var(_)) => Expr::Deref(Box::new(place)),
            _ => place,
        };
        let next = self.lending(target, Self::float);
        let change = match self.rng.below(3) {
            0 => Stmt::Assign(place.clone(), next),
            1 => Stmt::Compound(Operator::Add, place.clone(), next),
            _ => Stmt::Compound(Operator::Mul, place.clone(), next),
        };
        let mut stmts = vec![change];
        if self.rng.percent(30) {
            let cond = self.condition();
            let then = Block { stmts, value: None };
            stmts = vec![Stmt::If(cond, then, None)];
        }
        let value = super::binary(Operator::Mul, place, self.float());
        Some(Block {
            stmts,
            value: Some(Box::new(value)),
        })
    }

    /// The closures in scope that change something.
    fn changers(&self) -> impl Iterator<Item = &Named> {
        self.closures
            .iter()
            .filter(|closure| !closure.changed.is_empty())
    }

    /// A call of a closure in scope.
    pub(super) fn called_closure(&mut self) -> Option<Expr> {
        let may_call = |closure: &Named| closure.changed.iter().all(|index| *index >= self.barrier);
        let callable: Vec<Named> = self
            .closures
            .iter()
            .filter(|closure| may_call(closure))
            .cloned()
            .collect();
        if callable.is_empty() {
            return None;
        }
        let Named {
            name,
            params,
            changed,
            ..
        } = self.rng.of(&callable).clone();
        let draw = |draw: &mut Self| {
            draw.deeper(|draw| params.iter().map(|ty| draw.closure_argument(ty)).collect())
        };
        // A closure that changes something is not called in its own arguments.
        let args = match changed.is_empty() {
            true => self.kept_inside(draw),
            false => self.frozen(draw),
        };
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
        let fits = |named: &&Named| named.params == [ty.clone()] && named.changed.is_empty();
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
