//! Calls of other differentiated functions.

use chainrule::prelude::*;
use chainrule_tests::{assert_near, check, check_grad};

mod model {
    use chainrule::prelude::*;

    #[differentiate]
    pub(super) fn parabola(x: f64, y: f64) -> f64 {
        x * x * y + y
    }

    #[differentiate(wrt(w, x))]
    pub(crate) fn weighted(scale: f64, x: f64, w: f64) -> f64 {
        scale * x * w * w
    }

    pub(super) mod inner {
        use super::parabola;
        use chainrule::prelude::*;

        #[differentiate]
        pub(in crate::calls) fn twice(x: f64) -> f64 {
            parabola(x, 2.0) + super::weighted(3.0, x, x) + self::thrice(x)
        }

        #[differentiate]
        fn thrice(x: f64) -> f64 {
            crate::calls::model::parabola(x * 3.0, x)
        }
    }
}
use model::inner;
use model::parabola as bowl;

#[differentiate]
fn in_modules(x: f64, y: f64) -> f64 {
    model::parabola(x, y) * inner::twice(y) + bowl(y, x)
}

#[differentiate]
fn same_argument(x: f64) -> f64 {
    bowl(x, x) * bowl(x * x, x)
}

#[differentiate]
fn total(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x * x).sum()
}

/// A `Vec` is passed where a slice is asked for.
#[differentiate]
fn vectors_for_slices(x: &Vec<f64>, y: f64) -> f64 {
    let mut powers = vec![1.0; 3];
    for i in 1..3 {
        powers[i] = powers[i - 1] * y;
    }
    let view = &powers;
    total(x) * total(&powers) + total(view) * y
}

#[differentiate]
fn two(x: f64, y: f64) -> [f64; 2] {
    [x * y, x - y]
}

/// More results of calls in one expression than a fused loop takes.
#[differentiate]
fn wide(x: f64, y: f64) -> f64 {
    let (a, b, c, d, e) = (two(x, y), two(y, 2.0), two(x, x), two(0.5, x), two(y, y));
    let sum =
        a[0] * b[0] + a[1] * b[1] * c[0] + c[1] * d[0] * d[1] * e[0] + e[1] * a[0] - b[1] * d[0];
    sum * (a[0] + a[1] + b[0] + b[1]) * (c[0] + c[1] + d[0] + d[1] + e[0] + e[1])
}

#[differentiate]
fn chained(x: f64, y: f64) -> f64 {
    bowl(bowl(x, y), bowl(y, x).sin()).cos()
}

#[differentiate]
fn constant_arguments(x: f64) -> f64 {
    bowl(2.0, 3.0) * x + bowl(x, 1.0) - bowl(0.5, x) + model::weighted(2.0, 1.0, x)
}

#[differentiate]
fn outside_wrt(x: f64, y: f64, n: usize) -> f64 {
    model::weighted(n as f64, x, y) + model::weighted(stop_gradient(x), 1.0, y)
}

#[differentiate]
fn in_arms(x: f64, y: f64) -> f64 {
    let mut s = x;
    if x > y {
        s = bowl(s, y);
    } else if y > 0.0 {
        let t = bowl(y, s * y);
        s = t * bowl(t, 0.5);
    }
    if bowl(stop_gradient(s), y) > 1.0 {
        bowl(s, s)
    } else {
        s
    }
}

#[differentiate]
fn after_return(x: f64, y: f64) -> f64 {
    let a = bowl(x, y);
    if a > 1.0 {
        return bowl(a, x).ln();
    }
    let b = bowl(y, a);
    a * b
}

#[differentiate]
fn generic<T: Float>(x: T, n: i32) -> T {
    x.powi(n) + T::ONE
}

#[differentiate]
fn first_and_last<const N: usize, T: Float>(x: &[T; N]) -> T {
    x[0] * x[N - 1]
}

#[differentiate]
fn turbofish(x: f64, y: &[f64; 3]) -> f64 {
    generic::<f64>(x, 3) * first_and_last::<3, f64>(y) + generic::<_>(x, 2) + first_and_last(y)
}

#[differentiate]
fn generic_caller<const N: usize, T: Float>(x: T, y: &[T; N]) -> T {
    generic(x * x, 2) * first_and_last::<N, T>(y)
}

#[differentiate]
fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, x + y.sin())
}

#[differentiate]
fn of_pairs(x: f64, y: f64) -> f64 {
    let (a, b) = pair(x, y);
    let whole = pair(a, b);
    whole.0 * whole.1 + pair(x, 2.0).0
}

#[differentiate]
fn of_references(x: &f64, c: &[f64; 3]) -> f64 {
    let y = x * 2.0;
    reads(&y, c) + reads(x, &c) * reads(&(x * c[0]), c)
}

#[differentiate]
fn reads(x: &f64, c: &[f64; 3]) -> f64 {
    x * c[1] + c[2] * c[2]
}

#[differentiate]
fn of_elements(c: &[f64; 3]) -> f64 {
    bowl(c[0], c[1] * c[2]) + bowl(c[2], c[2])
}

#[differentiate]
fn passes_a_tuple(x: f64, y: f64) -> f64 {
    takes_a_tuple((x * y, y), 2) + takes_a_tuple((y, 1.5), 1)
}

#[differentiate]
fn takes_a_tuple(p: (f64, f64), n: i32) -> f64 {
    p.0.powi(n) * p.1
}

#[differentiate]
fn losses(y: f64, t: f64) -> f64 {
    let p = y.sigmoid();
    mse(&y, &t)
        + binary_cross_entropy(&p, &0.25) * t
        + binary_cross_entropy_with_logits(&(y * t), &0.5)
}

fn outer(x: f64, y: f64) -> (f64, (f64, f64)) {
    #[differentiate]
    fn local(x: f64, y: f64) -> f64 {
        bowl(x, y) * x
    }
    local::value_and_grad(x, y)
}

#[test]
fn of_lists() {
    let (x, y) = (vec![0.5, -1.25], 0.75);
    check_grad!([x, y] vectors_for_slices(x, *y));
    check!(wide(x in -1.5..1.5, y in -1.5..1.5));
}

#[test]
fn modules_and_arguments() {
    check!(in_modules(x in -1.5..1.5, y in -1.5..1.5));
    check!(same_argument(x in -1.5..1.5));
    check!(chained(x in -1.0..1.0, y in -1.0..1.0));
    check!(constant_arguments(x in -2.0..2.0));
    check!(of_pairs(x in -2.0..2.0, y in -2.0..2.0));
    check!(passes_a_tuple(x in -2.0..2.0, y in -2.0..2.0));
    let (x, c) = (0.75, [0.5, -1.5, 2.0]);
    check_grad!([x, c] of_references(x, c));
    check_grad!([c] of_elements(c));
}

#[test]
fn parameters_outside_wrt() {
    let gradient: (f64, f64) = model::weighted::grad(2.0, 3.0, 5.0);
    assert_eq!(gradient, (60.0, 50.0), "in the order of `wrt`");
    let (x, y) = (1.5, -0.5);
    let gradient = outside_wrt::grad(x, y, 3);
    assert_near(&gradient, &(3.0 * y * y, 6.0 * x * y + 2.0 * x * y), 1e-12);
}

#[test]
fn branches() {
    check!(in_arms(x in -1.5..1.5, y in -1.5..1.5));
    check!(after_return(x in -1.5..1.5, y in -1.5..1.5));
}

#[test]
fn generics() {
    let (x, y) = (0.75, [0.5, -1.5, 2.0]);
    check_grad!([x, y] turbofish(*x, y));
    check_grad!(both [x, y] generic_caller(*x, y));
}

#[test]
fn of_the_runtime() {
    check!(losses(y in -2.0..2.0, t in -2.0..2.0));
}

#[test]
fn functions_in_functions() {
    let (value, gradient) = outer(2.0, 3.0);
    assert_eq!((value, gradient), (30.0, (39.0, 10.0)));
}
