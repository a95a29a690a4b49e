//! Programs of numerical everyday life, written as they come.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn simplex(start: [f64; 2], scale: f64, steps: usize) -> f64 {
    let objective = |p: &[f64; 2]| (1.0 - p[0]).powi(2) + 5.0 * (p[1] - p[0] * p[0]).powi(2);
    let mut points: Vec<([f64; 2], f64)> = vec![
        start,
        [start[0] + scale, start[1]],
        [start[0], start[1] + scale],
    ]
    .into_iter()
    .map(|p| (p, objective(&p)))
    .collect();
    for _ in 0..steps {
        points.sort_by(|a, b| a.1.total_cmp(&b.1));
        let centre = [
            0.5 * (points[0].0[0] + points[1].0[0]),
            0.5 * (points[0].0[1] + points[1].0[1]),
        ];
        let worst = points[2].0;
        let reflected = [2.0 * centre[0] - worst[0], 2.0 * centre[1] - worst[1]];
        let value = objective(&reflected);
        if value < points[2].1 {
            points[2] = (reflected, value);
        } else {
            let shrunk = [0.5 * (centre[0] + worst[0]), 0.5 * (centre[1] + worst[1])];
            points[2] = (shrunk, objective(&shrunk));
        }
    }
    points.iter().map(|(_, v)| v).sum()
}

#[derive(Clone, Debug, Default, Differentiable)]
struct Welford {
    n: f64,
    mean: f64,
    m2: f64,
}
#[differentiate]
impl Welford {
    fn push(&mut self, x: f64) {
        self.n += 1.0;
        let d = x - self.mean;
        self.mean += d / self.n;
        self.m2 += d * (x - self.mean);
    }
    fn variance(&self) -> Option<f64> {
        if self.n < 2.0 {
            None
        } else {
            Some(self.m2 / (self.n - 1.0))
        }
    }
}
#[differentiate]
fn variance_of(x: &[f64], k: f64) -> f64 {
    let mut stats = Welford::default();
    let mut other = Welford {
        n: 0.0,
        mean: k,
        m2: 0.0,
    };
    x.iter().for_each(|&v| stats.push(v * k));
    let mut feed = |v: f64| {
        other.push(v);
        other.mean
    };
    let means: Vec<f64> = x.iter().map(|v| feed(v + k)).collect();
    stats.variance().unwrap_or(0.0)
        + other.variance().map_or(1.0, |v| v.sqrt())
        + means.iter().product::<f64>()
}

#[differentiate]
fn monte_carlo(spot: f64, sigma: f64, paths: usize) -> f64 {
    let mut seed = 42_u64;
    let mut uniform = move || {
        seed = seed
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (seed >> 33) as f64 / (1u64 << 31) as f64
    };
    let mut normal = || {
        let (u1, u2) = (uniform().max(1e-12), uniform());
        (-2.0 * u1.ln()).sqrt() * (2.0 * std::f64::consts::PI * u2).cos()
    };
    let mut total = 0.0;
    for _ in 0..paths {
        let z = normal();
        for sign in [1.0, -1.0] {
            let end = spot * (sigma * sign * z - 0.5 * sigma * sigma).exp();
            total += (end - 1.0).max(0.0);
        }
    }
    total / (2 * paths) as f64
}

#[derive(Clone, Debug, Differentiable)]
struct Csr {
    values: Vec<f64>,
    #[differentiable(skip)]
    columns: Vec<usize>,
    #[differentiable(skip)]
    rows: Vec<usize>,
}
#[differentiate]
impl Csr {
    fn mul(&self, x: &[f64]) -> Vec<f64> {
        (0..self.rows.len() - 1)
            .map(|i| {
                let entries =
                    (self.rows[i]..self.rows[i + 1]).map(|k| self.values[k] * x[self.columns[k]]);
                entries.sum()
            })
            .collect()
    }
}
#[differentiate]
fn rayleigh(a: &Csr, x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for _ in 0..3 {
        v = a.mul(&v);
        let norm = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        v.iter_mut().for_each(|v| *v /= norm);
    }
    let w = a.mul(&v);
    v.iter().zip(&w).map(|(a, b)| a * b).sum()
}

#[differentiate]
fn log_det(a: &[Vec<f64>]) -> Option<f64> {
    let n = a.len();
    let mut lu: Vec<Vec<f64>> = a.to_vec();
    let mut sum = 0.0;
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| lu[i][k].abs().total_cmp(&lu[j][k].abs()))?;
        if lu[pivot][k].abs() < 1e-12 {
            return None;
        }
        lu.swap(k, pivot);
        sum += lu[k][k].abs().ln();
        for i in k + 1..n {
            let factor = lu[i][k] / lu[k][k];
            for j in k..n {
                let upper = lu[k][j];
                lu[i][j] -= factor * upper;
            }
        }
    }
    Some(sum)
}

#[test]
fn programs_of_every_day() {
    let (start, scale) = ([-0.5, 0.8], 0.3);
    check_grad!([start, scale] simplex(*start, *scale, 12));
    let (x, k) = (vec![0.4, 1.2, -0.7], 0.8);
    check_grad!([x, k] variance_of(x, *k));
    let (spot, sigma) = (1.02, 0.3);
    check_grad!([spot, sigma] monte_carlo(*spot, *sigma, 8));
    let a = Csr {
        values: vec![2.0, 0.5, 1.5, 0.3, 1.0],
        columns: vec![0, 1, 1, 2, 2],
        rows: vec![0, 2, 4, 5],
    };
    let v = vec![0.5, 0.7, 0.2];
    check_grad!([a, v] rayleigh(a, v));
    let m = vec![
        vec![0.1, 2.0, 0.5],
        vec![1.5, 0.3, -0.7],
        vec![0.4, -1.0, 2.0],
    ];
    let (_, pullback) = log_det::vjp(&m);
    gradcheck(
        |m: &Vec<Vec<f64>>| log_det(m).unwrap(),
        &m,
        &pullback(Some(1.0)),
    )
    .unwrap();
}
