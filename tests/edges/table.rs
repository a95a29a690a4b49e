//! The edge table: an expression, a point, the value there, and the derivatives. Every row is checked in `f64` and in `f32`, by
//! every entry point.

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const E: f64 = std::f64::consts::E;
const LN_2: f64 = std::f64::consts::LN_2;

/// `|x, y| expression; (point) => value, derivatives; (point) => ..;`
macro_rules! table {
    ($($(#[$attribute:meta])* |$($x:ident),+| $body:expr; $(($($at:expr),+) => $value:expr, $slope:expr;)+)+) => {$({
        #[differentiate]
        $(#[$attribute])*
        fn double($($x: f64),+) -> f64 { $body }
        #[differentiate]
        $(#[$attribute])*
        fn single($($x: f32),+) -> f32 { $body }
        $(
            $crate::assert_same(&double($($at),+), &$value);
            $crate::assert_same(&single($($at as f32),+), &$value);
            $crate::edge!(double($($at),+) => $slope);
            $crate::edge!(single($($at as f32),+) => $slope);
        )+
    })+};
}

mod roots {
    use super::*;
    use chainrule::prelude::*;

    #[test]
    fn square_roots() {
        table! {
            |x| x.sqrt();
            (4.0) => 2.0, 0.25;
            (0.0) => 0.0, INF;
            (-0.0) => 0.0, -INF;
            (-1.0) => NAN, NAN;
            (INF) => INF, 0.0;
            |x| x.cbrt();
            (8.0) => 2.0, 1.0 / 12.0;
            (0.0) => 0.0, INF;
            (-8.0) => -2.0, 1.0 / 12.0;
            // The factor is zero where the slope is infinite.
            |x| x * x.sqrt();
            (4.0) => 8.0, 3.0;
            (0.0) => 0.0, NAN;
            |x| 0.0 * x.sqrt();
            (4.0) => 0.0, 0.0;
            (0.0) => 0.0, NAN;
            |x, y| y * x.sqrt();
            (0.0, 0.0) => 0.0, (NAN, 0.0);
            (0.0, 2.0) => 0.0, (INF, 0.0);
            |x| (x * x).sqrt();
            (-3.0) => 3.0, -1.0;
            (0.0) => 0.0, NAN;
        }
    }

    #[test]
    fn distances() {
        table! {
            |x, y| x.hypot(y);
            (3.0, -4.0) => 5.0, (0.6, -0.8);
            (0.0, 0.0) => 0.0, (0.0, 0.0);
            (0.0, -2.0) => 2.0, (0.0, -1.0);
            |x, y| (x * x + y * y).sqrt();
            (3.0, -4.0) => 5.0, (0.6, -0.8);
            (0.0, 0.0) => 0.0, (NAN, NAN);
        }
    }
}

mod kinks {
    use super::*;
    use chainrule::prelude::*;

    #[test]
    fn absolute_values() {
        table! {
            |x| x.abs();
            (-2.0) => 2.0, -1.0;
            (0.0) => 0.0, 0.0;
            (-0.0) => 0.0, 0.0;
            |x| x * x.abs();
            (-3.0) => -9.0, 6.0;
            (0.0) => 0.0, 0.0;
            |x| x.relu();
            (-1.0) => 0.0, 0.0;
            (0.0) => 0.0, 0.0;
            (-0.0) => 0.0, 0.0;
            (2.0) => 2.0, 1.0;
            |x| x.relu() - (-x).relu();
            (0.0) => 0.0, 0.0;
            (3.0) => 3.0, 1.0;
            |x| x.signum() * x;
            (-2.0) => 2.0, -1.0;
            (0.0) => 0.0, 1.0;
        }
    }

    #[test]
    fn ties() {
        table! {
            |x, y| x.max(y);
            (1.0, 2.0) => 2.0, (0.0, 1.0);
            (2.0, 2.0) => 2.0, (0.5, 0.5);
            (0.0, -0.0) => 0.0, (0.5, 0.5);
            (INF, INF) => INF, (0.5, 0.5);
            |x, y| x.min(y);
            (1.0, 2.0) => 1.0, (1.0, 0.0);
            (2.0, 2.0) => 2.0, (0.5, 0.5);
            |x| x.max(x);
            (3.0) => 3.0, 1.0;
            |x| x.max(0.0);
            (0.0) => 0.0, 0.5;
            |x| x.max(0.0) + x.min(0.0);
            (0.0) => 0.0, 1.0;
            |x, y| [x, y].iter().copied().fold(x, |a, b| a.max(b));
            (1.0, 1.0) => 1.0, (0.5, 0.5);
            (2.0, 1.0) => 2.0, (1.0, 0.0);
            |x, y| x.max(y) - x.min(y);
            (2.0, 2.0) => 0.0, (0.0, 0.0);
            |x, y| if x > y { x } else { y };
            (2.0, 2.0) => 2.0, (0.0, 1.0);
        }
    }

    #[test]
    fn bounds() {
        table! {
            |x| x.clamp(0.0, 1.0);
            (-0.5) => 0.0, 0.0;
            (0.0) => 0.0, 0.5;
            (0.5) => 0.5, 1.0;
            (1.0) => 1.0, 0.5;
            (1.5) => 1.0, 0.0;
            |x, low, high| x.clamp(low, high);
            (0.0, 0.0, 1.0) => 0.0, (0.5, 0.5, 0.0);
            (1.0, 0.0, 1.0) => 1.0, (0.5, 0.0, 0.5);
            (-1.0, 0.0, 1.0) => 0.0, (0.0, 1.0, 0.0);
            (2.0, 0.0, 1.0) => 1.0, (0.0, 0.0, 1.0);
        }
    }
}

mod powers {
    use super::*;
    use chainrule::prelude::*;

    #[test]
    fn integer_exponents() {
        table! {
            |x| x.powi(0);
            (0.0) => 1.0, 0.0;
            (NAN) => 1.0, 0.0;
            |x| x.powi(1);
            (0.0) => 0.0, 1.0;
            |x| x.powi(2);
            (0.0) => 0.0, 0.0;
            (-3.0) => 9.0, -6.0;
            |x| x.powi(3);
            (-2.0) => -8.0, 12.0;
            |x| x.powi(-1);
            (0.0) => INF, -INF;
            (-2.0) => -0.5, -0.25;
        }
    }

    #[test]
    fn real_exponents() {
        table! {
            |x, y| x.powf(y);
            (-2.0, 3.0) => -8.0, (12.0, NAN);
            (0.0, 0.0) => 1.0, (0.0, NAN);
            (0.0, 1.0) => 0.0, (1.0, 0.0);
            (0.0, 2.0) => 0.0, (0.0, 0.0);
            (0.0, 0.5) => 0.0, (INF, 0.0);
            (2.0, 0.0) => 1.0, (0.0, LN_2);
            (1.0, 7.0) => 1.0, (7.0, 0.0);
            |x| x.powf(3.0);
            (-2.0) => -8.0, 12.0;
            |x| x.powf(0.0);
            (0.0) => 1.0, 0.0;
            |x| 2.0 * x.powf(1.0);
            (0.0) => 0.0, 2.0;
        }
    }
}

mod branches {
    use super::*;
    use chainrule::prelude::*;

    #[test]
    fn only_the_taken_one() {
        table! {
            |x| if x > 0.0 { x.ln() } else { 0.0 };
            (0.0) => 0.0, 0.0;
            (-1.0) => 0.0, 0.0;
            (2.0) => LN_2, 0.5;
            |x| if x > 0.0 { x.sqrt() } else { 0.0 };
            (0.0) => 0.0, 0.0;
            |x| match x == 0.0 { true => 1.0, false => x.sin() / x };
            (0.0) => 1.0, 0.0;
            |x, y| if y == 0.0 { 0.0 * x } else { x / y };
            (3.0, 0.0) => 0.0, (0.0, 0.0);
            (3.0, 2.0) => 1.5, (0.5, -0.75);
            |x| if x == 2.0 { 4.0 } else { x * x };
            (2.0) => 4.0, 0.0;
            (3.0) => 9.0, 6.0;
        }
    }

    #[test]
    fn loops() {
        table! {
            // A loop that never runs, with a derivative that would be infinite.
            |x| { let mut y = x; for _ in 0..0 { y = y.sqrt(); } y };
            (0.0) => 0.0, 1.0;
            |x| { let mut y = x; while y < 0.0 { y = y.ln(); } y * y };
            (3.0) => 9.0, 6.0;
            |x| { let list = [x, x]; let mut y = x; for z in list.iter().skip(2) { y /= z; } y };
            (0.0) => 0.0, 1.0;
            |x| (5..2).fold(x, |sum, _| sum / x);
            (0.0) => 0.0, 1.0;
            // Integers alone.
            |x| { let mut n = 0; for i in 0..5 { n += i * i; } let mut k = n; while k > 7 { k /= 2; } x.powi(k) };
            (2.0) => 128.0, 448.0;
            |x| { let mut n = 1; loop { n *= 2; if n > 100 { break; } } if n == 128 { x } else { 0.0 } };
            (2.0) => 2.0, 1.0;
            |x| { let mut y = x; for i in (0..3).rev() { if i == 1 { continue; } y *= y; } y };
            (2.0) => 16.0, 32.0;
        }
    }
}

mod products {
    use super::*;
    use chainrule::prelude::*;

    #[test]
    fn with_zeros() {
        table! {
            |x, y, z| [x, y, z].iter().product();
            (2.0, 0.0, 5.0) => 0.0, (0.0, 10.0, 0.0);
            (0.0, 0.0, 5.0) => 0.0, (0.0, 0.0, 0.0);
            (2.0, 3.0, 5.0) => 30.0, (15.0, 10.0, 6.0);
            |x, y, z| { let mut p = 1.0; for f in [x, y, z] { p *= f; } p };
            (2.0, 0.0, 5.0) => 0.0, (0.0, 10.0, 0.0);
            (0.0, 0.0, 5.0) => 0.0, (0.0, 0.0, 0.0);
            |x, y, z| [x, y, z].iter().fold(1.0, |p, f| p * f);
            (2.0, 0.0, 5.0) => 0.0, (0.0, 10.0, 0.0);
            |x, y, z| x * y * z;
            (2.0, 0.0, 5.0) => 0.0, (0.0, 10.0, 0.0);
        }
    }

    #[test]
    fn that_cancel() {
        table! {
            |x| x - x;
            (3.0) => 0.0, 0.0;
            (INF) => NAN, 0.0;
            |x, y| (x - x) * y;
            (3.0, 2.0) => 0.0, (0.0, 0.0);
            (INF, 2.0) => NAN, (0.0, NAN);
            |x| x / x;
            (3.0) => 1.0, 0.0;
            (0.0) => NAN, NAN;
            |x| x * 0.0;
            (3.0) => 0.0, 0.0;
            |x| (x + 1.0) - x;
            (3.0) => 1.0, 0.0;
            |x| -(-x);
            (0.0) => 0.0, 1.0;
        }
    }
}

mod names {
    use super::*;
    use chainrule::prelude::*;

    #[test]
    fn unused_and_constant_parameters() {
        table! {
            #[allow(unused_variables)]
            |x, y| x * x;
            (3.0, NAN) => 9.0, (6.0, 0.0);
            #[allow(unused_variables)]
            |x| 2.0;
            (3.0) => 2.0, 0.0;
            #[allow(unused_variables, unused_assignments)]
            |x, y| { let mut z = x.ln(); z = y; z };
            (0.0, 2.0) => 2.0, (0.0, 1.0);
            |x, y| x * stop_gradient(y);
            (3.0, 2.0) => 6.0, (2.0, 0.0);
            |x| { let _ = x.sqrt(); x };
            (0.0) => 0.0, 1.0;
        }
    }

    #[test]
    fn shadowing() {
        table! {
            |x| { let x = x * x; let x = x * x; x };
            (2.0) => 16.0, 32.0;
            |x| { let y = x; let x = 3.0; x * y };
            (2.0) => 6.0, 3.0;
            |x| { let y = { let x = x * 2.0; x * x }; y * x };
            (2.0) => 32.0, 48.0;
            |x| { let mut y = x; for x in [2.0, 3.0] { y *= x; } y * x };
            (2.0) => 24.0, 24.0;
            |x, y| { let (x, y) = (y, x); x / y };
            (2.0, 6.0) => 3.0, (-1.5, 0.5);
        }
    }

    #[test]
    #[allow(non_snake_case)]
    fn of_generated_code() {
        table! {
            |x, dx| { let x_bar = x * dx; let _t0 = x_bar * x; let result = _t0 + dx; result };
            (2.0, 3.0) => 15.0, (12.0, 5.0);
            |x_bar, x| { let y_bar = x_bar * x; let y = y_bar * x; y * y_bar };
            (2.0, 3.0) => 108.0, (108.0, 108.0);
            |t, t2| { let trace = t * t2; let value = trace.sin(); let grad = value * t; grad };
            (0.0, 3.0) => 0.0, (0.0, 0.0);
            |gradient, residuals| { let rt = gradient * residuals; let new = rt * rt; new };
            (2.0, 3.0) => 36.0, (36.0, 24.0);
            |seed, cotangent| { let primal = seed * cotangent; let pull = primal; let forward = pull; forward };
            (2.0, 3.0) => 6.0, (3.0, 2.0);
        }
    }

    #[differentiate]
    fn inner_product(x: &[f64; 2], y: &[f64; 2]) -> f64 {
        x.iter().zip(y).map(|(x, y)| x * y).sum()
    }

    #[differentiate]
    fn squared(x: &[f64; 2]) -> f64 {
        inner_product(x, x)
    }

    #[differentiate]
    fn references(x: f64, y: f64) -> f64 {
        let (a, b, c) = (&x, &x, &y);
        let d = &a;
        a * b * c * **d
    }

    #[test]
    fn two_references_to_one_place() {
        let x = [2.0, -3.0];
        crate::edge!(inner_product(&x, &x) => (x, x));
        crate::edge!(squared(&x) => [4.0, -6.0]);
        crate::edge!(references(2.0, 3.0) => (36.0, 8.0));
    }
}

mod logits {
    use super::*;
    use chainrule::prelude::*;

    #[test]
    fn cross_entropies() {
        table! {
            // Binary cross entropy of the logit z and the label y, as it is written to be stable.
            |z, y| z.max(0.0) - z * y + (-z.abs()).exp().ln_1p();
            (0.0, 1.0) => LN_2, (-0.5, 0.0);
            (0.0, 0.0) => LN_2, (0.5, 0.0);
            (1000.0, 1.0) => 0.0, (0.0, -1000.0);
            (-1000.0, 1.0) => 1000.0, (-1.0, 1000.0);
            |z, y| z.relu() - z * y + (-z.abs()).exp().ln_1p();
            (1000.0, 0.0) => 1000.0, (1.0, -1000.0);
            |z| z.softplus() - z;
            (0.0) => LN_2, -0.5;
            |z| z.sigmoid();
            (0.0) => 0.5, 0.25;
            (1000.0) => 1.0, 0.0;
            (-1000.0) => 0.0, 0.0;
        }
    }

    #[test]
    fn log_sum_exp() {
        table! {
            |a, b| { let m = a.max(b); m + ((a - m).exp() + (b - m).exp()).ln() };
            (1000.0, 1000.0) => 1000.0 + LN_2, (0.5, 0.5);
            (1000.0, -1000.0) => 1000.0, (1.0, 0.0);
            (0.0, 1.0) => (1.0 + E).ln(), (1.0 / (1.0 + E), E / (1.0 + E));
            |a, b| { let m = stop_gradient(a.max(b)); m + ((a - m).exp() + (b - m).exp()).ln() };
            (1000.0, 1000.0) => 1000.0 + LN_2, (0.5, 0.5);
            (-1000.0, -1000.0) => -1000.0 + LN_2, (0.5, 0.5);
        }
    }
}

mod nested {
    use chainrule::prelude::*;

    #[differentiate]
    fn sum(x: f64, y: f64) -> f64 {
        x + y
    }

    /// The derivative by the inner variable is 1, whatever the outer one is: the outer derivative is 1, not 2.
    #[differentiate]
    fn confusable(x: f64) -> f64 {
        x * stop_gradient(sum::grad(x, 1.0).1)
    }

    #[differentiate]
    fn product(x: f64, y: f64) -> f64 {
        x * y
    }

    /// The variables of caller and callee have one name, in turn.
    #[differentiate]
    fn crossed(x: f64, y: f64) -> f64 {
        product(y, product(x, x)) * product(x, y)
    }

    #[test]
    fn perturbations_are_not_confused() {
        crate::edge!(confusable(3.0) => 1.0);
        crate::edge!(crossed(2.0, 3.0) => (108.0, 48.0));
        // Pullbacks that are held at once keep what is theirs.
        let ((_, first), (_, second)) = (product::vjp(2.0, 3.0), product::vjp(5.0, 7.0));
        assert_eq!(second(1.0), (7.0, 5.0));
        assert_eq!(first(1.0), (3.0, 2.0));
        let (value, outer) = product::vjp(product::grad(2.0, 3.0).0, 4.0);
        assert_eq!((value, outer(1.0)), (12.0, (4.0, 3.0)));
    }
}
