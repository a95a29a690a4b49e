//! Inner loops that go through lists in step with their index.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn product(a: &[f64], x: &[f64], rows: usize) -> f64 {
    let columns = x.len();
    let mut y = vec![0.0; rows];
    for i in 0..rows {
        for j in 0..columns {
            y[i] += a[i * columns + j] * x[j];
        }
    }
    y.iter().map(|y| y * y).sum()
}

/// The last run of the inner loop is empty, and its position would be below zero.
#[differentiate]
fn triangle(a: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut y = x.to_vec();
    for i in 0..n {
        let z = y[i];
        for j in i + 1..n {
            y[j] += a[j - i - 1] * z;
        }
    }
    for i in (0..n).rev() {
        for j in (0..i).rev() {
            y[i] -= a[j] * y[j] * y[j];
        }
    }
    y[0] * y[n - 1]
}

/// Neighbours: one list at several positions, read, stored and taken.
#[differentiate]
fn diffusion(u: &[f64], k: f64, steps: usize) -> f64 {
    let n = u.len();
    let mut old = u.to_vec();
    let mut new = vec![0.0; n];
    for _ in 0..steps {
        for i in 1..n - 1 {
            new[i] = old[i] + k * (old[i + 1] - 2.0 * old[i] + old[i - 1]);
        }
        for i in 1..n - 1 {
            old[i] = new[i] * new[i];
        }
    }
    old.iter().zip(&new).map(|(a, b)| a * b).sum()
}

/// The whole list is used in the loop, too.
#[differentiate]
fn mean_square(x: &[f64], w: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    for _ in 0..2 {
        for i in 0..x.len() {
            y[i] += w[i] * x[i] * x[x.len() - 1 - i] / x.len() as f64;
        }
        for i in 0..w.len() {
            y[0] += w[i] * y[0];
        }
    }
    y[0] + y[x.len() - 1]
}

/// Values that one iteration keeps, and an index that is a value, too.
#[differentiate]
fn kept(x: &[f64], w: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for k in 0..3_usize {
        for i in 0..w.len() {
            let before = w[i];
            w[i] = before * x[i] + (i + k) as f64;
            s += w[i].sin() * before.exp() * w[i];
        }
        for i in (0..w.len()).rev() {
            w[i] = (w[i] * s * 1e-3).tanh();
        }
    }
    s
}

#[differentiate]
fn of_kept(x: &[f64], start: &[f64]) -> f64 {
    let mut w = start.to_vec();
    let s = kept(x, &mut w);
    s * w[0] + w[1]
}

#[differentiate]
fn generic<T: Float>(x: &[T], y: &[T], blocks: usize) -> T {
    let n = x.len() / blocks;
    let mut s = T::lit(0.0);
    for b in 0..blocks {
        let mut part = T::lit(1.0);
        for i in b * n..(b + 1) * n {
            let j = i - b * n;
            part += x[i] * y[j] * part;
        }
        s += part;
    }
    s
}

#[differentiate]
fn single(x: &[f32], n: usize) -> f32 {
    let mut y = [0.0_f32; 8];
    for _ in 0..2 {
        for i in 0..n {
            y[i] = y[i] * 0.5 + x[i + 1] * x[i + 1];
        }
    }
    y[0] * y[1] + y[2]
}

#[test]
fn lists_in_step() {
    let a: Vec<f64> = (0..12).map(|i| 0.3 * f64::from(i) - 1.1).collect();
    let x = vec![0.5, -0.7, 1.1, 0.4];
    check_grad!([a, x] product(a, x, 3));
    check_grad!([a, x] product(a, x, 0));
    check_grad!([a, x] triangle(a, x));
    check_grad!([x, a] mean_square(x, a));
    check_grad!([a, x] generic(a, x, 3));
    let k = 0.3;
    check_grad!([x, k] diffusion(x, *k, 0));
    check_grad!([x, k] diffusion(x, *k, 3));
    let w = vec![0.1, 0.6, -0.4];
    check_grad!([x, w] of_kept(x, w));
}

/// y is 1.5·x² of the element behind.
#[test]
fn single_precision() {
    let x = [0.0, 0.5, -0.7, 1.5];
    let g = single::grad(&x, 3);
    let y = x.map(|x| 1.5 * x * x);
    let expected = [0.0, 3.0 * x[1] * y[2], 3.0 * x[2] * y[1], 3.0 * x[3]];
    for (g, expected) in g.iter().zip(expected) {
        assert!((g - expected).abs() < 1e-6, "{g} {expected}");
    }
}
