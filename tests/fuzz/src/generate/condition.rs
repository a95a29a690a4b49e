//! Integers and conditions.

use super::{Generator, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
    pub(super) fn int_variable(&mut self) -> Option<Expr> {
        let from = self.readable(|variable| *variable.ty.peeled() == Ty::Int);
        let index = self.pick(&from)?;
        let is_ref = matches!(self.variables[index].ty, Ty::Ref(_));
        let var = self.var(index);
        Some(if is_ref { Expr::Deref(boxed(var)) } else { var })
    }

    /// Some integer, not large.
    pub(super) fn int(&mut self) -> Expr {
        if self.rng.percent(6) && self.may_change() && self.affords() {
            return self.after_effects(Self::plain_int);
        }
        self.plain_int()
    }

    /// `{ s *= x; k += 1; .. }`
    pub(super) fn after_effects(&mut self, value: impl FnOnce(&mut Self) -> Expr) -> Expr {
        let block = self.kept_inside(|draw| {
            draw.scope(|draw| {
                draw.deeper(|draw| {
                    let count = 1 + draw.rng.below(2);
                    let stmts: Vec<Stmt> = (0..count).filter_map(|_| draw.effect()).collect();
                    Block {
                        stmts,
                        value: Some(boxed(value(draw))),
                    }
                })
            })
        });
        Expr::Block(block)
    }

    fn plain_int(&mut self) -> Expr {
        if self.rng.percent(3) {
            return self.constant(true);
        }
        let literal = Expr::Int(self.rng.below(4));
        match self.int_variable() {
            Some(number) if self.rng.percent(70) => {
                let operator = *self.rng.of(&[Operator::Add, Operator::Mul]);
                if self.rng.percent(30) {
                    binary(operator, number, literal)
                } else {
                    number
                }
            }
            _ => literal,
        }
    }

    /// An index into an array.
    pub(super) fn index_below(&mut self, count: usize) -> Option<Expr> {
        if count == 0 {
            return None;
        }
        let fitting = self.readable(|variable| {
            variable.ty == Ty::Int && variable.bounds.is_some_and(|(_, high)| high < count)
        });
        if self.rng.percent(60)
            && let Some(index) = self.pick(&fitting)
        {
            let (low, high) = self.variables[index].bounds.expect("has bounds");
            let var = self.var(index);
            return Some(match self.rng.below(4) {
                0 if high + 1 < count => binary(Operator::Add, var, Expr::Int(1)),
                1 if low > 0 => binary(Operator::Sub, var, Expr::Int(1)),
                2 => binary(Operator::Sub, Expr::Int(count - 1), var),
                _ => var,
            });
        }
        if self.rng.percent(4) && self.may_change() && self.affords() {
            let number = self.after_effects(Self::plain_int);
            return Some(binary(Operator::Rem, number, Expr::Int(count)));
        }
        if self.rng.percent(60)
            && let Some(number) = self.int_variable()
        {
            let number = if self.rng.percent(40) {
                binary(Operator::Add, number, Expr::Int(self.rng.below(3)))
            } else {
                number
            };
            return Some(binary(Operator::Rem, number, Expr::Int(count)));
        }
        Some(Expr::Int(self.rng.below(count)))
    }

    /// An index into a list whose length only the program knows.
    pub(super) fn index_in(&mut self, list: &Expr) -> Expr {
        let len = Expr::Len(boxed(list.clone()));
        match self.rng.below(4) {
            0 => Expr::Int(self.rng.below(2)),
            1 => binary(Operator::Sub, len, Expr::Int(1)),
            _ => {
                let number = self.int();
                binary(Operator::Rem, number, len)
            }
        }
    }

    /// The same without a look at the list, which rustc refuses where an element is changed.
    pub(super) fn index_blindly(&mut self) -> Expr {
        if self.rng.percent(60) {
            return Expr::Int(self.rng.below(2));
        }
        binary(Operator::Rem, self.int(), Expr::Int(2))
    }

    /// A condition, which mostly changes nothing.
    pub(super) fn condition(&mut self) -> Expr {
        if self.rng.percent(15) {
            return self.kept_inside(Self::drawn_condition);
        }
        self.frozen(Self::drawn_condition)
    }

    fn drawn_condition(&mut self) -> Expr {
        let flags = self.readable(|variable| variable.ty == Ty::Bool);
        if self.rng.percent(6) && self.may_change() && self.affords() {
            return self.after_effects(Self::drawn_condition);
        }
        match self.rng.weighted(&[55, 25, 12, 8, 4]) {
            0 => {
                let operator = *self.rng.of(&[
                    Operator::Less,
                    Operator::Greater,
                    Operator::AtLeast,
                    Operator::AtMost,
                ]);
                let left = if self.rng.percent(70) {
                    self.leaf()
                } else {
                    self.float()
                };
                let left = self.typed(left);
                let right = if self.rng.percent(60) {
                    self.literal(false)
                } else {
                    self.leaf()
                };
                binary(operator, left, right)
            }
            1 => {
                let number = self.int();
                match self.rng.below(3) {
                    0 => {
                        let rest = binary(Operator::Rem, number, Expr::Int(2 + self.rng.below(2)));
                        binary(Operator::Equal, rest, Expr::Int(self.rng.below(2)))
                    }
                    1 => binary(Operator::Greater, number, Expr::Int(self.rng.below(4))),
                    _ => binary(Operator::Less, number, Expr::Int(1 + self.rng.below(4))),
                }
            }
            2 if self.budget > 0 => {
                let operator = *self.rng.of(&[Operator::And, Operator::Or]);
                self.budget -= 4;
                binary(operator, self.condition(), self.condition())
            }
            3 if self.budget > 0 => {
                self.budget -= 4;
                Expr::Not(boxed(self.condition()))
            }
            4 if self.affords() => {
                let option = self.option();
                Expr::Maybe(MaybeFun::IsSome, boxed(option), Vec::new(), None)
            }
            _ => match self.pick(&flags) {
                Some(flag) => self.var(flag),
                None => Expr::Bool(self.rng.percent(50)),
            },
        }
    }
}
