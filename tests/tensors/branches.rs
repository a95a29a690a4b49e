//! Tensors in branches, early returns and assignments.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp, uniform};

const SPAN: (f64, f64) = (-1.5, 1.5);

#[differentiate]
fn arms(x: &Matrix<2, 2, f64>, v: &Vector<2, f64>, scale: f64) -> f64 {
    let h = if scale > 0.0 { x.matvec(v) } else { v * scale };
    let (a, b) = if h.sum() > 0.5 {
        (h.exp(), scale)
    } else {
        (h, 2.0)
    };
    (a * b).dot(v)
}

#[differentiate]
fn assigned(x: &Matrix<2, 2, f64>, v: &Vector<2, f64>, deep: bool) -> Vector<2, f64> {
    let mut h = v.clone();
    if deep {
        h = x.matvec(&h).tanh();
        h = x.matvec(&h).tanh();
    } else {
        h = h * 2.0;
    }
    let y = &h + v;
    if y.max() > 0.0 { y * h } else { h }
}

#[differentiate]
fn early(x: &Vector<3, f64>, limit: f64) -> f64 {
    let n = x.norm();
    if n > limit {
        return limit * n;
    }
    let y = x.exp();
    if y.min() > 1.0 {
        return y.sum();
    }
    y.dot(x) * n
}

#[differentiate]
fn early_tensor(x: Vector<3, f64>, limit: f64) -> Vector<3, f64> {
    let n = x.norm();
    if n > limit {
        return x * (limit / n);
    }
    x
}

#[differentiate]
fn compound(x: &Matrix<2, 3, f64>, b: &Vector<3, f64>) -> f64 {
    let mut h = x * 2.0;
    h += b;
    h *= 0.5;
    h -= x * x;
    h /= 2.0 + b * b;
    h.sum()
}

#[differentiate]
fn conditions(x: &Matrix<DYN, 2, f64>, labels: &[usize]) -> f64 {
    let mut total = x.sum();
    if x.rows() > 2 && !x.is_empty() {
        total += x.gather(labels).mean();
    }
    if labels.len() == x.rows() {
        total * x.max()
    } else {
        total
    }
}

#[differentiate]
fn untouched_arm(x: &Vector<2, f64>, y: &Vector<2, f64>, first: bool) -> f64 {
    let z = if first { x.clone() } else { y.clone() };
    z.dot(x)
}

#[test]
fn in_arms() {
    let (x, v) = (uniform([2, 2], SPAN, 1), uniform([2], SPAN, 2));
    for scale in [-0.5, 0.75, 2.5] {
        check_grad!([x, v, scale] arms(x, v, *scale));
    }
    for deep in [false, true] {
        check_vjp!([x, v] assigned(x, v, deep));
        let y = uniform([2], SPAN, 3);
        check_grad!([v, y] untouched_arm(v, y, deep));
    }
}

#[test]
fn returns() {
    for seed in 0..4 {
        let x = uniform([3], if seed == 3 { (0.25, 0.5) } else { SPAN }, seed);
        for limit in [0.5, 1.0, 5.0] {
            check_grad!([x, limit] early(x, *limit));
            check_vjp!([x, limit] early_tensor(x.clone(), *limit));
        }
    }
}

#[test]
fn assignments_and_conditions() {
    let (x, b) = (uniform([2, 3], SPAN, 4), uniform([3], SPAN, 5));
    check_grad!([x, b] compound(x, b));
    for rows in 1..4 {
        let x = uniform([rows, 2], SPAN, 6);
        check_grad!([x] conditions(x, &[0, 0, 0]));
    }
}
