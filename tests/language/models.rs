//! Small programs of numerical computing, as people write them.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_vjp};
#[derive(Clone, Debug, Differentiable)]
struct Layer {
    w: Vec<Vec<f64>>,
    b: Vec<f64>,
    act: usize,
}
#[derive(Clone, Debug, Differentiable)]
struct Net {
    layers: Vec<Layer>,
    scale: f64,
}
#[differentiate]
fn forward(net: &Net, x: &[f64]) -> f64 {
    let mut h = x.to_vec();
    for Layer { w, b, act } in &net.layers {
        let activate = |v: f64| match act {
            0 => v.tanh(),
            1 if v > 0.0 => v,
            1 => 0.1 * v,
            _ => v,
        };
        h = w
            .iter()
            .zip(b)
            .map(|(row, b)| activate(row.iter().zip(&h).map(|(w, h)| w * h).sum::<f64>() + b))
            .collect();
    }
    h.iter().map(|v| v * v).sum::<f64>() * net.scale
}
#[differentiate(wrt(x))]
fn moving(x: &[f64], n: usize) -> Vec<f64> {
    let mean = |w: &[f64]| w.iter().sum::<f64>() / w.len() as f64;
    let var = |w: &[f64]| {
        let m = mean(w);
        w.iter().map(|v| (v - m).powi(2)).sum::<f64>() / w.len() as f64
    };
    x.windows(n)
        .map(|w| mean(w) / (1.0 + var(w)).sqrt())
        .collect()
}
#[differentiate]
fn simpson(a: f64, b: f64, k: f64, n: usize) -> f64 {
    let f = |x: f64| (-k * x * x).exp();
    let h = (b - a) / n as f64;
    let inner: f64 = (1..n)
        .map(|i| {
            let c = if i % 2 == 0 { 2.0 } else { 4.0 };
            c * f(a + i as f64 * h)
        })
        .sum();
    (f(a) + inner + f(b)) * h / 3.0
}
#[differentiate]
fn bisect(c: f64) -> f64 {
    let f = |x: f64| x.powi(3) - x - c;
    let (mut lo, mut hi) = (1.0, 2.0);
    let mut root = 'search: {
        for _ in 0..200 {
            let mid = 0.5 * (lo + hi);
            if f(mid).abs() < 1e-13 {
                break 'search mid;
            }
            if f(lo) * f(mid) < 0.0 {
                hi = mid;
            } else {
                lo = mid;
            }
        }
        0.5 * (lo + hi)
    };
    root -= f(root) / (3.0 * root * root - 1.0);
    root
}
#[differentiate]
fn matmul3(a: &[[f64; 3]; 3], b: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let mut c = [[0.0; 3]; 3];
    for (i, row) in c.iter_mut().enumerate() {
        for (j, v) in row.iter_mut().enumerate() {
            *v = (0..3).map(|k| a[i][k] * b[k][j]).sum();
        }
    }
    c
}
#[differentiate]
fn trace_pow(a: &[[f64; 3]; 3], n: usize) -> f64 {
    let mut p = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    for _ in 0..n {
        p = matmul3(&p, a);
    }
    (0..3).map(|i| p[i][i]).sum()
}
#[differentiate]
fn quantile_loss(y: &[f64], q: &[f64], tau: f64) -> f64 {
    let pinball = |d: f64| if d >= 0.0 { tau * d } else { (tau - 1.0) * d };
    y.iter().zip(q).map(|(y, q)| pinball(y - q)).sum::<f64>() / y.len() as f64
}
#[differentiate]
fn polygon(points: &[(f64, f64)]) -> f64 {
    let n = points.len();
    let area: f64 = (0..n)
        .map(|i| {
            let (x0, y0) = points[i];
            let (x1, y1) = points[(i + 1) % n];
            x0 * y1 - x1 * y0
        })
        .sum();
    let per = points
        .windows(2)
        .map(|w| {
            let [(x0, y0), (x1, y1)] = [w[0], w[1]];
            (x1 - x0).hypot(y1 - y0)
        })
        .sum::<f64>();
    0.5 * area.abs() + per
}
#[differentiate]
fn merge(a: &[f64], b: &[f64]) -> f64 {
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(a.len() + b.len());
    while i < a.len() && j < b.len() {
        if a[i] <= b[j] {
            out.push(a[i]);
            i += 1;
        } else {
            out.push(b[j]);
            j += 1;
        }
    }
    out.extend_from_slice(&a[i..]);
    out.extend(b[j..].iter());
    out.iter()
        .enumerate()
        .map(|(k, v)| v * v * (k + 1) as f64)
        .sum()
}
#[differentiate]
fn softmax_xent(z: &[f64], label: usize) -> f64 {
    let m = z.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = z.iter().map(|v| (v - m).exp()).collect();
    let s: f64 = e.iter().sum();
    let p = e.iter().map(|v| v / s).collect::<Vec<_>>();
    -p[label].ln()
}
#[differentiate]
fn split(x: &[f64], k: usize) -> f64 {
    let (a, b) = x.split_at(k);
    let [first, .., last] = x else { return 0.0 };
    a.iter().sum::<f64>() * b.iter().product::<f64>() + first * last
}
#[differentiate]
fn running(x: &[f64]) -> f64 {
    let mut best = x[0];
    let mut at = 0;
    for (i, &v) in x.iter().enumerate().skip(1) {
        if v > best {
            (best, at) = (v, i);
        }
    }
    let mut acc = Vec::new();
    let mut t = 0.0;
    for v in x {
        t += v;
        acc.push(t);
    }
    acc[at] * best + acc.last().unwrap() * acc[acc.len() / 2]
}
#[test]
fn programs() {
    let a = vec![1.0, 2.0, -0.5, 3.0, 0.6];
    let b = vec![0.3, 0.9, 1.2];
    let (x, y) = (0.7, 0.4);
    let net = Net {
        layers: vec![
            Layer {
                w: vec![vec![0.1, 0.2, -0.3], vec![0.5, -0.1, 0.4]],
                b: vec![0.1, -0.2],
                act: 0,
            },
            Layer {
                w: vec![vec![0.7, -0.8], vec![0.5, -0.1], vec![1.0, 0.3]],
                b: vec![0.1, -0.2, 0.0],
                act: 1,
            },
        ],
        scale: 0.5,
    };
    check_grad!([net, b] forward(net, b));
    check_vjp!([a] moving(a, 3));
    let z = 1.3;
    check_grad!([x, y, z] simpson(*x, *y, *z, 6));
    check!(bisect(c in 0.2..4.0));
    let m = [[0.1, 0.2, 0.3], [0.5, -0.4, 0.2], [0.3, 0.9, 0.7]];
    for n in [0, 1, 2, 7] {
        check_grad!([m] trace_pow(m, n));
    }
    let q = vec![0.1, 1.0, 0.4];
    check_grad!([b, q, x] quantile_loss(b, q, *x));
    let p = vec![(0.0, 0.1), (1.0, 0.2), (1.3, 1.4), (0.2, 0.8)];
    check_grad!([p] polygon(p));
    let c = vec![0.1, 0.5, 1.0, 2.0];
    check_grad!([b, c] merge(b, c));
    check_grad!([a] softmax_xent(a, 2));
    check_grad!([a] split(a, 2));
    check_grad!([a] running(a));
}
