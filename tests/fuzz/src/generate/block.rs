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
                let mut value = draw.float();
                if draw.rng.percent(30) {
                    value = draw.typed(value);
                }
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
    pub(super) fn exit(&mut self) -> Option<Stmt> {
        let in_loop = self.frames.len() > self.first_frame;
        if self.may_return && (!in_loop || self.rng.percent(20)) {
            let output = self.output.clone();
            let value = self.kept_inside(|draw| draw.value(&output));
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
        let needs_label = target != inner || frame.is_block;
        let label = if !needs_label && self.rng.percent(70) {
            None
        } else {
            frame.label
        };
        if needs_label && label.is_none() {
            return None;
        }
        if !frame.is_block && self.rng.percent(45) {
            return Some(Stmt::Continue(label));
        }
        let value = frame.gives.then(|| self.kept_inside(Self::float));
        Some(Stmt::Break(label, value))
    }

    /// `'b0: { .. break 'b0 value; .. value }`
    pub(super) fn labelled_float(&mut self) -> Expr {
        let label = self.fresh_name("b");
        let block = self.kept_inside(|draw| {
            draw.scope(|draw| {
                draw.deeper(|draw| {
                    draw.frames.push(super::Frame {
                        label: Some(label.clone()),
                        gives: true,
                        is_block: true,
                    });
                    let cond = draw.condition();
                    let then = draw.scope(|draw| {
                        let count = draw.rng.below(2);
                        let mut stmts = draw.stmts(count);
                        stmts.extend(draw.exit());
                        Block { stmts, value: None }
                    });
                    let mut stmts = vec![Stmt::If(cond, then, None)];
                    let count = draw.rng.below(3);
                    stmts.extend(draw.stmts(count));
                    let value = draw.float();
                    draw.frames.pop();
                    Block {
                        stmts,
                        value: Some(boxed(value)),
                    }
                })
            })
        });
        Expr::Labelled(label, block)
    }

    /// One statement, or a few that belong together.
    fn stmt(&mut self) -> Vec<Stmt> {
        if !self.affords() {
            return self.change().into_iter().collect();
        }
        const WEIGHTS: [usize; 20] = [
            18, 12, 24, 8, 12, 4, 4, 16, 3, 2, 3, 2, 3, 10, 4, 3, 3, 4, 3, 4,
        ];
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
            12 => self.swap_floats().into_iter().collect(),
            13 => self.call_stmt().into_iter().collect(),
            14 => vec![self.closure_stmt()],
            15 => self.let_else().into_iter().collect(),
            16 => self.let_or_leave().into_iter().collect(),
            17 => vec![self.unzipped()],
            18 => self.changer(),
            _ => self.exchange().into_iter().collect(),
        }
    }

    /// Declares a variable for `value`; the type is written where rustc could not tell it.
    pub(super) fn declare(&mut self, ty: Ty, value: Expr) -> Stmt {
        let mutable = self.rng.percent(60);
        let name = self.name();
        let value = match value {
            // How long it is, the type that is written says.
            Expr::FromFn(count, closure, true) if self.rng.percent(60) => {
                Expr::FromFn(count, closure, false)
            }
            other => other,
        };
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
        } else if self.may_return && self.output == Ty::MaybeFloat && self.rng.percent(50) {
            self.asking(|draw| {
                let option = draw.option();
                let asked = Expr::Try(boxed(option));
                match draw.rng.percent(50) {
                    true => asked,
                    false => super::binary(Operator::Mul, asked, draw.float()),
                }
            })
        } else {
            self.float()
        };
        self.declare(Ty::Float, value)
    }

    fn let_value(&mut self) -> Stmt {
        if self.rng.percent(8) {
            let value = if self.rng.percent(50) {
                self.kept_inside(Self::int)
            } else {
                Expr::Int(self.rng.below(4))
            };
            return self.declare(Ty::Int, value);
        }
        if self.rng.percent(5) {
            let value = self.condition();
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
                && variable.ty.has_floats()
                && !matches!(variable.ty, Ty::Ref(_) | Ty::Vec(_))
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
        match self.let_condition(Self::unit_block) {
            Some((cond, then)) => {
                let otherwise = self.rng.percent(60).then(|| self.unit_block());
                Stmt::If(cond, then, otherwise)
            }
            None => self.if_stmt(),
        }
    }

    fn match_stmt(&mut self) -> Stmt {
        let (scrutinee, arms) = self.matched(Self::unit_block);
        Stmt::Match(scrutinee, arms)
    }
}
