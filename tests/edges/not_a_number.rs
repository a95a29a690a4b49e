//! NaN is not hidden: where the function says NaN, and where a factor of the derivative is NaN.

use crate::{edge, edges, in_both_precisions};
use chainrule::prelude::*;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

in_both_precisions! {
    fn product(x, y) { x * y }
    fn zero_times(x, y) { 0.0 * x * y }
    fn difference_with_itself(x, y) { (x - x) * y }
    fn quotient_with_itself(x) { x / x }
    fn sum_of_zero(x, y) { x * y + 0.0 * y }
    fn abs(x) { x.abs() }
    fn relu(x) { x.relu() }
    fn sqrt_of_square(x) { (x * x).sqrt() }
    fn exp(x) { x.exp() }
    fn sine(x) { x.sin() }
    fn unit_clamp(x) { x.clamp(0.0, 1.0) }
    fn cancelled(x, y) { let z = x * y; z - z + x }
    fn negated_twice(x, y) { -(-x * -y) }
    fn ones(x) { (1.0 * x) / 1.0 * 1.0 }
}

#[differentiate]
fn total(x: &Vector<2, f64>, y: &Vector<2, f64>) -> f64 {
    (x * y).sum() + x.norm()
}

#[differentiate]
fn largest(x: &Vector<2, f64>) -> f64 {
    x.softmax().max()
}

#[test]
fn of_floats() {
    edges! {
        product(2.0, NAN) => (NAN, 2.0);
        zero_times(2.0, NAN) => (NAN, 0.0);
        zero_times(INF, 2.0) => (0.0, NAN);
        difference_with_itself(INF, 2.0) => (0.0, NAN);
        difference_with_itself(1.0, NAN) => (NAN, 0.0);
        quotient_with_itself(0.0) => NAN;
        sum_of_zero(2.0, NAN) => (NAN, 2.0);
        abs(NAN) => NAN;
        sqrt_of_square(0.0) => NAN;
        exp(NAN) => NAN;
        sine(INF) => NAN;
        unit_clamp(NAN) => 1.0;
        cancelled(2.0, NAN) => (NAN, 0.0);
        negated_twice(2.0, NAN) => (NAN, -2.0);
        ones(NAN) => 1.0;
    }
}

/// What flows on from a NaN is not made zero.
#[test]
fn of_a_rectifier() {
    assert!(double::relu(NAN).is_nan());
    assert_ne!(double::relu::grad(NAN), 0.0);
    assert_ne!(single::relu::grad(f32::NAN), 0.0);
}

#[test]
fn of_tensors() {
    let (x, y) = (Vector::from([1.0, NAN]), Vector::from([NAN, 2.0]));
    edge!(total(&x, &y) => (Vector::from([NAN, NAN]), x.clone()));
    edge!(largest(&x) => Vector::from([NAN, NAN]));
}
