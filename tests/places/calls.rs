//! Places lent to nested calls.

use super::parameters::differences;
use chainrule::prelude::*;
use chainrule_tests::{assert_identical, assert_near};

#[differentiate]
fn scale(x: &mut [f64], k: f64) {
    for i in 0..x.len() {
        x[i] *= k;
        x[i] += x[i].sin();
    }
}

#[differentiate]
fn norm(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in x {
        sum += x * x;
    }
    sum.sqrt()
}

#[differentiate]
fn all_forms(x: &mut [f64; 3], k: f64) -> f64 {
    x[0] *= k;
    let before = norm(&x[1..]);
    scale(&mut x[..2], before);
    scale(x, k * k);
    scale(&mut *x, k);
    let between = norm(x);
    let mut copy = [x[2], before, between];
    scale(&mut copy, 0.5 * k);
    x[1] = copy[1];
    norm(x) + norm(&copy) * before
}

#[test]
fn arrays_slices_and_shared_uses() {
    let at = [0.3, -0.5, 0.9, 1.1];
    let value = |&[a, b, c, k]: &[f64; 4]| all_forms(&mut [a, b, c], k);
    let (x_bar, k_bar) = all_forms::grad(&mut [at[0], at[1], at[2]], at[3]);
    let expected = differences(value, at);
    assert_near(&x_bar, &[expected[0], expected[1], expected[2]], 1e-8);
    assert_near(&k_bar, &expected[3], 1e-8);
    let mut into = ([9.0; 3], 9.0);
    all_forms::value_and_grad_into(&mut [at[0], at[1], at[2]], at[3], &mut into);
    assert_identical(&into, &(x_bar, k_bar));
}

#[differentiate]
fn bump(a: &mut f64, b: f64) -> f64 {
    let old = *a;
    *a = old * b + b.sin();
    old * *a
}

#[differentiate]
fn in_loops(a: f64, b: f64) -> f64 {
    let mut t = a * b;
    let first = bump(&mut t, a);
    let mut pair = (t, a);
    let mut sum = 0.0;
    for i in 0..4 {
        sum += bump(&mut pair.0, 0.5 * b);
        if i % 2 == 0 {
            bump(&mut pair.1, pair.0);
        }
        let place = &mut t;
        bump(place, sum);
        *place *= 0.5;
    }
    first + t + pair.0 * pair.1 + sum
}

#[test]
fn variables_fields_and_borrows() {
    let expected = differences(|&[a, b]| in_loops(a, b), [0.7, 1.2]);
    let found = in_loops::grad(0.7, 1.2);
    assert_near(&found, &(expected[0], expected[1]), 1e-7);
    let (value, pullback) = in_loops::vjp(0.7, 1.2);
    assert_eq!(value, in_loops(0.7, 1.2));
    assert_near(&pullback(1.0), &found, 1e-12);
}

#[differentiate]
fn fill(out: &mut Vec<f64>, x: f64, n: usize) -> bool {
    for i in 0..n {
        out.push(x * i as f64 + out[0]);
    }
    n > 3
}

#[differentiate]
fn filled(x: f64, n: usize) -> f64 {
    let mut list = Vec::new();
    list.push(x);
    let is_long = fill(&mut list, x * x, n);
    fill(&mut list, x, 1);
    let sum: f64 = list.iter().map(|x| x * x).sum();
    if is_long { sum * x } else { sum }
}

#[test]
fn a_list_that_grows_in_the_call() {
    for n in [0, 2, 5] {
        let expected = differences(|&[x]| filled(x, n), [0.6]);
        assert_near(&filled::grad(0.6, n), &expected[0], 1e-6);
    }
}

#[differentiate]
fn countdown(x: &mut f64, k: f64, n: usize) {
    if n > 0 {
        *x += k * x.sin();
        countdown(x, 0.5 * k, n - 1);
        *x *= k;
    }
}

#[differentiate]
fn recursion(x: f64, k: f64) -> f64 {
    let mut y = x;
    countdown(&mut y, k, 4);
    y * y
}

#[test]
fn a_recursive_function() {
    let expected = differences(|&[x, k]| recursion(x, k), [0.6, 1.7]);
    assert_near(
        &recursion::grad(0.6, 1.7),
        &(expected[0], expected[1]),
        1e-8,
    );
}

#[differentiate]
fn inactive_until_lent(x: f64) -> f64 {
    let mut buffer = [0.0; 3];
    let mut count = 0;
    let mut grid = [[1.0; 2]; 2];
    store(&mut buffer, &mut count, x);
    store(&mut grid[1], &mut count, x * x);
    buffer[1] * x + count as f64 + grid[1][0] * grid[0][1]
}

#[differentiate(wrt(buffer, x))]
fn store(buffer: &mut [f64], count: &mut usize, x: f64) {
    buffer[0] += x;
    buffer[1] = buffer[0] * x;
    *count += 1;
}

#[test]
fn buffers() {
    let expected = differences(|&[x]| inactive_until_lent(x), [0.6]);
    assert_near(&inactive_until_lent::grad(0.6), &expected[0], 1e-8);
}

#[differentiate(wrt(x))]
fn noisy(x: f64, seed: &mut u64, log: &mut Vec<usize>, rng: &mut Rng) -> f64 {
    *seed += 1;
    log.push(*seed as usize);
    x * x + rng.uniform()
}

#[differentiate]
fn average(x: f64, n: usize) -> f64 {
    let mut rng = Rng::seed(3);
    let mut log = Vec::new();
    let mut seed: u64 = 5;
    let mut sum = 0.0;
    for _ in 0..n {
        sum += noisy(x, &mut seed, &mut log, stop_gradient(&mut rng));
    }
    log.push(7);
    sum / n as f64 + (seed as usize + log.len()) as f64
}

#[test]
fn places_without_floats() {
    let expected = differences(|&[x]| average(x, 4), [0.6]);
    assert_near(&average::grad(0.6, 4), &expected[0], 1e-8);
}
