//! `std::array::from_fn`: arrays of any element, whose length only rustc knows.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp};
use std::array::from_fn;

#[differentiate]
fn squares(x: &[f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| x[i] * x[i])
}

#[differentiate]
fn product(a: &[[f64; 3]; 2], b: &[[f64; 2]; 3]) -> [[f64; 2]; 2] {
    core::array::from_fn(|i| core::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

#[test]
fn returned() {
    let x = [0.3, 0.9, 1.4];
    check_vjp!([x] squares(x));
    let a = [[0.3, 0.2, 0.1], [0.4, 0.5, 0.6]];
    let b = [[0.1, 0.7], [0.4, 0.2], [0.9, 0.4]];
    check_vjp!([a, b] product(a, b));
}

#[differentiate]
fn declared(x: f64, k: f64) -> f64 {
    let a: [f64; 4] = from_fn(|i| {
        let t = x * i as f64;
        t.sin() * k
    });
    let b = from_fn::<f64, 2, _>(|i| a[i] * a[i + 1]);
    let mut so_far = k;
    let c: [f64; 3] = from_fn(|i| {
        so_far += a[i] * x;
        so_far
    });
    a.iter().sum::<f64>() * b[1] + b.iter().map(|v| v * v).sum::<f64>() + c[2] * so_far
}

#[derive(Clone, Debug, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn of_structs(p: &Point, k: f64) -> f64 {
    let points: [Point; 3] = from_fn(|i| Point {
        x: p.x * i as f64,
        y: p.y + k,
    });
    let rows: [Vec<f64>; 2] = from_fn(|i| vec![k; i + 1]);
    let pairs: [(f64, f64); 2] = from_fn(|i| (k * i as f64, p.x));
    let total = |q: &[f64; 3]| q.iter().sum::<f64>();
    let areas = from_fn(|i| points[i].x * points[i].y);
    points[1].x * points[2].y + rows[1][1] * rows[0][0] + pairs[1].0 * pairs[0].1 + total(&areas)
}

#[differentiate]
fn generic<T: Float>(x: T) -> T {
    let a: [T; 3] = from_fn(|_| x * x);
    let mut y = a;
    for _ in 0..2 {
        y = from_fn(|i| y[i] * a[i] + y[(i + 1) % 3]);
    }
    y[0] + y[1] * y[2]
}

#[differentiate]
fn passed_on(x: [f64; 3]) -> f64 {
    let y = squares(&from_fn(|i| x[i].sin()));
    let double = |i: usize| x[i] * 2.0;
    let z: [f64; 2] = from_fn(double);
    y[0] * y[1] + z[1] * y[2]
}

#[test]
fn used() {
    let (x, k) = (0.7, 1.3);
    check_grad!([x, k] declared(*x, *k));
    let p = Point { x: 0.3, y: 0.8 };
    check_grad!([p, k] of_structs(p, *k));
    check_grad!(both [x] generic(*x));
    let v = [0.3, 0.9, 1.4];
    check_grad!([v] passed_on(*v));
}

#[allow(unused_variables, reason = "what is not read is made all the same")]
#[differentiate]
fn unread(x: f64, y: &[f64; 2], n: usize) -> f64 {
    let _a = from_fn::<f64, 3, _>(|_| x);
    let _b: [[f64; 2]; 2] = from_fn(|i| from_fn(|j| x * y[i] * y[j]));
    let c = [from_fn::<f64, 2, _>(|i| x * y[i]), [x, 3.0]];
    for _ in 0..n {
        let _d: [f64; 2] = from_fn(|i| y[i]);
    }
    x * c[1][0] * y[0]
}

#[test]
fn what_nobody_reads() {
    let (x, y) = (0.7, [0.3, 0.9]);
    for n in [0, 2] {
        check_grad!([x, y] unread(*x, y, n));
    }
}

#[differentiate]
fn early(x: f64, k: f64, n: usize) -> [f64; 2] {
    match n {
        0 => return from_fn(|i| x * i as f64 + k),
        1 if x > k => return from_fn::<f64, 2, _>(|_| x * k),
        _ => {}
    }
    from_fn(|i| k.powi(i as i32 + 1))
}

#[test]
fn returned_early() {
    for (x, k) in [(0.7, 0.4), (0.3, 0.9)] {
        for n in [0, 1, 2] {
            check_vjp!([x, k] early(*x, *k, n));
        }
    }
}
