//! Chains of iterators, as people write them.

use chainrule::prelude::*;
use chainrule_tests::check_grad;
#[differentiate]
fn filtered(x: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.5).map(|v| v * v).sum()
}
#[differentiate]
fn filtered_and_numbered(x: &[f64]) -> f64 {
    x.iter()
        .filter(|v| **v > 0.5)
        .enumerate()
        .map(|(i, v)| v * v * i as f64)
        .sum()
}
#[differentiate]
fn filtered_and_zipped(x: &[f64]) -> f64 {
    x.iter()
        .filter(|v| **v > 0.5)
        .zip(x)
        .map(|(i, v)| v * i)
        .sum()
}
#[differentiate]
fn filtered_and_limited(x: &[f64], n: usize) -> f64 {
    x.iter()
        .map(|v| v * v)
        .filter(|v| *v > 0.5)
        .take(n)
        .sum::<f64>()
        + x.iter()
            .filter(|&&v| v > 0.2)
            .skip(n)
            .step_by(2)
            .product::<f64>()
}
#[differentiate]
fn windows(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>()
        + x.windows(3)
            .enumerate()
            .map(|(i, w)| w[0] * w[2] * i as f64)
            .sum::<f64>()
}
#[differentiate]
fn chunks(x: &[f64], n: usize) -> f64 {
    x.chunks(n).map(|c| c.iter().product::<f64>()).sum::<f64>()
        + x.chunks_exact(n)
            .rev()
            .map(|c| c[0] * c.len() as f64 * c[n - 1])
            .sum::<f64>()
}
#[differentiate]
fn pairs(x: &[f64], y: &[f64]) -> f64 {
    (0..x.len())
        .flat_map(|i| (0..y.len()).map(move |j| (i, j)))
        .filter(|(i, j)| i != j)
        .map(|(i, j)| x[i] * y[j] * (i as f64 + 1.0))
        .sum()
}
#[differentiate]
fn flattened(x: &[Vec<f64>]) -> f64 {
    let mut s = 0.0;
    for v in x.iter().flatten() {
        if *v > 2.0 {
            break;
        }
        s += v * v;
    }
    s * x.iter().flat_map(|r| r.iter()).take(3).product::<f64>()
}
#[differentiate]
fn ranges(x: &[f64]) -> f64 {
    (2..5).map(|i| x[0].powi(i)).sum::<f64>()
        + x.iter().zip(1..).map(|(v, k)| v * k as f64).sum::<f64>()
        + (1..).zip(x).skip(1).map(|(k, v)| v / k as f64).sum::<f64>()
        + (1..=3)
            .rev()
            .map(|i| x[i - 1] * i as f64)
            .fold(1.0, |a, b| a * 0.5 + b)
}
#[differentiate]
fn up_to_a_condition(x: &[f64]) -> f64 {
    let mut s = 1.0;
    x.iter().take_while(|v| **v > 0.0).for_each(|v| s += v * s);
    for (i, v) in x.iter().enumerate().take_while(|(_, v)| **v > 0.0).skip(1) {
        s *= v * i as f64;
    }
    s
}
#[differentiate]
fn unzipped(x: &[f64]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = x.iter().map(|v| (v * v, v.sin())).unzip();
    let m = a.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let lse = m + a.iter().map(|v| (v - m).exp()).sum::<f64>().ln();
    lse + b
        .iter()
        .rev()
        .zip(&a)
        .map(|(p, q)| p * q)
        .fold(f64::INFINITY, f64::min)
}
#[differentiate(wrt(x))]
fn of_other_things(x: &[f64], text: &str, map: &std::collections::BTreeMap<usize, f64>) -> f64 {
    let mut s = 0.0;
    for (i, c) in text.chars().enumerate() {
        if c == 'a' {
            s += x[i % x.len()];
        } else {
            s *= x[0];
        }
    }
    for (k, v) in map.range(0..5) {
        s += x[*k] * v;
    }
    for w in text.split('b') {
        s += x[1] * w.len() as f64;
    }
    s
}
#[differentiate]
fn autocorrelation(x: &[f64], lag: usize) -> f64 {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let d: Vec<f64> = x.iter().map(|v| v - mean).collect();
    let var = d.iter().map(|v| v * v).sum::<f64>();
    d.iter()
        .zip(d[lag..].iter())
        .map(|(a, b)| a * b)
        .sum::<f64>()
        / var
        + d.iter().skip(lag).step_by(2).sum::<f64>() * d[0]
}
#[differentiate]
fn in_place(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for (i, a) in v.iter_mut().enumerate() {
        *a *= x[i] + 1.0;
    }
    for w in v.chunks(2).zip(x.windows(2)) {
        let (c, d) = w;
        if c.len() > 1 {
            if c[0] > c[1] {
                continue;
            }
        }
        if d[0] > 1.5 {
            return c[0] * d[1];
        }
    }
    v.iter_mut().for_each(|a| *a += 1.0);
    v.iter().product()
}
fn is_large(x: &&f64) -> bool {
    **x > 0.8
}

#[differentiate]
fn filtered_by_functions(x: &[f64], k: f64) -> f64 {
    let is_small = |v: &f64| {
        let limit = 2.0 * k;
        *v < limit
    };
    x.iter().filter(|v| is_small(v)).map(|v| v * k).sum::<f64>()
        + x.iter().filter(is_large).map(|v| v * v * k).sum::<f64>()
        + x.iter().copied().filter(is_small).product::<f64>()
}

#[test]
fn chains() {
    let (c, k) = (vec![0.5, 0.9, 2.0], 0.7);
    check_grad!([c, k] filtered_by_functions(c, *k));
    let a = vec![1.0, 2.0, -0.5, 3.0, 0.6];
    let b = vec![0.3, 0.9, 1.2];
    check_grad!([a] filtered(a));
    check_grad!([a] filtered_and_numbered(a));
    check_grad!([a] filtered_and_zipped(a));
    for n in [0, 1, 2, 7] {
        check_grad!([a] filtered_and_limited(a, n));
    }
    check_grad!([a] windows(a));
    check_grad!([b] windows(b));
    let e: Vec<f64> = vec![0.5];
    check_grad!([e] windows(e));
    for n in [1, 2, 3, 7] {
        check_grad!([a] chunks(a, n));
    }
    check_grad!([a, b] pairs(a, b));
    let m = vec![vec![1.0, 0.5], vec![], vec![0.7, 2.5, 0.1], vec![1.0]];
    check_grad!([m] flattened(m));
    check_grad!([a] ranges(a));
    check_grad!([a] up_to_a_condition(a));
    check_grad!([b] up_to_a_condition(b));
    check_grad!([a] unzipped(a));
    check_grad!([b] unzipped(b));
    let map = [(0, 0.5), (2, 1.5)].into_iter().collect();
    check_grad!([a] of_other_things(a, "abacab", &map));
    check_grad!([a] autocorrelation(a, 1));
    check_grad!([a] in_place(a));
    check_grad!([b] in_place(b));
}

/// The lists and numbers of these names are the user's, whatever the lists are called that chains fill.
#[differentiate]
fn names_of_chains(x: f64, p: &[f64]) -> f64 {
    let mut total = 0;
    let mut left1 = vec![1, 2, 1];
    let mut left2 = vec![2, 3, 2];
    let mut left3 = vec![3, 4, 0];
    let mut left4 = vec![4, 5, 1];
    let mut left5 = vec![5, 6, 2];
    let mut left6 = vec![6, 7, 0];
    let mut left7 = vec![7, 8, 1];
    let mut right1 = vec![1, 2, 1];
    let mut right2 = vec![2, 3, 2];
    let mut right3 = vec![3, 4, 0];
    let mut right4 = vec![4, 5, 1];
    let mut right5 = vec![5, 6, 2];
    let mut right6 = vec![6, 7, 0];
    let mut right7 = vec![7, 8, 1];
    let mut made1 = vec![1, 2, 1];
    let mut made2 = vec![2, 3, 2];
    let mut made3 = vec![3, 4, 0];
    let mut made4 = vec![4, 5, 1];
    let mut made5 = vec![5, 6, 2];
    let mut made6 = vec![6, 7, 0];
    let mut made7 = vec![7, 8, 1];
    let mut collected1 = vec![1, 2, 1];
    let mut collected2 = vec![2, 3, 2];
    let mut collected3 = vec![3, 4, 0];
    let mut collected4 = vec![4, 5, 1];
    let mut collected5 = vec![5, 6, 2];
    let mut collected6 = vec![6, 7, 0];
    let mut collected7 = vec![7, 8, 1];
    let (mut stop, mut best5, mut sum3) = (vec![0], vec![1, 2], vec![3]);
    let (a, b): (Vec<f64>, Vec<f64>) = p.iter().map(|v| (v * x, v + x)).unzip();
    let c: [f64; 2] = std::array::from_fn(|i| a[i] * b[i + 1]);
    let d: Vec<f64> = a.iter().rev().map(|v| v * c[0]).collect();
    let e = d.iter().copied().reduce(|s, v| s * 0.5 + v).unwrap_or(x);
    while let Some(k) = left1.pop() {
        total += k;
    }
    while let Some(k) = left2.pop() {
        total += k;
    }
    while let Some(k) = left3.pop() {
        total += k;
    }
    while let Some(k) = left4.pop() {
        total += k;
    }
    while let Some(k) = left5.pop() {
        total += k;
    }
    while let Some(k) = left6.pop() {
        total += k;
    }
    while let Some(k) = left7.pop() {
        total += k;
    }
    while let Some(k) = right1.pop() {
        total += k;
    }
    while let Some(k) = right2.pop() {
        total += k;
    }
    while let Some(k) = right3.pop() {
        total += k;
    }
    while let Some(k) = right4.pop() {
        total += k;
    }
    while let Some(k) = right5.pop() {
        total += k;
    }
    while let Some(k) = right6.pop() {
        total += k;
    }
    while let Some(k) = right7.pop() {
        total += k;
    }
    while let Some(k) = made1.pop() {
        total += k;
    }
    while let Some(k) = made2.pop() {
        total += k;
    }
    while let Some(k) = made3.pop() {
        total += k;
    }
    while let Some(k) = made4.pop() {
        total += k;
    }
    while let Some(k) = made5.pop() {
        total += k;
    }
    while let Some(k) = made6.pop() {
        total += k;
    }
    while let Some(k) = made7.pop() {
        total += k;
    }
    while let Some(k) = collected1.pop() {
        total += k;
    }
    while let Some(k) = collected2.pop() {
        total += k;
    }
    while let Some(k) = collected3.pop() {
        total += k;
    }
    while let Some(k) = collected4.pop() {
        total += k;
    }
    while let Some(k) = collected5.pop() {
        total += k;
    }
    while let Some(k) = collected6.pop() {
        total += k;
    }
    while let Some(k) = collected7.pop() {
        total += k;
    }
    while let Some(k) = stop.pop() {
        stop.extend(best5.pop());
        total += k * sum3.pop().unwrap_or(1);
    }
    for v in &d {
        if *v > 100.0 {
            break;
        }
    }
    total as f64 * c[1] * d[0] * e
}

#[differentiate]
fn lists_of_nothing(x: f64, w: &[f64; 3], n: usize) -> f64 {
    let _unread: Vec<Option<f64>> = (1..w.len()).map(|_| None).collect::<Vec<_>>();
    let mut empty: Vec<Option<f64>> = (0..n).map(|_| None).collect();
    let copy: Vec<Option<f64>> = empty.clone();
    for v in &copy {
        if v.is_none() {
            empty.pop();
        }
    }
    x * w[0] + x * empty.len() as f64 + w[1] * copy.len() as f64
}

#[test]
fn what_only_a_declaration_says() {
    let (x, w) = (0.7, [0.3, 0.9, 1.4]);
    check_grad!([x, w] lists_of_nothing(*x, w, 2));
}

#[test]
fn names_that_chains_use() {
    let (x, p) = (0.7, vec![0.3, 0.9, 1.4]);
    check_grad!([x, p] names_of_chains(*x, p));
}
