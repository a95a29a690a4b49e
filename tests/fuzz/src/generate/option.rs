//! Options of floats.

use super::{Generator, boxed};
use crate::ast::*;

impl Generator<'_> {
    /// An `Option<f64>` whose type rustc knows.
    pub(super) fn option(&mut self) -> Expr {
        if !self.affords() {
            return self.some();
        }
        self.deeper(Self::drawn_option)
    }

    fn some(&mut self) -> Expr {
        let value = self.float();
        let value = self.typed(value);
        Expr::Some(boxed(value))
    }

    /// `list.first().copied()`
    fn seen(&mut self) -> Option<Expr> {
        let from = self.readable(|variable| variable.ty.peeled().element() == Some(&Ty::Float));
        let index = self.pick(&from)?;
        let first = self.reads.len();
        let list = self.var(index);
        let end = self.holding(first, |draw| match draw.rng.below(3) {
            0 => End::First,
            1 => End::Last,
            _ => End::At(boxed(draw.int())),
        });
        Some(Expr::Seen(boxed(list), end))
    }

    fn drawn_option(&mut self) -> Expr {
        match self.rng.weighted(&[35, 12, 20, 18, 14, 12, 5, 8, 10]) {
            8 => self.seen().unwrap_or_else(|| self.some()),
            7 => self.reduced(),
            0 => self.whole(&Ty::MaybeFloat).unwrap_or_else(|| self.some()),
            1 => self.some(),
            2 => {
                let cond = self.condition();
                let some = self.kept_inside(Self::some);
                let arm = |value: Expr| Block {
                    stmts: Vec::new(),
                    value: Some(boxed(value)),
                };
                let (then, otherwise) = match self.rng.percent(50) {
                    true => (some, Expr::None),
                    false => (Expr::None, some),
                };
                Expr::If(boxed(cond), arm(then), arm(otherwise))
            }
            3 => self.called(&Ty::MaybeFloat).unwrap_or_else(|| self.some()),
            4 => {
                let floats = Ty::Vec(Box::new(Ty::Float));
                let from = self.changeable(|variable| variable.ty == floats);
                match self.pick(&from) {
                    Some(index) => Expr::Pop(boxed(self.var(index))),
                    None => self.some(),
                }
            }
            5 => {
                let receiver = self.option();
                if self.rng.percent(60) {
                    let closure = self.closure(&[(Ty::Float, false, None)], |draw| {
                        let first = draw.reads.len();
                        let value = draw.float();
                        let value = draw.typed(value);
                        if draw.reads.len() > first {
                            return value;
                        }
                        // A constant would not tell which float the option holds.
                        let place = draw.float_place(false).unwrap_or(Expr::Float(0.5, true));
                        super::binary(Operator::Mul, value, place)
                    });
                    return Expr::Maybe(MaybeFun::Map, boxed(receiver), Vec::new(), Some(closure));
                }
                let closure = self.closure(&[(Ty::Float, false, None)], Self::option);
                Expr::Maybe(
                    MaybeFun::AndThen,
                    boxed(receiver),
                    Vec::new(),
                    Some(closure),
                )
            }
            _ => {
                let from = self.changeable(|variable| variable.ty == Ty::MaybeFloat);
                match self.pick(&from) {
                    Some(index) => Expr::Take(boxed(self.var(index))),
                    None => self.some(),
                }
            }
        }
    }

    /// A float from some option.
    pub(super) fn option_float(&mut self) -> Expr {
        let option = self.option();
        self.float_of(option)
    }

    /// The float that an option holds, or another one.
    pub(super) fn float_of(&mut self, option: Expr) -> Expr {
        match self.rng.weighted(&[40, 25, 10]) {
            0 => {
                let otherwise = self.float();
                Expr::Maybe(MaybeFun::UnwrapOr, boxed(option), vec![otherwise], None)
            }
            1 => {
                let otherwise = self.float();
                let otherwise = self.typed(otherwise);
                let closure = self.closure(&[(Ty::Float, false, None)], Self::float);
                Expr::Maybe(
                    MaybeFun::MapOr,
                    boxed(option),
                    vec![otherwise],
                    Some(closure),
                )
            }
            _ => Expr::Maybe(MaybeFun::Unwrap, boxed(option), Vec::new(), None),
        }
    }
}
