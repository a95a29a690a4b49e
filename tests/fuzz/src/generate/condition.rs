//! Integers, conditions, and what a `match` looks at.

use super::{Generator, Variable, binary, boxed};
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

    /// A condition, which changes nothing: the macro keeps it as it is.
    pub(super) fn condition(&mut self) -> Expr {
        self.frozen(Self::drawn_condition)
    }

    fn drawn_condition(&mut self) -> Expr {
        let flags = self.readable(|variable| variable.ty == Ty::Bool);
        match self.rng.weighted(&[55, 25, 12, 8]) {
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
            _ => match self.pick(&flags) {
                Some(flag) => self.var(flag),
                None => Expr::Bool(self.rng.percent(50)),
            },
        }
    }

    /// What a `match` looks at, with patterns that cover it; each says what it binds.
    pub(super) fn scrutinee(&mut self) -> (Expr, Vec<(Shape, Option<Variable>)>) {
        let options = self.readable(|variable| variable.ty == Ty::MaybeInt);
        let bound = |name: &str| Some(Variable::new(name, Ty::Int));
        if self.rng.percent(25)
            && let Some(option) = self.pick(&options)
        {
            let var = self.var(option);
            return (
                var,
                vec![(Shape::Some("k".into()), bound("k")), (Shape::None, None)],
            );
        }
        let count = 2 + self.rng.below(3);
        let number = self.int();
        let number = binary(Operator::Rem, number, Expr::Int(count));
        match self.rng.below(4) {
            0 => {
                let condition = self.condition();
                let shapes = vec![
                    (Shape::Tuple(vec![Shape::Ints(vec![0]), Shape::Any]), None),
                    (
                        Shape::Tuple(vec![Shape::Bind("k".into()), Shape::Bool(true)]),
                        bound("k"),
                    ),
                    (Shape::Any, None),
                ];
                (Expr::Tuple(vec![number, condition]), shapes)
            }
            1 => {
                let condition = self.condition();
                (
                    condition,
                    vec![(Shape::Bool(true), None), (Shape::Bool(false), None)],
                )
            }
            2 => {
                let shapes = vec![
                    (Shape::Ints(vec![0, 2]), None),
                    (Shape::Bind("k".into()), bound("k")),
                ];
                (number, shapes)
            }
            _ => {
                let shapes = vec![
                    (Shape::Ints(vec![0]), None),
                    (Shape::Between(1, 2), None),
                    (Shape::Any, None),
                ];
                (number, shapes)
            }
        }
    }

    /// An arm; one that may have a guard is followed by one that always fits.
    pub(super) fn arm(
        &mut self,
        pattern: Shape,
        bound: Option<Variable>,
        body: impl FnOnce(&mut Self) -> Block,
    ) -> Arm {
        self.scope(|draw| {
            let may_guard = matches!(pattern, Shape::Ints(_) | Shape::Between(..))
                || matches!(&pattern, Shape::Tuple(_));
            draw.variables.extend(bound);
            let guard = (may_guard && draw.rng.percent(15)).then(|| draw.condition());
            Arm {
                pattern,
                guard,
                body: body(draw),
            }
        })
    }
}
