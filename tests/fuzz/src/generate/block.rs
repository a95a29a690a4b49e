//! Blocks and statements.

use super::{Generator, Variable, boxed};
use crate::ast::*;

impl Generator<'_> {
    /// Some statements and a float.
    pub(super) fn float_block(&mut self) -> Block {
        self.kept_inside(|draw| draw.drawn_float_block())
    }

    fn drawn_float_block(&mut self) -> Block {
        self.scope(|draw| {
            draw.deeper(|draw| {
                let count = if draw.affords() {
                    draw.rng.weighted(&[70, 20, 10])
                } else {
                    0
                };
                let stmts = draw.stmts(count);
                let value = draw.float();
                Block {
                    stmts,
                    value: Some(boxed(value)),
                }
            })
        })
    }

    /// Statements for what they do; the last may leave.
    pub(super) fn unit_block(&mut self) -> Block {
        self.scope(|draw| {
            draw.deeper(|draw| {
                let count = 1 + draw.rng.below(3);
                let mut stmts = draw.stmts(count);
                if draw.rng.percent(14)
                    && let Some(exit) = draw.exit()
                {
                    stmts.push(exit);
                }
                Block { stmts, value: None }
            })
        })
    }

    pub(super) fn stmts(&mut self, count: usize) -> Vec<Stmt> {
        (0..count).flat_map(|_| self.stmt()).collect()
    }

    /// `break`, `continue` or `return`, where one may stand.
    fn exit(&mut self) -> Option<Stmt> {
        let in_loop = self.frames.len() > self.first_frame;
        let may_return = self.may_return;
        if may_return && (!in_loop || self.rng.percent(20)) {
            let output = self.output.clone();
            let value = self.frozen(|draw| draw.value(&output));
            return Some(Stmt::Return(value));
        }
        if !in_loop {
            return None;
        }
        let inner = self.frames.len() - 1;
        let labelled: Vec<usize> = (self.first_frame..self.frames.len())
            .filter(|index| self.frames[*index].label.is_some())
            .collect();
        let target = match self.pick(&labelled) {
            Some(index) if self.rng.percent(40) => index,
            _ => inner,
        };
        let frame = self.frames[target].clone();
        let label = if target == inner && self.rng.percent(70) {
            None
        } else {
            frame.label
        };
        if target != inner && label.is_none() {
            return None;
        }
        if self.rng.percent(45) {
            return Some(Stmt::Continue(label));
        }
        let value = frame.gives.then(|| self.frozen(Self::float));
        Some(Stmt::Break(label, value))
    }

    /// One statement, or a few that belong together.
    fn stmt(&mut self) -> Vec<Stmt> {
        if !self.affords() {
            return self.change().into_iter().collect();
        }
        const WEIGHTS: [usize; 13] = [18, 12, 26, 8, 12, 3, 4, 16, 3, 2, 3, 2, 3];
        match self.rng.weighted(&WEIGHTS) {
            0 => vec![self.let_float()],
            1 => vec![self.let_value()],
            2 => self.change().into_iter().collect(),
            3 => self.list_change().into_iter().collect(),
            4 => vec![self.if_stmt()],
            5 => vec![self.if_let()],
            6 => vec![self.match_stmt()],
            7 => self.loop_stmts(),
            8 => self.later(),
            9 => vec![Stmt::Block(self.unit_block())],
            10 => self.reference().into_iter().collect(),
            11 => {
                let cond = self.frozen(Self::condition);
                let or = super::binary(Operator::Or, cond, Expr::Bool(true));
                vec![Stmt::Assert(or)]
            }
            _ => self.swap_floats().into_iter().collect(),
        }
    }

    /// Declares a variable for `value`; the type is written where rustc could not tell it.
    fn declare(&mut self, ty: Ty, value: Expr) -> Stmt {
        let mutable = self.rng.percent(60);
        let name = self.name();
        let vague = self.is_vague(&value);
        let is_literal = matches!(value, Expr::Float(..) | Expr::Repeat(..) | Expr::Array(_));
        let stays_vague = vague && is_literal && self.rng.percent(55);
        let written = (vague && !stays_vague) || self.rng.percent(10);
        let bounds = match value {
            Expr::Int(value) if !mutable => Some((value, value)),
            _ => None,
        };
        let mut variable = Variable::new(&name, ty.clone())
            .mutable(mutable)
            .vague(stays_vague && !written);
        variable.bounds = bounds;
        self.variables.push(variable);
        Stmt::Let(Pattern::Name(name, mutable), written.then_some(ty), value)
    }

    fn let_float(&mut self) -> Stmt {
        let value = if self.rng.percent(18) {
            self.literal(false)
        } else {
            self.float()
        };
        self.declare(Ty::Float, value)
    }

    fn let_value(&mut self) -> Stmt {
        if self.rng.percent(8) {
            let value = if self.rng.percent(50) {
                self.frozen(Self::int)
            } else {
                Expr::Int(self.rng.below(4))
            };
            return self.declare(Ty::Int, value);
        }
        if self.rng.percent(5) {
            let value = self.frozen(Self::condition);
            return self.declare(Ty::Bool, value);
        }
        let ty = self.some_ty();
        let value = self.value(&ty);
        let splits = self.rng.percent(35) && !ty.parts().is_empty();
        if !splits {
            return self.declare(ty, value);
        }
        let value = match &ty {
            Ty::Tuple(parts) if self.is_vague(&value) => {
                let typed = (0..parts.len()).map(|index| match &value {
                    Expr::Tuple(parts) => self.typed_value(parts[index].clone()),
                    other => Expr::Part(boxed(other.clone()), index),
                });
                Expr::Tuple(typed.collect())
            }
            _ => value,
        };
        let written = self.is_vague(&value).then(|| ty.clone());
        let parts: Vec<Pattern> = ty
            .parts()
            .into_iter()
            .map(|part| {
                let (name, mutable) = (self.fresh_name("p"), self.rng.percent(40));
                self.variables
                    .push(Variable::new(&name, part).mutable(mutable));
                Pattern::Name(name, mutable)
            })
            .collect();
        let pattern = match ty {
            Ty::Struct(item) => Pattern::Struct(item, parts),
            _ => Pattern::Tuple(parts),
        };
        Stmt::Let(pattern, written, value)
    }

    fn typed_value(&mut self, value: Expr) -> Expr {
        match value {
            Expr::Float(number, _) => Expr::Float(number, true),
            other => other,
        }
    }

    /// `let r = &x;`
    fn reference(&mut self) -> Option<Stmt> {
        let from = self.readable(|variable| {
            variable.lends.is_none()
                && !matches!(
                    variable.ty,
                    Ty::Ref(_) | Ty::Int | Ty::Bool | Ty::MaybeInt | Ty::Vec(_)
                )
        });
        let owner = self.pick(&from)?;
        let value = Expr::Ref(boxed(self.var(owner)));
        let (ty, vague) = (
            self.variables[owner].ty.clone(),
            self.variables[owner].vague,
        );
        self.variables[owner].borrowed += 1;
        let name = self.fresh_name("r");
        let mut variable = Variable::new(&name, Ty::Ref(Box::new(ty))).vague(vague);
        variable.lends = Some(owner);
        self.variables.push(variable);
        Some(Stmt::Let(Pattern::Name(name, false), None, value))
    }

    /// `let x;` and its first value on both ways.
    fn later(&mut self) -> Vec<Stmt> {
        let name = self.fresh_name("w");
        let cond = self.condition();
        let arms = [0, 1].map(|_| {
            let mut block = self.float_block();
            let value = block.value.take().expect("a float block has a value");
            let value = if self.is_vague(&value) {
                super::binary(Operator::Mul, Expr::Float(1.0, true), *value)
            } else {
                *value
            };
            block
                .stmts
                .push(Stmt::Assign(Expr::Var(name.clone()), value));
            block
        });
        let [then, otherwise] = arms;
        self.variables.push(Variable::new(&name, Ty::Float));
        vec![Stmt::Later(name), Stmt::If(cond, then, Some(otherwise))]
    }

    /// An assignment to a float, or to something larger.
    fn change(&mut self) -> Option<Stmt> {
        if self.rng.percent(12) {
            let from = self.changeable(|variable| {
                variable.ty.is_copy()
                    && !matches!(variable.ty, Ty::Ref(_) | Ty::Int | Ty::Bool | Ty::MaybeInt)
            });
            let index = self.pick(&from)?;
            let ty = self.variables[index].ty.clone();
            let place = self.var(index);
            let value = self.deeper(|draw| draw.value(&ty));
            return Some(Stmt::Assign(place, value));
        }
        if self.rng.percent(6) {
            let from = self.changeable(|variable| variable.ty == Ty::Int);
            if let Some(index) = self.pick(&from) {
                let place = self.var(index);
                return Some(Stmt::Compound(
                    Operator::Add,
                    place,
                    Expr::Int(1 + self.rng.below(2)),
                ));
            }
        }
        let place = self.float_place(true)?;
        Some(match self.rng.weighted(&[35, 35, 12, 14, 4]) {
            0 => {
                let value = self.float();
                Stmt::Assign(place, value)
            }
            1 => Stmt::Compound(Operator::Add, place, self.float()),
            2 => Stmt::Compound(Operator::Sub, place, self.float()),
            3 => Stmt::Compound(Operator::Mul, place, self.float()),
            _ => {
                let divisor = self.float();
                let divisor = self.math(Fun::Powi(2), vec![divisor]);
                let divisor = super::binary(Operator::Add, divisor, Expr::Float(0.7, false));
                Stmt::Compound(Operator::Div, place, divisor)
            }
        })
    }

    /// `(a, b) = (b, a + ..);`
    fn swap_floats(&mut self) -> Option<Stmt> {
        let (a, b) = (self.float_place(true)?, self.float_place(true)?);
        let value = Expr::Tuple(vec![self.float(), self.float()]);
        (a != b).then_some(Stmt::AssignTuple(vec![a, b], value))
    }

    fn if_stmt(&mut self) -> Stmt {
        let cond = self.condition();
        let then = self.unit_block();
        let otherwise = match self.rng.below(10) {
            0..=4 => None,
            5 => {
                let cond = self.condition();
                let (then, last) = (self.unit_block(), self.unit_block());
                let stmts = vec![Stmt::If(cond, then, Some(last))];
                Some(Block { stmts, value: None })
            }
            _ => Some(self.unit_block()),
        };
        Stmt::If(cond, then, otherwise)
    }

    fn if_let(&mut self) -> Stmt {
        let options = self.readable(|variable| variable.ty == Ty::MaybeInt);
        let Some(option) = self.pick(&options) else {
            return self.if_stmt();
        };
        let value = self.var(option);
        let name = self.fresh_name("k");
        let then = self.scope(|draw| {
            draw.variables.push(Variable::new(&name, Ty::Int));
            draw.unit_block()
        });
        let otherwise = self.rng.percent(60).then(|| self.unit_block());
        Stmt::IfLet(name, value, then, otherwise)
    }

    fn match_stmt(&mut self) -> Stmt {
        let (scrutinee, shapes) = self.scrutinee();
        let arms = shapes
            .into_iter()
            .map(|(pattern, bound)| self.arm(pattern, bound, Self::unit_block));
        let arms = arms.collect();
        Stmt::Match(scrutinee, arms)
    }
}
