//! Kinks and zeros of one function: the mean of the one-sided derivatives.

use crate::{edge, edges, in_both_precisions};
use chainrule::prelude::*;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

in_both_precisions! {
    fn sqrt(x) { x.sqrt() }
    fn cbrt(x) { x.cbrt() }
    fn abs(x) { x.abs() }
    fn relu(x) { x.relu() }
    fn ln(x) { x.ln() }
    fn recip(x) { x.recip() }
    fn fract(x) { x.fract() }
    fn hypot(x, y) { x.hypot(y) }
    fn atan2(y, x) { y.atan2(x) }
    fn copysign(x, s) { x.copysign(s) }
    fn steps(x) { x.floor() + x.ceil() + x.round() + x.trunc() + x.signum() + x }
    fn constant(x) { x.powi(0) }
    fn linear(x) { x.powi(1) }
    fn square(x) { x.powi(2) }
    fn cube(x) { x.powi(3) }
    fn inverse(x) { x.powi(-1) }
    fn powf(x, y) { x.powf(y) }
    fn to_the_zeroth(x) { x.powf(0.0) }
    fn to_the_first(x) { x.powf(1.0) }
    fn to_the_second(x) { x.powf(2.0) }
    fn to_the_third(x) { x.powf(3.0) }
    fn to_the_half(x) { x.powf(0.5) }
    fn to_itself(x) { x.powf(x) }
}

#[differentiate]
fn powi(x: f64, n: i32) -> f64 {
    x.powi(n)
}

#[differentiate]
fn generic_powi<T: Float>(x: T, n: i32) -> T {
    x.powi(n)
}

#[differentiate]
fn norm(x: &Vector<3, f64>) -> f64 {
    x.norm()
}

#[differentiate]
fn elementwise(x: &Vector<3>) -> f32 {
    (x.abs() + x.relu() + x.powi(2) + x.powi(0)).sum()
}

#[test]
fn roots_and_absolute_values() {
    edges! {
        sqrt(0.0) => INF;
        sqrt(-1.0) => NAN;
        cbrt(0.0) => INF;
        abs(0.0) => 0.0;
        abs(-0.0) => 0.0;
        abs(-3.0) => -1.0;
        relu(0.0) => 0.0;
        relu(-0.0) => 0.0;
        relu(-2.0) => 0.0;
        relu(2.0) => 1.0;
        ln(0.0) => INF;
        recip(0.0) => -INF;
    }
}

#[test]
fn steps() {
    edges! {
        steps(0.0) => 1.0;
        steps(2.0) => 1.0;
        steps(-0.5) => 1.0;
        fract(0.0) => 1.0;
        fract(-1.0) => 1.0;
        copysign(0.0, 1.0) => (0.0, 0.0);
        copysign(2.0, -0.0) => (-1.0, 0.0);
        copysign(-2.0, -1.0) => (1.0, 0.0);
    }
}

#[test]
fn distances() {
    edges! {
        hypot(0.0, 0.0) => (0.0, 0.0);
        hypot(-0.0, 2.0) => (0.0, 1.0);
        hypot(3.0, 4.0) => (0.6, 0.8);
        atan2(0.0, 2.0) => (0.5, 0.0);
        atan2(0.0, -2.0) => (-0.5, 0.0);
    }
    edge!(double::hypot(3e200, 4e200) => (0.6, 0.8));
    edge!(norm(&Vector::from([0.0; 3])) => Vector::from([0.0; 3]));
    edge!(norm(&Vector::from([0.0, -3.0, 0.0])) => Vector::from([0.0, -1.0, 0.0]));
}

#[test]
fn integer_powers() {
    edges! {
        constant(0.0) => 0.0;
        constant(NAN) => 0.0;
        linear(0.0) => 1.0;
        square(0.0) => 0.0;
        square(-0.0) => 0.0;
        cube(0.0) => 0.0;
        cube(-2.0) => 12.0;
        inverse(0.0) => -INF;
        inverse(-0.0) => -INF;
        inverse(-2.0) => -0.25;
    }
    for (x, n, slope) in [
        (0.0, 0, 0.0),
        (0.0, 1, 1.0),
        (0.0, 2, 0.0),
        (-0.0, 1, 1.0),
        (INF, 0, 0.0),
        (0.0, -1, -INF),
        (-2.0, 3, 12.0),
        (1.0, i32::MIN, f64::from(i32::MIN)),
    ] {
        edge!(powi(x, n) => slope);
        edge!(generic_powi(x, n) => slope);
        edge!(generic_powi(x as f32, n) => slope as f32);
    }
}

#[test]
fn real_powers() {
    edges! {
        powf(-2.0, 3.0) => (12.0, NAN);
        powf(-2.0, 2.0) => (-4.0, NAN);
        powf(0.0, 0.0) => (0.0, NAN);
        powf(0.0, 1.0) => (1.0, 0.0);
        powf(0.0, 2.0) => (0.0, 0.0);
        powf(0.0, 0.5) => (INF, 0.0);
        powf(1.0, 0.0) => (0.0, 0.0);
        powf(1.0, 5.0) => (5.0, 0.0);
        to_the_zeroth(0.0) => 0.0;
        to_the_zeroth(-3.0) => 0.0;
        to_the_first(0.0) => 1.0;
        to_the_first(-3.0) => 1.0;
        to_the_second(0.0) => 0.0;
        to_the_second(-3.0) => -6.0;
        to_the_third(-2.0) => 12.0;
        to_the_half(0.0) => INF;
        to_itself(1.0) => 1.0;
        to_itself(0.0) => NAN;
    }
}

#[test]
fn on_tensors() {
    edge!(elementwise(&Vector::from([0.0, -2.0, 3.0])) => Vector::from([0.0, -5.0, 8.0]));
}
