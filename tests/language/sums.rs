//! Loops that add up, whose iterations are differentiated as they run, and their like that cannot be.

use chainrule::prelude::*;
use chainrule_tests::{assert_gradient, check_grad, elements};

#[differentiate]
fn mean_of_squares(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in x.iter().zip(y) {
        let d = a - b;
        sum += d * d;
    }
    sum / x.len() as f64
}

/// The mean is known only after the first loop, and its adjoint only after the second.
#[differentiate]
fn variance(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mut mean = 0.0;
    for a in x {
        mean += a / n;
    }
    let mut sum = 0.0;
    for a in x {
        sum += (a - mean) * (a - mean);
    }
    sum / n
}

/// The adjoint of the sum depends on the sum.
#[differentiate]
fn root(x: &[f64]) -> f64 {
    let mut sum = 1.0;
    for a in x {
        sum += a * a;
    }
    sum.sqrt() * x[0]
}

/// Each iteration reads what the one before has written.
#[differentiate]
fn carried(x: &[f64]) -> f64 {
    let (mut sum, mut last) = (0.0, 1.0);
    for a in x {
        sum += a * last;
        last = a.sin();
    }
    sum
}

#[differentiate]
fn read_inside(x: &[f64]) -> f64 {
    let (mut sum, mut other) = (0.0, 0.0);
    for a in x {
        sum += a * a;
        other += sum * a;
    }
    sum + other
}

/// The list is read by one loop, and overwritten by the next.
#[differentiate]
fn overwritten(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let mut sum = 0.0;
    for i in 0..w.len() {
        sum += w[i] * w[i] * x[i];
    }
    for i in 0..w.len() {
        w[i] = w[i].sin() * x[0];
    }
    let mut more = 0.0;
    for i in 0..w.len() {
        more += w[i] * w[i];
    }
    2.0 * sum - more
}

#[differentiate]
fn grown(x: &[f64]) -> f64 {
    let mut list = vec![x[0]];
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += list[0] * x[i];
    }
    for a in x {
        list.push(a * a);
    }
    sum + list[x.len()]
}

#[differentiate]
fn histogram(x: &[f64], bins: &[usize]) -> f64 {
    let mut sums = vec![0.0; 3];
    for (a, bin) in x.iter().zip(bins) {
        sums[*bin] += a.exp();
    }
    sums[0] + 2.0 * sums[1] - sums[2]
}

#[differentiate]
fn two_sums(x: &[f64], k: f64) -> f64 {
    let (mut first, mut second, mut count) = (k, 0.0, 0);
    for a in x {
        if *a > 0.0 {
            first += a.ln() * k;
            count += 1;
        } else {
            second -= a * a * k.sin();
        }
        let mut y = *a;
        for _ in 0..count {
            y = (y * k).cos();
        }
        while y.abs() > 0.5 {
            y *= 0.7 * k;
        }
        second += y;
    }
    3.0 * first - second * 0.5 + count as f64
}

/// The second loop uses what the first has added up.
#[differentiate]
fn chained(x: &[f64]) -> f64 {
    let mut scale = 0.5;
    for a in x {
        scale += a * a;
    }
    let mut sum = 0.0;
    for a in x {
        sum += a.sin() * scale;
    }
    let mut rest = 0.0;
    for a in x {
        rest += a * x[0];
    }
    sum + 2.0 * rest
}

#[differentiate]
fn of_calls(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for a in x {
        sum += mean_of_squares(y, &vec![*a; y.len()]) * root(y);
    }
    -sum
}

#[differentiate(wrt(x))]
fn until(x: &[f64], bound: f64) -> f64 {
    let mut sum = 0.0;
    for a in x {
        sum += a * a;
        if sum > bound {
            break;
        }
    }
    sum
}

#[differentiate]
fn in_an_arm(x: &[f64], flag: bool) -> f64 {
    let mut sum = x[0];
    if flag {
        for a in x {
            sum += a * a;
        }
    }
    sum * 2.0
}

#[differentiate]
fn by_iterators(x: &[f64], k: f64) -> f64 {
    let total: f64 = x.iter().map(|a| (a * k).sin()).sum();
    let largest = x.iter().fold(f64::NEG_INFINITY, |m, a| m.max(*a));
    4.0 * total + largest
}

#[test]
fn sums() {
    let (x, y, k) = (vec![0.5, -1.25, 0.75, 1.5], vec![0.25, 1.0, -0.5, 2.0], 0.8);
    check_grad!([x, y] mean_of_squares(x, y));
    check_grad!([x] variance(x));
    check_grad!([x] root(x));
    check_grad!([x] carried(x));
    check_grad!([x] read_inside(x));
    check_grad!([x] overwritten(x));
    check_grad!([x] grown(x));
    check_grad!([x] histogram(x, &[0, 2, 1, 0]));
    check_grad!([x, k] two_sums(x, *k));
    check_grad!([x] chained(x));
    check_grad!([x, y] of_calls(x, y));
    for bound in [0.1, 2.0, 1e9] {
        check_grad!([x] until(x, bound));
    }
    check_grad!([x] in_an_arm(x, true));
    check_grad!([x] in_an_arm(x, false));
    check_grad!([x, k] by_iterators(x, *k));
    let empty: Vec<f64> = Vec::new();
    check_grad!([empty, k] two_sums(empty, *k));
}

/// A long sum has the same gradient by its pullback, which goes through the loop backwards.
#[test]
fn of_a_thousand() {
    let x: Vec<f64> = (0..1000).map(|i| f64::from(i).sin()).collect();
    let gradient = two_sums::grad(&x, 0.8);
    let (_, pullback) = two_sums::vjp(&x, 0.8);
    let difference = elements(&pullback(1.0))
        .iter()
        .zip(elements(&gradient))
        .fold(0.0, |m: f64, (a, b)| m.max((a - b).abs() / (1.0 + b.abs())));
    assert!(difference < 1e-12, "{difference:e}");
    let f = |x: &Vec<f64>| chained(x);
    assert_gradient(f, &x[..9].to_vec(), &chained::grad(&x[..9]), 1e-7);
}
