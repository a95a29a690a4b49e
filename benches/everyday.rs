//! Gradients of everyday loops, beside the functions themselves: what a sweep costs that nobody has tuned.

#![allow(clippy::needless_range_loop)]

use chainrule::prelude::*;
use chainrule_benches::{Side, measure};
use std::hint::black_box;

/// Logistic regression, by indices.
#[differentiate(wrt(w))]
fn logistic(w: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let d = w.len();
    let n = y.len();
    let mut loss = 0.0;
    for i in 0..n {
        let mut z = 0.0;
        for j in 0..d {
            z += w[j] * x[i * d + j];
        }
        loss += z.max(0.0) - z * y[i] + (1.0 + (-z.abs()).exp()).ln();
    }
    loss / n as f64
}

/// The same, by iterators.
#[differentiate(wrt(w))]
fn logistic_rows(w: &[f64], x: &[Vec<f64>], y: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (row, t) in x.iter().zip(y) {
        let z: f64 = row.iter().zip(w).map(|(a, b)| a * b).sum();
        loss += z.max(0.0) - z * t + (1.0 + (-z.abs()).exp()).ln();
    }
    loss / y.len() as f64
}

/// A perceptron with one hidden layer.
#[differentiate(wrt(w1, w2))]
fn mlp(w1: &[Vec<f64>], w2: &[f64], xs: &[Vec<f64>], ys: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (x, y) in xs.iter().zip(ys) {
        let mut out = 0.0;
        for (row, v) in w1.iter().zip(w2) {
            let h: f64 = row.iter().zip(x).map(|(a, b)| a * b).sum();
            out += v * h.tanh();
        }
        loss += (out - y).powi(2);
    }
    loss
}

/// Squares of a product of matrices.
#[differentiate]
fn matmul(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let n = a.len();
    let m = b[0].len();
    let mut c = vec![vec![0.0; m]; n];
    for i in 0..n {
        for j in 0..m {
            for k in 0..b.len() {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        for j in 0..m {
            s += c[i][j] * c[i][j];
        }
    }
    s
}

/// The heat equation, two lists in turns.
#[differentiate]
fn heat(u0: &[f64], k: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        next[0] = u[0];
        next[n - 1] = u[n - 1];
        std::mem::swap(&mut u, &mut next);
    }
    u.iter().map(|v| v * v).sum()
}

/// Burgers' equation, from a copy of the last step.
#[differentiate]
fn burgers(u0: &[f64], nu: f64, dt: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    for _ in 0..steps {
        let old = u.clone();
        for i in 1..n - 1 {
            u[i] = old[i] - dt * old[i] * (old[i] - old[i - 1])
                + nu * (old[i + 1] - 2.0 * old[i] + old[i - 1]);
        }
    }
    u.iter().sum()
}

/// The potential of bodies that attract each other.
#[differentiate]
fn energy(pos: &[[f64; 3]], mass: &[f64]) -> f64 {
    let mut e = 0.0;
    for i in 0..pos.len() {
        for j in 0..i {
            let mut r2 = 1e-6;
            for k in 0..3 {
                let d = pos[i][k] - pos[j][k];
                r2 += d * d;
            }
            e -= mass[i] * mass[j] / r2.sqrt();
        }
    }
    e
}

/// Dynamic time warping.
#[differentiate]
fn dtw(a: &[f64], b: &[f64]) -> f64 {
    let (n, m) = (a.len(), b.len());
    let mut d = vec![vec![f64::INFINITY; m + 1]; n + 1];
    d[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let cost = (a[i - 1] - b[j - 1]).powi(2);
            d[i][j] = cost + d[i - 1][j].min(d[i][j - 1]).min(d[i - 1][j - 1]);
        }
    }
    d[n][m]
}

/// A convolution and an activation.
#[differentiate]
fn conv(x: &[f64], k: &[f64]) -> f64 {
    let n = x.len() - k.len() + 1;
    let mut y = vec![0.0; n];
    for i in 0..n {
        for j in 0..k.len() {
            y[i] += x[i + j] * k[j];
        }
        y[i] = y[i].tanh();
    }
    y.iter().map(|v| v * v).sum()
}

/// A recurrent layer, step by step.
#[differentiate]
fn rnn(w: &[f64], u: &[f64], x: &[f64], h0: &[f64]) -> f64 {
    let n = h0.len();
    let mut h = h0.to_vec();
    let mut loss = 0.0;
    for &xt in x {
        let mut new = vec![0.0; n];
        for i in 0..n {
            let mut s = u[i] * xt;
            for j in 0..n {
                s += w[i * n + j] * h[j];
            }
            new[i] = s.tanh();
        }
        h = new;
        loss += h[0] * h[0];
    }
    loss
}

/// The logarithm of a determinant, by Cholesky.
#[differentiate]
fn cholesky(a: &[Vec<f64>]) -> f64 {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    let mut logdet = 0.0;
    for i in 0..n {
        for j in 0..=i {
            let mut s = a[i][j];
            for k in 0..j {
                s -= l[i][k] * l[j][k];
            }
            if i == j {
                l[i][i] = s.sqrt();
                logdet += 2.0 * l[i][i].ln();
            } else {
                l[i][j] = s / l[j][j];
            }
        }
    }
    logdet
}

/// Moving averages.
#[differentiate]
fn scan(x: &[f64], decay: f64) -> f64 {
    let mut m = 0.0;
    let mut v = 0.0;
    let mut out = 0.0;
    for &x in x {
        m = decay * m + (1.0 - decay) * x;
        v = decay * v + (1.0 - decay) * (x - m) * (x - m);
        out += m / (v + 1e-3).sqrt();
    }
    out
}

/// Polynomials by Horner.
#[differentiate]
fn poly(c: &[f64], x: &[f64]) -> f64 {
    let mut s = 0.0;
    for &t in x {
        let mut p = 0.0;
        for &a in c.iter().rev() {
            p = p * t + a;
        }
        s += p * p;
    }
    s
}
/// The gradient beside the function, with the same arguments.
macro_rules! beside {
    ($name:ident($($arg:expr),+)) => {{
        let mut gradient = $name::grad($($arg),+);
        measure(
            stringify!($name),
            &mut [
                Side::new("gradient", || {
                    black_box($name::value_and_grad_into($(black_box($arg)),+, &mut gradient));
                }),
                Side::new("the function", || {
                    black_box($name($(black_box($arg)),+));
                }),
            ],
        );
    }};
}

fn main() {
    let mut rng = Rng::seed(3);
    let mut numbers =
        |count: usize| -> Vec<f64> { (0..count).map(|_| rng.uniform() - 0.5).collect() };
    let rows = |list: &[f64], length| -> Vec<Vec<f64>> {
        list.chunks(length).map(<[f64]>::to_vec).collect()
    };

    let (w, x, y) = (numbers(20), numbers(20_000), numbers(1000));
    beside!(logistic(&w, &x, &y));
    let x = rows(&x, 20);
    beside!(logistic_rows(&w, &x, &y));
    let (inner, outer) = (rows(&numbers(320), 20), numbers(16));
    beside!(mlp(&inner, &outer, &x, &y));
    let (a, b) = (rows(&numbers(1600), 40), rows(&numbers(1600), 40));
    beside!(matmul(&a, &b));
    let u = numbers(200);
    beside!(heat(&u, 0.1, 200));
    beside!(burgers(&u, 0.1, 0.1, 200));
    let bodies: Vec<[f64; 3]> = (0..100).map(|_| [(); 3].map(|()| numbers(1)[0])).collect();
    let masses = numbers(100);
    beside!(energy(&bodies, &masses));
    let (a, b) = (numbers(100), numbers(100));
    beside!(dtw(&a, &b));
    let (signal, kernel) = (numbers(2000), numbers(9));
    beside!(conv(&signal, &kernel));
    let (w, v, inputs, start) = (numbers(256), numbers(16), numbers(200), numbers(16));
    beside!(rnn(&w, &v, &inputs, &start));
    let (n, root) = (30, rows(&numbers(900), 30));
    let product =
        |i: usize, j: usize| -> f64 { root[i].iter().zip(&root[j]).map(|(a, b)| a * b).sum() };
    let definite: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| product(i, j) + f64::from(i == j)).collect())
        .collect();
    beside!(cholesky(&definite));
    let series = numbers(5000);
    beside!(scan(&series, 0.9));
    let coefficients = numbers(8);
    beside!(poly(&coefficients, &series));
}
