//! Float methods as users write them: on receivers of all kinds, and as paths.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad};

#[differentiate]
fn path_forms(x: f64, y: f64) -> f64 {
    f64::sin(x) * f64::max(x, y) + f64::powi(y, 3) - f64::mul_add(x, y, 1.0) + f64::hypot(x, y)
}

#[differentiate]
fn long_path_forms(x: f64, y: f64) -> f64 {
    Float::exp(x) + <f64>::cos(y) * <f64 as Float>::tanh(x) - Float::min(x, y) + Float::relu(y)
}

#[differentiate]
fn generic_path_forms<T: Float>(x: T, y: T) -> T {
    T::exp(x) * T::sin(y) + Float::softplus(x * y) - T::powf(y * y + T::ONE, x)
}

#[differentiate]
fn sine_and_cosine(x: f64) -> f64 {
    let (s, c) = x.sin_cos();
    let (s2, c2) = f64::sin_cos(2.0 * x);
    s * c2 + c * s2 + x.sin_cos().1 * (x * x).sin_cos().0
}

#[differentiate]
fn chained(x: f64, y: f64) -> f64 {
    (x * y).exp().ln_1p().sqrt().tanh().mul_add(x, y).abs()
}

#[differentiate]
fn on_literals(x: f64) -> f64 {
    2.0_f64.powf(x) + 3f64.hypot(x) * 2.0_f64.sqrt() - 1.0_f64.max(x) + 0.5_f64.atan2(x)
}

#[differentiate]
fn on_references(x: &f64, y: &f64) -> f64 {
    let product = x * y;
    let reference = &product;
    reference.sin() * x.cos() + (*y).exp() + (&x).sqrt()
}

#[differentiate]
fn powers(x: f64, n: i32) -> f64 {
    x.powi(n) + x.powi(-2) + x.powi(n + 1) + x.powi(1) * x.powi(0) + x.powf(-0.5) + x.powf(x)
}

#[differentiate]
fn mixed_arguments(x: f64, y: f64) -> f64 {
    x.max(0.0) * y.min(x) + x.clamp(-1.0, y.exp()) + y.clamp(x - 1.0, x + 1.0) + x.copysign(-1.0)
}

#[differentiate]
fn clones(x: f64, y: &f64) -> f64 {
    x.clone() * y.clone() + y.to_owned()
}

#[differentiate]
fn activations(x: f64, y: f64) -> f64 {
    (x * y).relu() + x.sigmoid() * y.softplus()
}

#[differentiate]
fn operators_as_methods(x: f64, y: f64) -> f64 {
    use_of_traits::sum(x, y) * x
}

mod use_of_traits {
    use chainrule::prelude::*;
    use std::ops::{Add, Div, Mul, Neg, Sub};

    #[differentiate]
    pub(super) fn sum(x: f64, y: f64) -> f64 {
        x.add(y).mul(x).sub(y.div(2.0)).neg()
    }
}

#[differentiate]
fn flat_among_others(x: f64, y: f64) -> f64 {
    x * (x * 3.0).floor() + y.signum() * x + (y - y.round()) * x + x.fract()
}

#[differentiate]
fn predicates(x: f64, y: f64) -> f64 {
    let finite = x.is_finite() && !y.is_nan();
    let order = x.total_cmp(&y).is_gt() || x.partial_cmp(&y).is_none();
    if finite && order { x * y } else { x.max(y) * x }
}

#[test]
fn paths() {
    check!(path_forms(x in -2.0..2.0, y in -2.0..2.0));
    check!(long_path_forms(x in -2.0..2.0, y in -2.0..2.0));
    check!(generic_path_forms(x in -2.0..2.0, y in -2.0..2.0));
    check!(f32 generic_path_forms as generic_path_forms(x in -1.0..1.0, y in -1.0..1.0));
    check!(operators_as_methods(x in -2.0..2.0, y in -2.0..2.0));
}

#[test]
fn receivers() {
    check!(sine_and_cosine(x in -2.0..2.0));
    check!(chained(x in -2.0..2.0, y in -2.0..2.0));
    check!(on_literals(x in 0.2..2.0));
    let (x, y) = (0.75, -1.25);
    check_grad!([x, y] on_references(x, y));
    check_grad!([x, y] clones(*x, y));
}

#[test]
fn arguments() {
    let x = 0.75;
    for n in -2..4 {
        check_grad!([x] powers(*x, n));
    }
    check!(mixed_arguments(x in -2.0..2.0, y in -1.0..2.0));
    check!(activations(x in -2.0..2.0, y in -2.0..2.0));
}

#[test]
fn without_derivative() {
    check!(flat_among_others(x in -2.0..2.0, y in -2.0..2.0));
    check!(predicates(x in -2.0..2.0, y in -2.0..2.0));
}
