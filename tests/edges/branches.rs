//! Only the taken branch is differentiated; empty batches.

use crate::{edge, edges, in_both_precisions};
use chainrule::prelude::*;

in_both_precisions! {
    fn guarded_root(x) { if x > 0.0 { x.sqrt() } else { 0.0 } }
    fn guarded_quotient(x, y) { if y == 0.0 { x } else { x / y } }
    fn sine_over(x) { if x.abs() < 1e-3 { 1.0 - x * x / 6.0 } else { x.sin() / x } }
    fn early(x) {
        if x <= 0.0 {
            return -x;
        }
        x.ln() * x.sqrt()
    }
    fn of_a_kink(x) { if x > 0.0 { 2.0 * x } else { 3.0 * x } }
    fn after(x) {
        let mut y = x;
        if x < 1.0 {
            y = (1.0 - x).sqrt();
        }
        y * y
    }
}

#[differentiate]
fn safe_norm(x: &Vector<2, f64>) -> f64 {
    let squares = x.dot(x);
    if squares > 0.0 { squares.sqrt() } else { 0.0 }
}

#[differentiate(wrt(w, b))]
fn total(w: &Matrix<3, 2>, b: &Vector<2>, x: &Matrix<DYN, 3>) -> f32 {
    (x.matmul(w) + b).relu().sum()
}

#[differentiate(wrt(w, b))]
fn mean_error(w: &Matrix<3, 2>, b: &Vector<2>, x: &Matrix<DYN, 3>, labels: &[usize]) -> f32 {
    softmax_cross_entropy(&(x.matmul(w) + b), labels)
}

#[differentiate]
fn mean(x: &Matrix<DYN, 3, f64>) -> f64 {
    x.mean()
}

#[differentiate]
fn rows(x: &Matrix<DYN, 3, f64>) -> Vector<3, f64> {
    x.softmax().sum_rows()
}

#[test]
fn the_taken_branch() {
    edges! {
        guarded_root(0.0) => 0.0;
        guarded_root(-1.0) => 0.0;
        guarded_root(4.0) => 0.25;
        guarded_quotient(3.0, 0.0) => (1.0, 0.0);
        guarded_quotient(3.0, 2.0) => (0.5, -0.75);
        sine_over(0.0) => 0.0;
        early(0.0) => -1.0;
        early(-2.0) => -1.0;
        early(1.0) => 1.0;
        of_a_kink(0.0) => 3.0;
        after(1.0) => 2.0;
        after(3.0) => 6.0;
    }
    edge!(safe_norm(&Vector::from([0.0; 2])) => Vector::from([0.0; 2]));
    edge!(safe_norm(&Vector::from([3.0, -4.0])) => Vector::from([0.6, -0.8]));
}

#[test]
fn empty_batches() {
    let (w, b) = (Matrix::full([3, 2], 1.0), Vector::from([1.0; 2]));
    let x = Matrix::zeros([0, 3]);
    edge!(total(&w, &b, &x) => (Matrix::<3, 2>::zeros([3, 2]), Vector::<2>::zeros([2])));
    let (value, gradient) = mean_error::value_and_grad(&w, &b, &x, &[]);
    assert!(value.is_nan(), "the mean of nothing");
    assert_eq!(gradient.0.dims(), [3, 2]);
    assert_eq!(gradient.1.dims(), [2]);
    let x = Matrix::zeros([0, 3]);
    edge!(mean(&x) => x);
    let (value, pullback) = rows::vjp(&x);
    assert_eq!(value, Vector::from([0.0; 3]));
    assert_eq!(pullback(Vector::from([1.0; 3])), x);
    let (value, gradient) = mse::value_and_grad(&x, &x);
    assert!(value.is_nan() && gradient.is_empty());
}
