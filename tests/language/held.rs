//! Iterators in variables: they are run where they are used up, over what they were made of.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn products(x: &[f64], y: &[f64]) -> f64 {
    let pairs = x.iter().zip(y);
    let squares = x.iter().map(|v| v * v);
    let total: f64 = squares.clone().sum();
    let mut most = 0.0;
    for (a, b) in pairs.clone() {
        if a * b > most {
            most = a * b;
        }
    }
    pairs.map(|(a, b)| a * b).sum::<f64>() * total + squares.fold(most, |s, v| s * 0.5 + v)
}

/// What is computed at once is what it was there.
#[differentiate]
fn at_once(x: &[f64], k: f64, n: usize) -> f64 {
    let (mut n, mut row, mut k) = (n, 1, k);
    let some = x.iter().skip(n).take(n + 1);
    let scaled = x.iter().map(move |v| v * k);
    let windows = x[row..].windows(n + 1);
    let indices = (n..x.len()).rev().step_by(n + 1);
    let states = x.iter().scan(k, |state, v| {
        *state += v;
        Some(*state)
    });
    n += 2;
    k *= 3.0;
    row += n;
    let mut sum = k * row as f64;
    sum += some.sum::<f64>();
    sum += 0.5 * scaled.zip(x).map(|(a, b)| a * b).sum::<f64>();
    sum += windows.map(|w| w[0] * w[w.len() - 1]).sum::<f64>();
    for i in indices {
        sum += x[i] * n as f64;
    }
    sum + states.sum::<f64>()
}

/// Other variables have the names by then.
#[differentiate]
fn of_other_names(x: &[f64], k: f64) -> f64 {
    let scaled = x.iter().map(|v| v * k);
    let large = scaled.filter(|v| *v > 0.2);
    let x = 2.0 * k;
    let k = -1.0;
    let listed: Vec<f64> = large.collect();
    listed.iter().sum::<f64>() * x * k
}

#[differentiate]
fn changed(x: &[f64], k: f64) -> f64 {
    let mut y = x.to_vec();
    let mut count = 0;
    let places = y.iter_mut().enumerate().filter(|(i, _)| i % 2 == 0);
    for (i, place) in places {
        *place *= k + i as f64;
        count += 1;
    }
    let mut rest = y.iter();
    let mut sum = 0.0;
    while let Some(v) = rest.next() {
        if *v > 5.0 {
            break;
        }
        sum += v * v;
    }
    let mut seen = 0.0;
    let running = y.iter().map(|v| {
        seen += v;
        seen
    });
    let runs: Vec<f64> = running.collect();
    let nested = (0..count).flat_map(|i| (0..=i).map(move |j| i + j));
    let weight: usize = nested.sum();
    sum * seen + runs[1] * weight as f64
}

/// In a closure, and in a loop.
#[differentiate]
fn in_places(rows: &[Vec<f64>], k: f64) -> f64 {
    let norm = |row: &[f64]| {
        let squares = row.iter().map(|v| v * v);
        (squares.sum::<f64>() + k).sqrt()
    };
    let norms = rows.iter().map(|row| norm(row));
    let mut sum = norms.sum::<f64>();
    for (i, row) in rows.iter().enumerate() {
        let before = rows[..i].iter().flatten();
        let own = row.iter().chain(&rows[0]);
        sum += before.map(|v| v * k).sum::<f64>() * own.map(|v| v.sin()).product::<f64>();
    }
    sum
}

#[test]
fn iterators_in_variables() {
    let (x, y, k) = (vec![0.7, -0.4, 1.2, 0.3, 0.9], vec![0.2, 0.5, 0.9], 1.3);
    check_grad!([x, y] products(x, y));
    for n in [0, 1, 2] {
        check_grad!([x, k] at_once(x, *k, n));
    }
    check_grad!([x, k] of_other_names(x, *k));
    check_grad!([x, k] changed(x, *k));
    let rows = vec![x, y, Vec::new()];
    check_grad!([rows, k] in_places(rows, *k));
}
