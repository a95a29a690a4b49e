//! Small programs with closures over lists, tables and arrays.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_vjp};
#[differentiate]
fn power_iteration(x: &[f64], k: f64) -> f64 {
    let norm = |v: &[f64]| v.iter().map(|a| a * a).sum::<f64>().sqrt();
    let unit = |v: &[f64]| -> Vec<f64> {
        let n = norm(v);
        v.iter().map(|a| a / n).collect()
    };
    let mut v = unit(x);
    for _ in 0..3 {
        let w: Vec<f64> = v
            .iter()
            .enumerate()
            .map(|(i, a)| a * (1.0 + k * i as f64))
            .collect();
        v = unit(&w);
        if norm(&v[1..]) < 0.1 {
            break;
        }
    }
    v[0] * v.last().copied().unwrap_or_default()
}
#[differentiate]
fn cheapest_path(grid: &[Vec<f64>], k: f64) -> f64 {
    let at = |i: usize, j: usize| grid[i][j];
    let (n, m) = (grid.len(), grid[0].len());
    let mut cost = vec![vec![f64::INFINITY; m]; n];
    cost[0][0] = at(0, 0);
    for i in 0..n {
        for j in 0..m {
            if i == 0 && j == 0 {
                continue;
            }
            let mut best = f64::INFINITY;
            if i > 0 {
                best = best.min(cost[i - 1][j]);
            }
            if j > 0 {
                best = best.min(cost[i][j - 1] + k);
            }
            cost[i][j] = best + at(i, j);
        }
    }
    cost[n - 1][m - 1]
}
#[differentiate]
fn table_of_names(x: f64) -> f64 {
    let table = [("a", 1.0), ("b", 2.0)];
    let mut s = 0.0;
    for (name, w) in table.iter() {
        if *name == "b" {
            s += w * x;
        } else {
            s += x.powf(*w + 1.5);
        }
    }
    for (i, (_, w)) in table.iter().enumerate() {
        s *= w + i as f64;
    }
    s
}
#[differentiate]
fn parts(x: &[f64]) -> (Vec<f64>, f64) {
    let (pos, neg): (Vec<f64>, Vec<f64>) = (
        x.iter().copied().filter(|v| *v > 0.0).collect(),
        x.iter().copied().filter(|v| *v <= 0.0).collect(),
    );
    let total = pos.iter().sum::<f64>() - neg.iter().map(|v| v.abs()).sum::<f64>();
    (pos, total)
}
#[differentiate]
fn of_parts(x: &[f64]) -> f64 {
    let (p, t) = parts(x);
    p.iter().map(|v| v * v).sum::<f64>() * t
}
#[differentiate]
fn ring_buffer(x: f64, n: usize) -> f64 {
    let mut v = [0.0; 4];
    let mut i = 0;
    loop {
        v[i % 4] += x * (i as f64 + 1.0);
        i += 1;
        let s: f64 = v.iter().sum();
        if s > 20.0 {
            break s * v[0];
        }
        if i >= n {
            break if s > 1.0 { s } else { s * s };
        }
    }
}
#[differentiate]
fn reversed(x: &[f64; 4]) -> [f64; 4] {
    let mut y = *x;
    y.reverse();
    y.swap(0, 1);
    let [a, b, c, d] = y;
    [a * b, b + c, c - d, d]
}
#[differentiate]
fn rayleigh(m: &[[f64; 2]; 2], v: [f64; 2]) -> f64 {
    let mv = |m: &[[f64; 2]; 2], v: [f64; 2]| {
        [
            m[0][0] * v[0] + m[0][1] * v[1],
            m[1][0] * v[0] + m[1][1] * v[1],
        ]
    };
    let mut w = v;
    for _ in 0..5 {
        let u = mv(m, w);
        let n = u[0].hypot(u[1]);
        w = [u[0] / n, u[1] / n];
    }
    let u = mv(m, w);
    u.iter().zip(w).map(|(a, b)| a * b).sum()
}

#[test]
fn programs() {
    let (a, k) = (vec![1.0, 2.0, -0.5, 3.0, 0.6], 0.7);
    check_grad!([a, k] power_iteration(a, *k));
    let g = vec![
        vec![0.5, 1.0, 0.2],
        vec![0.1, 2.0, 0.4],
        vec![0.9, 0.3, 0.7],
    ];
    check_grad!([g, k] cheapest_path(g, *k));
    check!(table_of_names(x in 0.2..2.0));
    check_grad!([a] of_parts(a));
    for n in [1, 2, 7, 20] {
        check_grad!([k] ring_buffer(*k, n));
    }
    let x = [0.4, 0.9, -0.3, 1.2];
    check_vjp!([x] reversed(x));
    let (m, v) = ([[2.0, 0.5], [0.3, 1.0]], [0.6, 0.8]);
    check_grad!([m, v] rayleigh(m, *v));
}

#[differentiate]
fn mapped(a: [f64; 3], b: &[f64; 3], k: f64) -> f64 {
    let scale = |x: f64| x * k;
    let doubled = a.map(|x| 2.0 * x * k);
    let others = b.map(scale).map(f64::sin);
    doubled[0] * others[1] + doubled[2] * others[2]
}

#[test]
fn arrays_are_mapped() {
    let (a, b, k) = ([0.3, 0.4, -0.6], [1.5, 0.2, 0.7], 0.8);
    check_grad!([a, b, k] mapped(*a, b, *k));
}

/// Arrays made of arrays of something else.
#[differentiate]
fn mapped_to_others(x: &[f64], k: f64, corners: [usize; 3]) -> f64 {
    let [a, b, c] = corners.map(|i| x[i] * k);
    let rows = corners.map(|i| [x[i], x[i] * k]);
    let pairs = [x[0], k].map(|v| (v, v * v));
    let [(p, q), (r, _)] = pairs;
    let ends = [0, x.len() - 1].map(|i| x[i]);
    let scaled = [x[0], k].map(|v| {
        let w = v * k;
        w.sin()
    });
    let sums = rows.map(|[a, b]| a + b * k);
    let flat: f64 = sums.iter().sum();
    a * b - c + rows[0][1] * rows[2][0] + p * q - r + scaled[0] * scaled[1] + flat * ends[1]
        - ends[0]
}

#[derive(Clone, Differentiable)]
struct Mesh {
    nodes: Vec<[f64; 2]>,
    triangles: Vec<[usize; 3]>,
}

#[differentiate]
impl Mesh {
    fn area(&self, t: usize) -> f64 {
        let [a, b, c] = self.triangles[t].map(|i| self.nodes[i]);
        0.5 * ((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))
    }
}

#[test]
fn arrays_of_something_else() {
    let (x, k) = (vec![0.7, -0.4, 1.2, 0.3], 1.3);
    check_grad!([x, k] mapped_to_others(x, *k, [3, 0, 2]));
    let mesh = Mesh {
        nodes: vec![[0.0, 0.1], [1.0, 0.3], [0.4, 0.9]],
        triangles: vec![[0, 2, 1], [0, 1, 2]],
    };
    gradcheck(|mesh: &Mesh| mesh.area(1), &mesh, &mesh.area_grad(1)).unwrap();
}
