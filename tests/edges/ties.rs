//! Ties: half to each side, 1/k to each of k.

use crate::{edge, edges, in_both_precisions};
use chainrule::prelude::*;

const NAN: f64 = f64::NAN;

in_both_precisions! {
    fn max(x, y) { x.max(y) }
    fn min(x, y) { x.min(y) }
    fn max_with_itself(x) { x.max(x) }
    fn max_with_zero(x) { x.max(0.0) }
    fn smallest_with_zero(x) { x.min(0.0) }
    fn largest_of_three(x, y, z) { x.max(y).max(z) }
    fn clamp(x, low, high) { x.clamp(low, high) }
    fn unit_clamp(x) { x.clamp(0.0, 1.0) }
}

#[differentiate]
fn largest(x: &Vector<4, f64>) -> f64 {
    x.max()
}

#[differentiate]
fn smallest(x: &Matrix<DYN, 2>) -> f32 {
    x.min() * 6.0
}

#[differentiate]
fn pooled(x: &Tensor4<1, 1, 2, 4>) -> f32 {
    x.max_pool2d(2, 2).sum()
}

#[differentiate]
fn overlapping(x: &Tensor4<1, 1, 1, 3, f64>) -> f64 {
    let windows = x.max_pool2d(1, 1).concat(&x.max_pool2d(1, 2), 3);
    windows.max()
}

#[differentiate]
fn clamped(x: &Vector<5>) -> f32 {
    x.clamp(-1.0, 1.0).sum()
}

#[test]
fn of_floats() {
    edges! {
        max(1.0, 1.0) => (0.5, 0.5);
        max(0.0, -0.0) => (0.5, 0.5);
        max(2.0, 1.0) => (1.0, 0.0);
        min(1.0, 1.0) => (0.5, 0.5);
        min(2.0, 1.0) => (0.0, 1.0);
        max_with_itself(3.0) => 1.0;
        max_with_zero(0.0) => 0.5;
        max_with_zero(-1.0) => 0.0;
        smallest_with_zero(0.0) => 0.5;
        largest_of_three(2.0, 2.0, 2.0) => (0.25, 0.25, 0.5);
        largest_of_three(2.0, 1.0, 2.0) => (0.5, 0.0, 0.5);
    }
    edge!(double::max(NAN, 1.0) => (0.0, 1.0));
    edge!(double::max(1.0, NAN) => (1.0, 0.0));
}

#[test]
fn of_bounds() {
    edges! {
        unit_clamp(0.0) => 0.5;
        unit_clamp(1.0) => 0.5;
        unit_clamp(0.5) => 1.0;
        unit_clamp(-0.5) => 0.0;
        unit_clamp(2.0) => 0.0;
        clamp(0.0, 0.0, 1.0) => (0.5, 0.5, 0.0);
        clamp(1.0, 0.0, 1.0) => (0.5, 0.0, 0.5);
        clamp(-1.0, 0.0, 1.0) => (0.0, 1.0, 0.0);
        clamp(2.0, 0.0, 1.0) => (0.0, 0.0, 1.0);
        clamp(1.0, 1.0, 1.0) => (0.0, 0.5, 0.5);
    }
    let x = Vector::from([-2.0, -1.0, 0.0, 1.0, 2.0]);
    edge!(clamped(&x) => Vector::from([0.0, 0.5, 1.0, 0.5, 0.0]));
}

#[test]
fn of_tensors() {
    let x = Vector::from([3.0, 1.0, 3.0, 3.0]);
    edge!(largest(&x) => Vector::from([1.0 / 3.0, 0.0, 1.0 / 3.0, 1.0 / 3.0]));
    let x = Matrix::from_vec([2, 2], vec![1.0, 2.0, 1.0, 2.0]);
    edge!(smallest(&x) => Vector::from([3.0, 0.0, 3.0, 0.0]));
    let x = Tensor4::from_vec([1, 1, 2, 4], vec![1.0, 1.0, 2.0, 3.0, 1.0, 1.0, 3.0, 0.0]);
    edge!(pooled(&x) => Vector::from([0.25, 0.25, 0.0, 0.5, 0.25, 0.25, 0.5, 0.0]));
    let x = Tensor4::from_vec([1, 1, 1, 3], vec![5.0, 2.0, 5.0]);
    edge!(overlapping(&x) => Vector::from([0.5, 0.0, 0.5]));
}
