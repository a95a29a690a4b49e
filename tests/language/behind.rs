//! `chain`, `once` and `scan`.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn chained(x: &[f64], y: &[f64; 2], k: f64) -> f64 {
    let a = x.iter().chain(y).map(|v| v * v).sum::<f64>();
    let mut b = 0.0;
    for (i, v) in x.iter().chain(y.iter()).enumerate() {
        b += v * i as f64;
    }
    for v in x.iter().copied().chain(std::iter::once(k * k)).rev() {
        b = b * 0.5 + v.sin();
    }
    let c: Vec<f64> = std::iter::once(k)
        .chain(x.iter().copied())
        .chain([k, 2.0])
        .collect();
    let d = x
        .iter()
        .chain(y)
        .zip(c.iter().skip(1))
        .map(|(a, b)| a * b)
        .sum::<f64>();
    let e = (0..2).chain(3..5).map(|i| c[i]).fold(1.0, |a, b| a * b);
    a + b + c[0] * c[3] * c[c.len() - 2] + d + e
}
#[differentiate]
fn chained_pairs(x: &[(f64, f64)], y: &Vec<(f64, f64)>, n: usize) -> f64 {
    let mut s = 0.0;
    for (i, (a, b)) in x.iter().chain(y).enumerate() {
        if i == n {
            break;
        }
        s += a * b;
    }
    for (i, (j, v)) in x.iter().enumerate().chain(y.iter().enumerate()).enumerate() {
        s += v.0 * (i + j) as f64;
    }
    for v in x.chunks(2).chain(y.chunks(3)) {
        s += v[0].1 * v.len() as f64;
    }
    s
}
#[differentiate]
fn scanned(x: &[f64], k: f64) -> f64 {
    let v: Vec<f64> = x
        .iter()
        .scan(k, |s, v| {
            *s = *s * 0.5 + v;
            Some(*s * k)
        })
        .collect();
    let w = x
        .iter()
        .scan(0.0, |s, &v| {
            *s += v;
            if *s > 2.0 { None } else { Some(*s * v) }
        })
        .map(|v| v * v)
        .sum::<f64>();
    let u = x
        .iter()
        .scan((1.0, k), |(a, b), v| {
            *a *= v;
            *b += *a;
            if *b > 100.0 {
                return None;
            }
            Some(*a * *b)
        })
        .fold(0.0, |s, v| s * 0.5 + v);
    v.iter().sum::<f64>() * v[1] + w + u
}
#[test]
fn chains_and_scans() {
    let k = 0.9;
    let y = [0.3, 0.9];
    let p = vec![(0.3, 0.2), (0.9, 0.4), (0.7, 1.4)];
    let q = vec![(0.3, 0.2), (0.9, 0.4)];
    for n in [0, 2, 4, 9] {
        check_grad!([p, q] chained_pairs(p, q, n));
    }
    for x in [vec![0.7, 1.3, 0.4], vec![0.7, 1.3, 0.4, 5.0, 6.0]] {
        check_grad!([x, y, k] chained(x, y, *k));
        check_grad!([x, k] scanned(x, *k));
    }
}

/// Lists that may change are read by chains that change nothing.
#[differentiate]
fn of_places(x: &mut [f64], k: f64) -> f64 {
    let mut w = vec![k, 2.0, k * k];
    let mut best = Some(k);
    let a = (0..7)
        .zip(x.chunks(2))
        .zip(0..2)
        .map(|((i, v), _)| v[0] * i as f64)
        .sum::<f64>();
    x[0] *= k;
    w[1] += x[0];
    best = best.map(|v| v * k);
    let b = x
        .iter()
        .map(|v| v * w.windows(2).map(|p| p[0] * p[1]).sum::<f64>() * best.unwrap_or(1.0))
        .zip(w.chunks(1))
        .skip(1)
        .map(|(v, c)| (v * (&w[..1]).into_iter().sum::<f64>(), c))
        .zip(0..3)
        .map(|((v, c), _)| (v, c))
        .map(|(v, c)| v * c[0])
        .sum::<f64>();
    a * b
}

#[test]
fn places() {
    let x = [0.3, 0.9, -0.4];
    let (value, pullback) = of_places::vjp(&mut x.clone(), 0.7);
    let mut x_bar = vec![0.0; 3];
    let k_bar = pullback(1.0, &mut x_bar);
    assert_eq!(value, of_places(&mut x.clone(), 0.7));
    let at = |&(x, k): &([f64; 3], f64)| of_places(&mut x.clone(), k);
    let x_bar = [x_bar[0], x_bar[1], x_bar[2]];
    gradcheck(at, &(x, 0.7), &(x_bar, k_bar)).unwrap();
}
