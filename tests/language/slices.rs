//! Parts of lists: read, iterated, changed in place, and passed to nested calls beside arrays and vectors.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (x, y) in a.iter().zip(b) {
        sum += x * y;
    }
    sum
}

#[differentiate(wrt(a))]
fn weighted(a: &[f64], weights: &[usize]) -> f64 {
    a.iter().zip(weights).map(|(x, w)| x * *w as f64).sum()
}

#[differentiate]
fn same_twice(a: &[f64]) -> f64 {
    dot(a, a)
}

#[differentiate]
fn lists_of_every_kind(a: [f64; 3], v: &Vec<f64>) -> f64 {
    let b = a;
    let boxed = weighted(&b, &vec![1, 2, 3]);
    dot(&b, v) + dot(&a[1..], &v[..2]) * dot(&a, &b) * boxed
}

#[differentiate]
fn autocorrelation(a: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        sum += dot(&a[i..], &a[..a.len() - i]) * a[i..=i + 1][0];
        for x in a[i..].iter() {
            sum += x.sin();
        }
    }
    let tail = &a[1..];
    sum + tail[0] * tail[1] + tail.iter().map(|x| x * x).sum::<f64>() + tail.len() as f64
}

#[differentiate]
fn changed_by_parts(a: &[f64]) -> f64 {
    let mut v = a.to_vec();
    for i in 1..v.len() {
        let d = dot(&v[..i], &a[..i]);
        v[i] += d * 0.1;
        for x in v[i..].iter_mut() {
            *x *= 0.9;
        }
    }
    v[1..].iter().sum::<f64>() * v[0]
}

#[differentiate]
fn copies(a: &[f64; 3], rows: &[Vec<f64>], k: f64) -> f64 {
    let mut y = a.to_vec();
    y.push(k);
    for i in 0..y.len() {
        y[i] *= k;
    }
    let mut grid = rows.to_vec();
    let mut row = grid[1].to_vec();
    row[0] += k;
    grid[0][1] = row[0] * k;
    y[0] * y[1] + y[3] + grid[0][1] * grid[1][0]
}

#[test]
fn copies_of_lists() {
    let a = [0.3, 0.6, -0.2];
    let rows = vec![vec![1.0, 2.0], vec![0.7]];
    let k = 0.9;
    check_grad!([a, rows, k] copies(a, rows, *k));
}

#[test]
fn parts_of_lists() {
    let a = vec![1.0, 2.0, -0.5, 0.8];
    let b = [0.3, 0.6, -0.2];
    check_grad!([a] same_twice(a));
    check_grad!([b, a] lists_of_every_kind(*b, a));
    check_grad!([a] autocorrelation(a, 3));
    check_grad!([a] changed_by_parts(a));
}
