//! Closures in variables: called, passed to adaptors, used in conditions; what they capture is what it was.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad};

#[differentiate]
fn called(x: f64, k: f64) -> f64 {
    let f = |v: f64| v * k + v.sin();
    f(x) * f(2.0) + f(f(k))
}

#[differentiate]
fn passed(x: &[f64], k: f64) -> f64 {
    let f = |v: &f64| v * k;
    let g = |v: f64| f(&v).exp();
    let larger = |a: f64, b: f64| if a > b { a } else { b };
    x.iter().map(f).sum::<f64>()
        + x.iter().map(&f).map(g).sum::<f64>()
        + x.iter().copied().fold(k, larger)
}

#[differentiate]
fn newton(a: f64) -> f64 {
    let f = |x: f64| x * x - a;
    let df = |x| 2.0 * x;
    let mut x = a;
    let mut n = 0;
    while f(x).abs() > 1e-12 && n < 50 {
        x -= f(x) / df(x);
        n += 1;
    }
    x
}

#[differentiate]
fn oscillator(x0: f64, k: f64, n: usize) -> f64 {
    let slope = |x: f64, v: f64| (v, -k * x - 0.1 * v);
    let (mut x, mut v) = (x0, 0.0);
    let h = 0.1;
    for _ in 0..n {
        let (k1x, k1v) = slope(x, v);
        let (k2x, k2v) = slope(x + 0.5 * h * k1x, v + 0.5 * h * k1v);
        x += h * (k1x + k2x) / 2.0;
        v += h * (k1v + k2v) / 2.0;
    }
    x
}

#[differentiate]
fn moved(x: f64, y: f64) -> f64 {
    let mut k = x;
    let f = move |v: f64| v * k;
    k *= y;
    let mut sum = f(y);
    for i in 0..3 {
        let g = move |v: f64| v * k + i as f64;
        k = k * 0.5 + g(sum);
        sum += g(k);
    }
    f(sum) + k
}

#[differentiate]
fn of_every_kind(x: f64, k: f64) -> f64 {
    let act = f64::tanh;
    let square = |x: f64| {
        let mut y = x;
        y *= x;
        y
    };
    let clamp = |v: f64| {
        if v > k {
            k
        } else if v < -k {
            -k
        } else {
            v
        }
    };
    let poly = |c: &[f64; 3], t: f64| c.iter().rev().fold(0.0, |sum, c| sum * t + c);
    act(square(x))
        + clamp(x * 3.0)
        + poly(&[x, k, 1.0], k)
        + (|a: f64, (b, c): (f64, f64)| a * b - c)(x, (k, x))
}

#[differentiate(wrt(x))]
fn in_loops(x: &[f64], w: &[f64]) -> f64 {
    let row = |i: usize| w[i % w.len()];
    let at = |i: usize, j: usize| x[i] * row(j) - x[j];
    let mut sum = 0.0;
    for i in 0..x.len() {
        for j in 0..x.len() {
            if at(i, j) > 0.0 {
                sum += at(i, j) * at(i, j);
            } else {
                sum -= row(i);
            }
        }
    }
    let total = (0..x.len()).map(|i| at(i, 0)).fold(0.0, |a, b| a + b * b);
    sum + total * w.iter().any(|x| *x > 0.0) as u8 as f64
}

#[differentiate]
fn shadowed(x: f64, k: f64) -> f64 {
    let f = |x: f64| x * k;
    let g = |k: f64| f(k) + x;
    let k = 3.0 * k;
    let x = g(k);
    if f(x) > 100.0 { x } else { f(x) * k }
}

#[test]
fn closures() {
    check!(called(x in -1.0..1.0, k in 0.2..2.0));
    check!(newton(x in 1.0..3.0));
    check!(moved(x in 0.5..1.0, y in 0.2..1.0));
    check!(of_every_kind(x in 0.5..1.0, k in 0.2..1.0));
    check!(shadowed(x in 0.5..4.0, k in 0.2..4.0));
    let (a, x, k) = (vec![1.0, 2.0, -0.5], 0.7, 1.3);
    check_grad!([a, k] passed(a, *k));
    check_grad!([a] in_loops(a, &[0.5, 0.2]));
    for n in [0, 1, 2, 7] {
        check_grad!([x, k] oscillator(*x, *k, n));
    }
}

#[differentiate(wrt(x, p))]
fn free_and_bound(mut x: f64, y: f64, p: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let limit = p
            .iter()
            .fold(y, |most, x| if *x > most { *x } else { most });
        if 1.5 * (if 0.5 <= x { y } else { p[i] }) * p.iter().fold(limit, |t, x| t + 0.5 * x) > 0.1
        {
            sum += x * limit;
        }
        x *= 1.1;
    }
    sum
}

#[test]
fn a_variable_and_a_parameter_of_a_closure() {
    let (x, p) = (0.45, vec![0.3, 0.9, 0.2]);
    check_grad!([x, p] free_and_bound(*x, 0.7, p, 3));
}

/// Closures that are given functions to call.
#[differentiate]
fn given_functions(x: f64, k: f64) -> f64 {
    const SIXTH: f64 = 1.0 / 6.0;
    let simpson = |f: &dyn Fn(f64) -> f64, a: f64, b: f64| {
        let middle = 0.5 * (a + b);
        (f(a) + 4.0 * f(middle) + f(b)) * (b - a) * SIXTH
    };
    let wave = |t: f64| (k * t).sin();
    let smallest = |f: &dyn Fn(f64) -> f64, from: f64| {
        let mut at = from;
        while f(at) > 0.1 && at < 2.0 {
            at += 0.1;
        }
        at
    };
    let twice = |f: fn(f64) -> f64, v| f(f(v));
    let other = &wave;
    let line = |slope| simpson(&|t| slope * t + k, x, k);
    simpson(&wave, 0.0, x)
        + simpson(&|t| t * t * x, x, k)
        + smallest(&|t| x - t * k, SIXTH) * x
        + twice(f64::exp, x * SIXTH)
        + other(x)
        + (*other)(k)
        + line(x)
        + (|f: &dyn Fn(f64) -> f64, v: f64| f(v) * v)(&wave, x)
}

/// What is passed by `move` is what it was.
#[differentiate]
fn given_with_state(x: &[f64], k: f64) -> f64 {
    let mut scale = k;
    let scaled = move |v: f64| v * scale;
    scale *= 3.0;
    let sum = |f: &dyn Fn(f64) -> f64, w: &dyn Fn(usize) -> f64| {
        let mut total = 0.0;
        for (i, v) in x.iter().enumerate() {
            total += f(*v) * w(i);
        }
        total
    };
    sum(&scaled, &|i| x[x.len() - 1 - i]) + sum(&f64::tanh, &|i| scale / (1.0 + i as f64))
}
#[test]
fn closures_that_are_given_functions() {
    check!(given_functions(x in 0.2..1.0, k in 0.5..1.5));
    let (a, k) = (vec![0.7, -0.4, 1.2], 1.3);
    check_grad!([a, k] given_with_state(a, *k));
}

/// A list that is taken by `move` changes while the closure keeps what it was.
#[differentiate]
fn taken_lists(x: f64, k: f64, n: usize) -> f64 {
    let mut a = [x, 0.5, k];
    let mut v = vec![k; 3];
    let mut pair = (1.5, 2);
    v[1] *= x;
    let first = move |w: f64| a[0] * w + pair.0;
    let copy = v.clone();
    let second = move |i: usize| copy[i] * a[i];
    for i in 0..n {
        if first(k) > a[1] && second(i % 3) < 10.0 {
            a[0] += first(a[1]) * v[i % 3];
            (a[1], pair.0) = (1.5 * x, a[0]);
            pair.1 += 1;
        }
        v[i % 3] += second(i % 3);
    }
    a[0] * v[0] + a[1] * pair.0 + pair.1 as f64 * v[1]
}

#[test]
fn lists_that_closures_take() {
    let (x, k) = (0.6, 1.2);
    for n in [0, 1, 4] {
        check_grad!([x, k] taken_lists(*x, *k, n));
    }
}
