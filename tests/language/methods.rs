//! Small programs with structs, methods, generics and early exits, as people write them.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp};
#[derive(Clone, Copy, Debug, Differentiable)]
struct P {
    x: f64,
    y: f64,
}
#[differentiate]
impl P {
    fn dist(&self, o: &P) -> f64 {
        (self.x - o.x).hypot(self.y - o.y)
    }
    fn shifted(self, o: P, k: f64) -> P {
        P {
            x: self.x + k * o.x,
            ..self
        }
    }
    fn path(&self, pts: &[P]) -> f64 {
        let hop = |a: &P, b: &P| a.dist(b);
        let first = pts.first().map(|p| self.dist(p)).unwrap_or(0.0);
        first + pts.windows(2).map(|w| hop(&w[0], &w[1])).sum::<f64>()
    }
}
#[differentiate]
fn path(p: &P, q: &[P]) -> f64 {
    p.path(q)
}
#[differentiate(wrt(p, k))]
fn added(p: &P, q: P, k: f64) -> f64 {
    let r = p.shifted(q, k);
    r.x * r.y
}
#[differentiate]
fn generic<T: Float>(x: &[T], k: T) -> T {
    let mut v = vec![k; x.len()];
    let mut w: Vec<T> = x.iter().map(|&a| a * k).collect();
    let f = |a: T| a * a + k;
    for (i, p) in x.windows(2).enumerate() {
        v[i] = p[0] * p[1];
    }
    std::mem::swap(&mut v, &mut w);
    let m = v.iter().copied().fold(T::NEG_INFINITY, T::max);
    w.iter()
        .zip(v.iter().rev())
        .map(|(a, b)| f(*a) * *b)
        .sum::<T>()
        + m
}
#[differentiate]
fn scale(v: &mut [f64], k: f64) {
    for a in v.iter_mut() {
        *a *= k;
    }
}
#[differentiate]
fn lent(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    scale(&mut v[1..], k);
    let n = v.len();
    scale(&mut v[..n - 1], k * k);
    v.iter().product()
}
#[differentiate]
fn early(x: &[Vec<f64>], limit: f64) -> f64 {
    let mut s = 0.0;
    'rows: for (i, row) in x.iter().enumerate() {
        for v in row.iter().filter(|v| **v > 0.0) {
            if *v > limit {
                continue 'rows;
            }
            s += v * v;
            if s > 30.0 {
                return s * row[0];
            }
            if i > 3 {
                break 'rows;
            }
        }
        s *= 1.0 + row.len() as f64 * 0.1;
    }
    s
}
#[differentiate]
fn fib(x: f64, n: usize) -> f64 {
    let (mut a, mut b) = (0.0, x);
    for _ in 0..n {
        (a, b) = (b, a + b * x);
    }
    a
}
#[differentiate]
fn lagrange(xs: &[f64], ys: &[f64], t: f64) -> f64 {
    let basis = |i: usize| {
        xs.iter()
            .enumerate()
            .filter(|(j, _)| *j != i)
            .map(|(_, xj)| (t - xj) / (xs[i] - xj))
            .product::<f64>()
    };
    ys.iter().enumerate().map(|(i, y)| y * basis(i)).sum()
}
#[differentiate]
fn conv(x: &[f64], k: &[f64]) -> Vec<f64> {
    (0..x.len() + k.len() - 1)
        .map(|n| {
            k.iter()
                .enumerate()
                .filter(|(i, _)| n >= *i && n - i < x.len())
                .map(|(i, w)| w * x[n - i])
                .sum()
        })
        .collect()
}
#[differentiate]
fn quick(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let n = v.len();
    for i in 0..n {
        for j in 0..n - 1 - i {
            if v[j] > v[j + 1] {
                v.swap(j, j + 1);
            }
        }
    }
    let median = if n % 2 == 1 {
        v[n / 2]
    } else {
        0.5 * (v[n / 2 - 1] + v[n / 2])
    };
    let mut dev: Vec<f64> = v.iter().map(|a| (a - median).abs()).collect();
    dev.push(median);
    while let Some(d) = dev.pop()
        && d > 0.0
    {
        if dev.len() < 2 {
            return d * median;
        }
    }
    median + dev.iter().sum::<f64>()
}
#[differentiate]
fn cumulative(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let c: Vec<f64> = x.iter().map(|v| v * v).collect();
    for (a, b) in c.iter().zip(c.iter().skip(1)) {
        let [p, q] = [*a, *b];
        total += p * q;
    }
    let pairs: Vec<(f64, f64)> = c
        .chunks(2)
        .map(|w| match w {
            [a, b] => (*a, *b),
            _ => (w[0], 1.0),
        })
        .collect();
    for &(a, b) in &pairs {
        total += a / b;
    }
    let arr = [total, x[0]];
    let [t, u] = arr;
    let nested = [[t, u], [u, t]];
    nested.iter().flatten().sum::<f64>() + nested[0].iter().map(|v| v * v).sum::<f64>()
}
#[differentiate]
fn ordered(x: f64, y: f64) -> (f64, f64) {
    let c = |a: f64, b: f64| -> (f64, f64) {
        if a > b {
            return (a, b);
        }
        (b, a * y)
    };
    let (p, q) = c(x, y);
    let g = |v: f64| {
        let mut s = 0.0;
        for i in 0..3 {
            if i == 2 {
                break;
            }
            s += v * i as f64;
        }
        s
    };
    (g(p) + q, c(p, q).1)
}
#[test]
fn programs() {
    let (a, k) = (vec![1.0, 2.0, 0.5, 3.0, 0.6], 0.7);
    let (p, q) = (
        P { x: 0.3, y: 0.9 },
        vec![
            P { x: 1.0, y: 2.0 },
            P { x: -1.0, y: 0.5 },
            P { x: 0.2, y: 0.1 },
        ],
    );
    check_grad!([p, q] path(p, q));
    check_grad!([p, k] added(p, q[0], *k));
    check_grad!([a, k] generic(a, *k));
    check_grad!([a, k] lent(a, *k));
    let m = vec![
        vec![1.0, 0.5],
        vec![0.2],
        vec![0.7, 2.5, -0.1],
        vec![3.0, 4.0, 5.0],
    ];
    for l in [1.0, 2.2, 10.0] {
        check_grad!([m, l] early(m, *l));
    }
    for n in [0, 1, 2, 7] {
        check_grad!([k] fib(*k, n));
    }
    let ys = vec![0.3, 0.1, 0.9, 0.2, 0.5];
    check_grad!([a, ys, k] lagrange(a, ys, *k));
    check_vjp!([a, ys] conv(a, ys));
    check_grad!([a] quick(a));
    check_grad!([ys] quick(ys));
    check_grad!([a] cumulative(a));
    let y = 0.4;
    check_vjp!([k, y] ordered(*k, *y));
}
