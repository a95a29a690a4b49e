//! A derivation, computed line by line, comes to the value and the gradient of the function.

use super::evaluate::evaluate;
use chainrule::prelude::*;

/// Compares what the formulas of `function(x, y)` say with what its twin computes.
macro_rules! holds {
    ($($function:ident)*) => {$(
        #[test]
        fn $function() {
            for (x, y) in SAMPLES {
                let (value, (dx, dy)) = functions::$function::value_and_grad(x, y);
                let formulas = functions::$function::FORMULAS;
                let found = evaluate(formulas, &[("x", x), ("y", y), ("n", 3.0)]);
                for (name, expected) in [("L", value), ("∂L/∂x", dx), ("∂L/∂y", dy)] {
                    let found = found[name];
                    assert!(
                        (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                        "{name} is {expected} at ({x}, {y}), but {found} by\n{formulas}"
                    );
                }
            }
        }
    )*};
}

const SAMPLES: [(f64, f64); 6] = [
    (0.7, 0.4),
    (1.3, 0.2),
    (0.35, 1.6),
    (2.4, 2.1),
    (0.9, 3.3),
    (0.15, 0.85),
];

holds! {
    arithmetic fractions signs powers exponentials logarithms circular hyperbolic roots kinks remainders activations
    reused shared_subexpressions long_expression reassigned squares
    cases arms chain early guarded_returns nested_arms conditions patterns
}

mod functions {
    use super::*;

    #[differentiate]
    pub(super) fn arithmetic(x: f64, y: f64) -> f64 {
        (x + y) * (x - 2.0 * y) / (x * y + 1.0) - x / y * 3.0
    }

    #[differentiate]
    pub(super) fn fractions(x: f64, y: f64) -> f64 {
        x / (y / (x + y)) - (x - (y - x)) / (2.0 * y) / x
    }

    #[differentiate]
    pub(super) fn signs(x: f64, y: f64) -> f64 {
        -(-x) * -y + -2.0 * x - (-y) - (x - y) * -(x * y)
    }

    #[differentiate]
    pub(super) fn powers(x: f64, y: f64) -> f64 {
        x.powi(3) * y.powi(-2) + x.powf(y) - y.powf(2.5) + (x + y).powi(2) * x.powi(1)
    }

    #[differentiate]
    pub(super) fn exponentials(x: f64, y: f64) -> f64 {
        (x * y).exp() - y.exp2() * x + (-x).exp_m1() / (1.0 + y.exp())
    }

    #[differentiate]
    pub(super) fn logarithms(x: f64, y: f64) -> f64 {
        x.ln() * y.log2() + (x * y).log10() - (x + y).ln_1p() + (x + 1.0).log(y + 2.0)
    }

    #[differentiate]
    pub(super) fn circular(x: f64, y: f64) -> f64 {
        (x * y).sin() * x.cos() + (0.3 * x).tan() - (0.2 * y).asin()
            + (0.3 * x).acos() * y.atan()
            + x.atan2(y)
    }

    #[differentiate]
    pub(super) fn hyperbolic(x: f64, y: f64) -> f64 {
        x.sinh() * y.cosh() - (x * y).tanh() + x.asinh() / (y + 2.0).acosh() + (0.3 * x).atanh()
    }

    #[differentiate]
    pub(super) fn roots(x: f64, y: f64) -> f64 {
        (x * y).sqrt() / x.cbrt() + x.recip() * y - x.hypot(y)
    }

    #[differentiate]
    pub(super) fn kinks(x: f64, y: f64) -> f64 {
        (x - y).abs() * x.max(y) - y.min(2.0 * x) + (x * y).clamp(0.5, 1.5) + x.copysign(y)
    }

    #[differentiate]
    pub(super) fn remainders(x: f64, y: f64) -> f64 {
        (5.0 * x) % (1.0 + y) + x.fract() * (x * 3.0).floor()
    }

    #[differentiate]
    pub(super) fn activations(x: f64, y: f64) -> f64 {
        (x - y).relu() * x.sigmoid() + (x * y).softplus() - y.mul_add(x, 1.0)
    }

    #[differentiate]
    pub(super) fn reused(x: f64, y: f64) -> f64 {
        let a = x * x;
        let b = a * y;
        let c = b * b + a;
        a * b * c + a / c + b
    }

    #[differentiate]
    pub(super) fn shared_subexpressions(x: f64, y: f64) -> f64 {
        let p = (x * y + 0.5).sigmoid();
        -(y * p.ln() + (1.0 - y) * (1.0 - p).ln()) * (x * y + 0.5).sin()
    }

    #[differentiate]
    pub(super) fn long_expression(x: f64, y: f64) -> f64 {
        ((((x + 1.0) * y + 2.0).sin() * x + 3.0).ln() * y
            + x * (y + x * (y + x * (y + x * (y + x.exp())))))
        .sqrt()
            + ((x * y).tanh() + (x + y).cos() * (x - y).sin() - x / (1.0 + y)).exp()
    }

    #[differentiate]
    pub(super) fn reassigned(x: f64, y: f64) -> f64 {
        let mut s = x * y;
        s += y;
        s = s.sin() * s;
        s /= x + y;
        s * x
    }

    #[differentiate]
    pub(super) fn squares(x: f64, y: f64) -> f64 {
        let r = x * 2.0 - y;
        let h = 0.5 * r * r;
        h * h * h - (x + y) * (x + y) / (x * x)
    }

    #[differentiate]
    pub(super) fn cases(x: f64, y: f64) -> f64 {
        let e = (x * y).exp();
        let s = if x > y { e * 2.0 } else { y };
        let t = if s < 1.0 { x } else { 3.0 };
        s * t * x
    }

    #[differentiate]
    pub(super) fn arms(x: f64, y: f64) -> f64 {
        let a = x * y;
        let r = if x > 0.8 {
            let e = (a * x).sin();
            let q = e * e * x;
            (q + e) * y
        } else {
            let q = a.cos();
            q * x
        };
        r * a
    }

    #[differentiate]
    pub(super) fn chain(x: f64, y: f64) -> f64 {
        if x < 0.3 {
            x * x * y
        } else if x < 0.8 {
            -x / y
        } else if y < 1.0 {
            x.powi(3) + y
        } else {
            (x * y).sqrt()
        }
    }

    #[differentiate]
    pub(super) fn early(x: f64, y: f64) -> f64 {
        if x < 0.5 {
            return x * y;
        }
        let z = (x * y).sin();
        if z > 0.5 {
            return z * x;
        }
        z * y + x
    }

    #[differentiate]
    pub(super) fn guarded_returns(x: f64, y: f64) -> f64 {
        let mut s = x * y;
        if x > y {
            s *= y;
            if s > 0.5 {
                return s.ln();
            }
            s += x;
        } else {
            if s > 2.0 {
                return s * s * y;
            }
            s -= y;
        }
        s * s * x
    }

    #[differentiate]
    pub(super) fn nested_arms(x: f64, y: f64) -> f64 {
        let mut s = x;
        if y > 0.5 {
            let t = s * y;
            if t > 1.0 {
                s = t.sqrt();
            } else {
                s += t * t;
            }
            s *= x;
        }
        s * y
    }

    #[differentiate]
    pub(super) fn conditions(x: f64, y: f64) -> f64 {
        let up = x > y;
        let a = if up && x > 1.0 || y > 2.0 && x < 3.0 {
            x * x
        } else {
            y
        };
        let b = if !up { a * x } else { a + y };
        if up && b > 1.0 { a * b } else { a - b * y }
    }

    #[differentiate]
    pub(super) fn patterns(x: f64, y: f64) -> f64 {
        let kind = stop_gradient(x * 2.0) as i32;
        match kind {
            0 => x * y,
            1 | 2 => {
                let s = (x + y).sin();
                s * s + s
            }
            _ => y / x,
        }
    }
}

mod iterations {
    //! The same for loops, over lists of four.

    use super::super::evaluate::{Values, element, evaluate};
    use chainrule::prelude::*;

    macro_rules! holds {
        ($($test:ident of $function:ident;)*) => {$(
            #[test]
            fn $test() {
                let (w, b, xs, ts) = (0.8, 0.6, [0.3, 0.9, 0.7, 0.1], [1.1, 0.4, 0.8, 1.3]);
                let (value, (dw, db)) = $function::value_and_grad(w, b, &xs, &ts);
                let found = values($function::FORMULAS, w, b, &xs, &ts);
                for (name, expected) in [("L", value), ("∂L/∂w", dw), ("∂L/∂b", db)] {
                    let (found, formulas) = (found[name], $function::FORMULAS);
                    assert!(
                        (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                        "{name} is {expected}, but {found} by\n{formulas}"
                    );
                }
            }
        )*};
    }

    holds! {
        sums of regression;
        a_state of recurrent;
        states_of_two_variables of oscillator;
        branches_in_a_loop of conditions;
        a_loop_with_a_condition of newton;
    }

    fn values(formulas: &str, w: f64, b: f64, xs: &[f64], ts: &[f64]) -> Values {
        let mut inputs = vec![("w".to_owned(), w), ("b".to_owned(), b)];
        for (name, list) in [("xs", xs), ("ts", ts)] {
            inputs.push((format!("len({name})"), list.len() as f64));
            let elements = list.iter().enumerate();
            inputs.extend(elements.map(|(index, value)| (element(name, index as f64), *value)));
        }
        let inputs: Vec<(&str, f64)> = inputs
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        evaluate(formulas, &inputs)
    }

    #[differentiate(wrt(w, b))]
    fn regression(w: f64, b: f64, xs: &[f64], ts: &[f64]) -> f64 {
        let mut total = 0.0;
        for (x, t) in xs.iter().zip(ts) {
            let r = w * x + b - t;
            total += r * r * w;
        }
        total / xs.len() as f64
    }

    #[differentiate(wrt(w, b))]
    fn recurrent(w: f64, b: f64, xs: &[f64], ts: &[f64]) -> f64 {
        let mut h = b;
        for (x, t) in xs.iter().zip(ts) {
            let a = w * h + b * x;
            h = a.tanh() * t;
        }
        h * h * w
    }

    #[differentiate(wrt(w, b))]
    fn oscillator(w: f64, b: f64, xs: &[f64], ts: &[f64]) -> f64 {
        let (mut x, mut v) = (w, b);
        for t in ts {
            v -= 0.3 * x * t;
            x += 0.2 * v;
        }
        x * v + xs[0]
    }

    #[differentiate(wrt(w, b))]
    fn conditions(w: f64, b: f64, xs: &[f64], ts: &[f64]) -> f64 {
        let mut s = 1.0;
        for (x, t) in xs.iter().zip(ts) {
            let step = if *x > 0.5 { w * x } else { b * t * s };
            s = s * step + step.sin();
        }
        s
    }

    #[differentiate(wrt(w, b))]
    fn newton(w: f64, b: f64, xs: &[f64], ts: &[f64]) -> f64 {
        let mut x = w * b;
        while (x * x - w).abs() > 1e-3 {
            x = 0.5 * (x + w / x);
        }
        x * xs[1] + ts[0]
    }
}
