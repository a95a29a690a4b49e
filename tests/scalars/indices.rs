//! Indices that change while a loop runs: the backward sweep reads the element that was read.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate(wrt(a))]
fn running(a: &[f64], c: &[f64]) -> f64 {
    let mut sum = 0.0;
    for row in 0..2 {
        let mut k = row;
        for x in c {
            sum += a[k] * a[k] * x;
            k += 1;
        }
    }
    sum
}

#[differentiate(wrt(a))]
fn backwards(a: &[f64]) -> f64 {
    let mut k = a.len();
    let mut product = 1.0;
    while k > 0 {
        k -= 1;
        product = product * a[k] + a[a.len() - 1 - k];
    }
    product
}

/// The index changes behind its only reading, in straight-line code.
#[differentiate]
fn between(a: &[f64; 3], n: usize) -> f64 {
    let mut k = 0;
    let mut sum = 0.0;
    for _ in 0..n {
        let first = a[k];
        k += 1;
        sum += first * a[k];
        k += 1;
        sum *= a[k];
        k = 0;
    }
    sum
}

#[differentiate(wrt(a))]
fn stored(a: &[f64]) -> f64 {
    let mut out = vec![0.0; a.len()];
    let mut next = 0;
    for x in a {
        out[next] = x * x;
        next += 1;
        if next < a.len() {
            out[next] += x.sin();
        }
    }
    out.iter().zip(a).map(|(y, x)| y * x).sum()
}

#[test]
fn changing_indices() {
    let (a, c) = (vec![0.5, -1.5, 2.0, 0.25], vec![3.0, -0.75, 1.25]);
    check_grad!([a] running(a, &c));
    check_grad!([a] backwards(a));
    check_grad!([a] stored(a));
    let b = [0.5, -1.5, 2.0];
    for n in 0..4 {
        check_grad!([b] between(b, n));
    }
}
