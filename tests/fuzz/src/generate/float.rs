//! Expressions of type `f64`.

use super::{Generator, Variable, binary, boxed};
use crate::ast::*;

const LITERALS: [f64; 10] = [0.5, 1.5, 2.0, 0.25, 3.0, 0.1, -0.7, -1.3, 1.0, 0.0];

impl Generator<'_> {
    pub(super) fn literal(&mut self, suffix: bool) -> Expr {
        let value = *self.rng.of(&LITERALS);
        Expr::Float(value, suffix || value < 0.0)
    }

    /// A constant that is declared elsewhere.
    pub(super) fn constant(&mut self, is_int: bool) -> Expr {
        let all: Vec<&'static Constant> = CONSTANTS
            .iter()
            .filter(|constant| constant.is_int == is_int)
            .collect();
        Expr::Const(all[self.rng.below(all.len())])
    }

    /// `option?`, where that leaves the function.
    fn asked(&mut self) -> Option<Expr> {
        if !self.asks {
            return None;
        }
        Some(Expr::Try(boxed(self.option())))
    }

    /// A variable, or a part of one.
    pub(super) fn leaf(&mut self) -> Expr {
        if self.rng.percent(88) {
            for _ in 0..4 {
                if let Some(place) = self.float_place(false) {
                    return place;
                }
            }
        }
        if self.rng.percent(25)
            && let Some(number) = self.int_variable()
        {
            return Expr::ToFloat(boxed(number));
        }
        let suffix = self.rng.percent(30);
        self.literal(suffix)
    }

    /// A float in some variable that can be read, or changed.
    pub(super) fn float_place(&mut self, changed: bool) -> Option<Expr> {
        let has_floats = |variable: &Variable| {
            variable.ty.has_floats() && !matches!(variable.ty.peeled(), Ty::MaybeFloat | Ty::Enum)
        };
        let from = if changed {
            self.changeable(has_floats)
        } else {
            self.readable(has_floats)
        };
        let index = self.pick(&from)?;
        let ty = self.variables[index].ty.clone();
        let first = self.reads.len();
        let base = self.var(index);
        self.holding(first, |draw| draw.descend(base, &ty, changed))
    }

    /// Goes down to a float.
    fn descend(&mut self, base: Expr, ty: &Ty, changed: bool) -> Option<Expr> {
        match ty {
            Ty::Float => Some(base),
            Ty::Ref(inner) if **inner == Ty::Float => Some(Expr::Deref(boxed(base))),
            Ty::Ref(inner) if matches!(**inner, Ty::Ref(_)) => {
                self.descend(Expr::Deref(boxed(base)), inner, changed)
            }
            Ty::Ref(inner) => self.descend(base, inner, changed),
            Ty::Array(element, count) => {
                let index = self.index_below(*count)?;
                self.descend(Expr::Index(boxed(base), boxed(index)), element, changed)
            }
            Ty::Vec(element) | Ty::Slice(element) | Ty::Sized(element) => {
                let index = if changed {
                    // The list is borrowed before its index is looked at.
                    self.changing_nothing(Self::index_blindly)
                } else {
                    self.index_in(&base)
                };
                self.descend(Expr::Index(boxed(base), boxed(index)), element, changed)
            }
            Ty::Tuple(parts) if !parts.is_empty() => {
                let index = self.rng.below(parts.len());
                self.descend(Expr::Part(boxed(base), index), &parts[index], changed)
            }
            Ty::Struct(item) => {
                let index = self.rng.below(STRUCTS[*item].fields.len());
                let field = &STRUCTS[*item].fields[index];
                self.descend(Expr::Field(boxed(base), field, index), &field.ty(), changed)
            }
            _ => None,
        }
    }

    pub(super) fn float(&mut self) -> Expr {
        if !self.affords() || self.rng.percent(14) {
            return self.leaf();
        }
        self.deeper(Self::composite)
    }

    fn composite(&mut self) -> Expr {
        const WEIGHTS: [usize; 23] = [
            44, 5, 26, 10, 4, 3, 5, 4, 3, 10, 12, 2, 3, 1, 5, 5, 2, 3, 2, 2, 6, 2, 2,
        ];
        match self.rng.weighted(&WEIGHTS) {
            0 => {
                let operator = *self.rng.of(&[Operator::Add, Operator::Sub, Operator::Mul]);
                binary(operator, self.float(), self.float())
            }
            1 => {
                let (numerator, denominator) = (self.float(), self.away_from_zero());
                binary(Operator::Div, numerator, denominator)
            }
            2 => {
                let fun = *self.rng.of(&[
                    Fun::Sin,
                    Fun::Cos,
                    Fun::Tanh,
                    Fun::Atan,
                    Fun::Sigmoid,
                    Fun::Sin,
                ]);
                let x = self.float();
                self.math(fun, vec![x])
            }
            3 => self.function_of_one(),
            4 => self.function_of_two(),
            5 => Expr::Neg(boxed(self.float())),
            6 => self.if_float(),
            7 => self.match_float(),
            8 => {
                let block = self.float_block();
                Expr::Block(block)
            }
            9 => self.called_float(),
            10 => self.consumed(),
            11 => {
                let parts = vec![self.float(), self.float()];
                let index = self.rng.below(2);
                Expr::Part(boxed(Expr::Tuple(parts)), index)
            }
            12 if self.frames.len() < 2 => self.loop_float(),
            13 if self.rng.percent(40) => {
                self.program.stops = true;
                // What it holds is kept as it is written.
                let inner = self.frozen(Self::float);
                let inner = self.typed(inner);
                Expr::Stop(boxed(inner))
            }
            14 => self.option_float(),
            15 => self.called_closure().unwrap_or_else(|| self.leaf()),
            16 => self.labelled_float(),
            17 => self
                .let_condition(Self::float_block)
                .map(|(cond, then)| Expr::If(boxed(cond), then, self.float_block()))
                .unwrap_or_else(|| self.leaf()),
            18 => self.replaced().unwrap_or_else(|| self.leaf()),
            19 => {
                let number = self.int();
                Expr::ToFloat(boxed(number))
            }
            20 => self.asked().unwrap_or_else(|| self.leaf()),
            21 => self.extreme(),
            22 => self.constant(false),
            _ => self.leaf(),
        }
    }

    /// An expression that rustc knows for `f64`.
    pub(super) fn typed(&mut self, expr: Expr) -> Expr {
        if self.is_vague(&expr) {
            return binary(Operator::Mul, Expr::Float(1.5, true), expr);
        }
        expr
    }

    /// A method of floats, by path where rustc could not know whose method it is.
    pub(super) fn math(&mut self, fun: Fun, args: Vec<Expr>) -> Expr {
        let is_ours = matches!(fun, Fun::Relu | Fun::Sigmoid | Fun::Softplus);
        let by_path = self.is_vague(&args[0]) || self.rng.percent(8);
        if by_path && is_ours {
            let arg = args.into_iter().next().expect("has one");
            let arg = self.typed(arg);
            return Expr::Math(fun, vec![arg], true);
        }
        Expr::Math(fun, args, by_path)
    }

    fn positive(&mut self) -> Expr {
        let x = self.float();
        let square = if self.rng.percent(50) {
            self.math(Fun::Abs, vec![x])
        } else {
            self.math(Fun::Powi(2), vec![x])
        };
        binary(
            Operator::Add,
            square,
            Expr::Float(*self.rng.of(&[0.3, 0.5, 1.0]), false),
        )
    }

    fn away_from_zero(&mut self) -> Expr {
        match self.rng.below(3) {
            0 => {
                let x = self.float();
                let sine = self.math(Fun::Sin, vec![x]);
                binary(Operator::Add, Expr::Float(2.0, false), sine)
            }
            1 => self.positive(),
            _ => self.float(),
        }
    }

    fn function_of_one(&mut self) -> Expr {
        match self.rng.below(9) {
            0 => {
                let x = self.float();
                let x = self.math(Fun::Sin, vec![x]);
                self.math(Fun::Exp, vec![x])
            }
            1 => {
                let x = self.positive();
                self.math(Fun::Ln, vec![x])
            }
            2 => {
                let x = self.positive();
                self.math(Fun::Sqrt, vec![x])
            }
            3 => {
                let x = self.away_from_zero();
                self.math(Fun::Recip, vec![x])
            }
            4 => {
                let x = self.float();
                let power = *self.rng.of(&[0, 1, 2, 3, 2]);
                self.math(Fun::Powi(power), vec![x])
            }
            5 => {
                let x = self.away_from_zero();
                self.math(Fun::Powi(-1), vec![x])
            }
            6 => {
                let x = self.float();
                let square = self.math(Fun::Powi(2), vec![x]);
                self.math(Fun::Ln1p, vec![square])
            }
            7 => {
                let x = self.float();
                self.math(Fun::ExpM1, vec![x])
            }
            _ => {
                let fun = *self
                    .rng
                    .of(&[Fun::Abs, Fun::Relu, Fun::Softplus, Fun::Asinh]);
                let x = self.float();
                self.math(fun, vec![x])
            }
        }
    }

    fn function_of_two(&mut self) -> Expr {
        match self.rng.below(6) {
            0 | 1 => {
                let fun = *self.rng.of(&[Fun::Max, Fun::Min, Fun::Hypot]);
                let args = vec![self.float(), self.float()];
                self.math(fun, args)
            }
            2 => {
                let args = vec![self.float(), self.positive()];
                self.math(Fun::Atan2, args)
            }
            3 => {
                let args = vec![self.positive(), self.float()];
                self.math(Fun::Powf, args)
            }
            4 => {
                let args = vec![self.float(), self.float(), self.float()];
                self.math(Fun::MulAdd, args)
            }
            _ => {
                let (low, high) = (Expr::Float(-0.8, true), Expr::Float(0.9, false));
                let args = vec![self.float(), low, high];
                self.math(Fun::Clamp, args)
            }
        }
    }

    fn if_float(&mut self) -> Expr {
        let cond = self.condition();
        let (then, otherwise) = (self.float_block(), self.float_block());
        Expr::If(boxed(cond), then, otherwise)
    }

    fn match_float(&mut self) -> Expr {
        let (scrutinee, arms) = self.matched(Self::float_block);
        Expr::Match(boxed(scrutinee), arms)
    }
}
