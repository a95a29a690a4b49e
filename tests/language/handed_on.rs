//! Values that are no tensors, and of which several others are made.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    x: f64,
    y: Vec<f64>,
}

#[differentiate]
fn slopes(y: &[f64; 2], k: f64) -> [f64; 2] {
    [k * y[0] * y[1], y[0].sin()]
}

#[differentiate]
fn paired(x: f64) -> Pair {
    Pair {
        x: x * x,
        y: vec![x, x.sin()],
    }
}

#[differentiate]
fn sum_of(terms: &[(f64, [f64; 2])]) -> [f64; 2] {
    let mut sum = [0.0; 2];
    for (factor, term) in terms {
        for i in 0..2 {
            sum[i] += factor * term[i];
        }
    }
    sum
}

#[differentiate]
fn sum_of_pairs(pairs: &[Pair]) -> f64 {
    pairs
        .iter()
        .map(|pair| pair.x * pair.y[0] + pair.y[1])
        .sum()
}

#[differentiate]
fn arrays(y: &[f64; 2], h: f64) -> f64 {
    let first = slopes(y, h);
    let second = slopes(&sum_of(&[(1.0, *y), (h, first)]), h);
    let sum = sum_of(&[(h, first), (2.0 * h, second), (0.5, first)]);
    sum[0] * sum[1]
}

#[differentiate]
fn structs(x: f64, k: f64) -> f64 {
    let pair = paired(x * k);
    let twice = [pair.clone(), pair.clone()];
    let boxed = (k, Box::new(pair.clone()));
    let mut kept = paired(k);
    let chosen = if x > 0.5 { pair.clone() } else { paired(x) };
    if k > 0.0 {
        kept = pair;
    }
    let option = Some(kept.clone());
    sum_of_pairs(&twice) * boxed.0
        + boxed.1.x
        + sum_of_pairs(&[chosen, kept])
        + option.map_or(0.0, |pair| pair.y[0])
}

#[differentiate]
fn lists(x: &[f64], k: f64) -> f64 {
    let scaled: Vec<f64> = x.iter().map(|x| x * k).collect();
    let rows = vec![scaled.clone(), scaled.clone()];
    let both = (scaled.clone(), k);
    let mut last = vec![k];
    for row in &rows {
        last = row.clone();
    }
    rows[0][0] * rows[1][1] + both.0[1] * both.1 + last[0]
}

#[differentiate]
fn by_reference(x: &[f64], pair: (f64, f64)) -> f64 {
    let both = (x.to_vec(), pair);
    let again = [(pair, 1.0), (pair, 2.0)];
    both.0[0] * both.1.0 + again[0].0.1 * again[1].0.0 * again[1].1 + x[1]
}

#[test]
fn handed_on() {
    let (y, h) = ([0.7, -0.4], 0.3);
    check_grad!([y, h] arrays(y, *h));
    for (x, k) in [(0.7, 0.4), (0.3, 0.9), (0.7, -0.4)] {
        check_grad!([x, k] structs(*x, *k));
    }
    let (x, k, pair) = (vec![0.7, -0.4], 0.3, (0.2, 1.1));
    check_grad!([x, k] lists(x, *k));
    check_grad!([x, pair] by_reference(x, *pair));
}
