//! Arithmetic on floats: values as std computes them, and derivatives by the textbook.

use super::{Exit, Machine, Result, Stopped};
use crate::ast::{Fun, Operator};
use crate::dual::Number;

/// Larger numbers are left out: their differences are noise.
const LARGEST: f64 = 1e5;
/// Where two numbers are nearer than this, differences may cross to the other branch.
const NEAR: f64 = 1e-4;

impl<S: Number> Machine<'_, S> {
    /// A number that later ones may be computed from.
    pub(super) fn smooth(&self, x: S) -> Result<S, S> {
        if x.value().abs() < LARGEST && x.steepness() < LARGEST {
            Ok(x)
        } else {
            Err(Exit::Stopped(Stopped::Rough))
        }
    }

    /// Whether `a > b`, if that is not about to change.
    fn apart(&self, a: S, b: S) -> Result<bool, S> {
        let gap = S::apply([a, b], a.value() - b.value(), [1.0, -1.0]);
        let order = match gap.value().partial_cmp(&0.0) {
            Some(order) => 2 + order as i64,
            None => 0,
        };
        let so_far = self.decisions.get().rotate_left(5) ^ order.unsigned_abs();
        self.decisions
            .set(so_far.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let is_fixed = gap.steepness() == 0.0;
        if is_fixed || gap.value().abs() > NEAR * (1.0 + gap.steepness()) {
            Ok(gap.value() > 0.0)
        } else {
            Err(Exit::Stopped(Stopped::Rough))
        }
    }

    pub(super) fn compare(&self, operator: Operator, a: S, b: S) -> Result<bool, S> {
        self.apart(a, b)?;
        Ok(match operator {
            Operator::Less => a.value() < b.value(),
            Operator::Greater => a.value() > b.value(),
            Operator::AtMost => a.value() <= b.value(),
            Operator::AtLeast => a.value() >= b.value(),
            _ => a.value() == b.value(),
        })
    }

    pub(super) fn arithmetic(&self, operator: Operator, a: S, b: S) -> Result<S, S> {
        let (x, y) = (a.value(), b.value());
        self.smooth(match operator {
            Operator::Add => S::apply([a, b], x + y, [1.0, 1.0]),
            Operator::Sub => S::apply([a, b], x - y, [1.0, -1.0]),
            Operator::Mul => S::apply([a, b], x * y, [y, x]),
            _ => {
                self.away(b, 0.05)?;
                S::apply([a, b], x / y, [1.0 / y, -x / (y * y)])
            }
        })
    }

    /// A number that is not near zero.
    fn away(&self, x: S, distance: f64) -> Result<S, S> {
        if x.value().abs() > distance {
            Ok(x)
        } else {
            Err(Exit::Stopped(Stopped::Rough))
        }
    }

    pub(super) fn math(&self, fun: Fun, args: &[S]) -> Result<S, S> {
        let value = match *args {
            [x] => self.unary(fun, x)?,
            [a, b] => self.of_two(fun, a, b)?,
            [a, b, c] => self.of_three(fun, a, b, c)?,
            _ => return super::invalid("a function of so many"),
        };
        self.smooth(value)
    }

    fn unary(&self, fun: Fun, s: S) -> Result<S, S> {
        let x = s.value();
        let (value, slope) = match fun {
            Fun::Sin => (x.sin(), x.cos()),
            Fun::Cos => (x.cos(), -x.sin()),
            Fun::Tanh => (x.tanh(), 1.0 / (x.cosh() * x.cosh())),
            Fun::Atan => (x.atan(), 1.0 / (1.0 + x * x)),
            Fun::Exp => (x.exp(), x.exp()),
            Fun::Ln => {
                self.apart(s, S::constant(0.05))?;
                (x.ln(), 1.0 / x)
            }
            Fun::Sqrt => {
                self.apart(s, S::constant(0.05))?;
                (x.sqrt(), 0.5 / x.sqrt())
            }
            Fun::Abs => {
                let up = self.apart(s, S::constant(0.0))?;
                (
                    x.abs(),
                    if up {
                        1.0
                    } else if x == 0.0 {
                        0.0
                    } else {
                        -1.0
                    },
                )
            }
            Fun::Asinh => (x.asinh(), 1.0 / (x * x + 1.0).sqrt()),
            Fun::ExpM1 => (x.exp_m1(), x.exp()),
            Fun::Ln1p => {
                self.apart(s, S::constant(-0.95))?;
                (x.ln_1p(), 1.0 / (1.0 + x))
            }
            Fun::Recip => {
                self.away(s, 0.05)?;
                (x.recip(), -1.0 / (x * x))
            }
            Fun::Relu => {
                let up = self.apart(s, S::constant(0.0))?;
                if up { (x, 1.0) } else { (0.0, 0.0) }
            }
            Fun::Sigmoid => {
                let value = sigmoid(x);
                (value, sigmoid(x) * sigmoid(-x))
            }
            Fun::Softplus => {
                let positive = if x <= 0.0 { 0.0 } else { x };
                (positive + (-x.abs()).exp().ln_1p(), sigmoid(x))
            }
            Fun::Powi(n) => {
                if n < 0 {
                    self.away(s, 0.05)?;
                }
                let slope = if n == 0 {
                    0.0
                } else {
                    f64::from(n) * x.powi(n - 1)
                };
                (x.powi(n), slope)
            }
            _ => return super::invalid("not a function of one"),
        };
        Ok(S::apply([s], value, [slope]))
    }

    pub(super) fn of_two(&self, fun: Fun, a: S, b: S) -> Result<S, S> {
        let (x, y) = (a.value(), b.value());
        let (value, partials) = match fun {
            Fun::Max | Fun::Min => {
                let larger = self.apart(a, b)?;
                let first = if x == y {
                    0.5
                } else {
                    f64::from(u8::from(larger == (fun == Fun::Max)))
                };
                let value = if fun == Fun::Max { x.max(y) } else { x.min(y) };
                (value, [first, 1.0 - first])
            }
            Fun::Hypot => {
                let r = x.hypot(y);
                self.away(S::constant(r), 0.05)?;
                (r, [x / r, y / r])
            }
            Fun::Atan2 => {
                // Away from the cut on the negative axis, where the angle jumps.
                let (up, right) = (
                    self.apart(a, S::constant(0.0))?,
                    self.apart(b, S::constant(0.0))?,
                );
                let square = x * x + y * y;
                if !(up || right) && x == 0.0 {
                    return Err(Exit::Stopped(Stopped::Rough));
                }
                self.away(S::constant(square), 0.01)?;
                (x.atan2(y), [y / square, -x / square])
            }
            Fun::Powf => {
                if !self.apart(a, S::constant(0.05))? {
                    return Err(Exit::Stopped(Stopped::Rough));
                }
                let value = x.powf(y);
                (value, [y * x.powf(y - 1.0), value * x.ln()])
            }
            _ => return super::invalid("not a function of two"),
        };
        Ok(S::apply([a, b], value, partials))
    }

    fn of_three(&self, fun: Fun, a: S, b: S, c: S) -> Result<S, S> {
        let (x, y, z) = (a.value(), b.value(), c.value());
        match fun {
            Fun::MulAdd => Ok(S::apply([a, b, c], x.mul_add(y, z), [y, x, 1.0])),
            Fun::Clamp => {
                if !self.apart(c, b)? {
                    return super::invalid("empty bounds");
                }
                let (above, below) = (self.apart(a, c)?, !self.apart(a, b)?);
                let value = x.clamp(y, z);
                let partials = match (below, above) {
                    (true, _) => [0.0, 1.0, 0.0],
                    (_, true) => [0.0, 0.0, 1.0],
                    _ => [1.0, 0.0, 0.0],
                };
                Ok(S::apply([a, b, c], value, partials))
            }
            _ => super::invalid("not a function of three"),
        }
    }
}

fn sigmoid(x: f64) -> f64 {
    let e = (-x.abs()).exp();
    let numerator = if x < 0.0 { e } else { 1.0 };
    numerator / (1.0 + e)
}
