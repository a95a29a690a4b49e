//! Gradients of plain functions on floats and slices, beside the function itself and its gradient written by hand.

use chainrule::prelude::*;
use chainrule_benches::{Side, compare};
use std::hint::black_box;

/// The loss of one neuron.
#[differentiate(wrt(w, b))]
fn loss(w: f64, b: f64, x: f64, t: f64) -> f64 {
    let y = w * x + b;
    (y - t).powi(2)
}

fn loss_by_hand(w: f64, b: f64, x: f64, t: f64) -> (f64, (f64, f64)) {
    let error = w * x + b - t;
    (error * error, (2.0 * error * x, 2.0 * error))
}

/// The loss of a neuron with an activation.
#[differentiate(wrt(w, b))]
fn neuron(w: [f64; 2], b: f64, x: [f64; 2], t: f64) -> f64 {
    let y = (w[0] * x[0] + w[1] * x[1] + b).tanh();
    0.5 * (y - t).powi(2)
}

fn neuron_by_hand(w: [f64; 2], b: f64, x: [f64; 2], t: f64) -> (f64, ([f64; 2], f64)) {
    let y = (w[0] * x[0] + w[1] * x[1] + b).tanh();
    let error = y - t;
    let z_bar = error * (1.0 - y * y);
    (0.5 * error * error, ([z_bar * x[0], z_bar * x[1]], z_bar))
}

/// Prey and predators (Lotka and Volterra) by the classical Runge-Kutta method: the prey at the end.
#[differentiate(wrt(a, b, c, d))]
fn prey(a: f64, b: f64, c: f64, d: f64, steps: usize, h: f64) -> f64 {
    let mut x = 1.0;
    let mut y = 1.0;
    for _ in 0..steps {
        let x1 = a * x - b * x * y;
        let y1 = d * x * y - c * y;
        let (u, v) = (x + 0.5 * h * x1, y + 0.5 * h * y1);
        let x2 = a * u - b * u * v;
        let y2 = d * u * v - c * v;
        let (u, v) = (x + 0.5 * h * x2, y + 0.5 * h * y2);
        let x3 = a * u - b * u * v;
        let y3 = d * u * v - c * v;
        let (u, v) = (x + h * x3, y + h * y3);
        let x4 = a * u - b * u * v;
        let y4 = d * u * v - c * v;
        x += h / 6.0 * (x1 + 2.0 * x2 + 2.0 * x3 + x4);
        y += h / 6.0 * (y1 + 2.0 * y2 + 2.0 * y3 + y4);
    }
    x
}

/// Keeps the state of every step, computes the stages again on the way back.
fn prey_by_hand(
    p: [f64; 4],
    steps: usize,
    h: f64,
    states: &mut Vec<(f64, f64)>,
) -> (f64, [f64; 4]) {
    let [a, b, c, d] = p;
    let slope = |x: f64, y: f64| (a * x - b * x * y, d * x * y - c * y);
    let stages = |x: f64, y: f64| {
        let k1 = slope(x, y);
        let s2 = (x + 0.5 * h * k1.0, y + 0.5 * h * k1.1);
        let k2 = slope(s2.0, s2.1);
        let s3 = (x + 0.5 * h * k2.0, y + 0.5 * h * k2.1);
        let k3 = slope(s3.0, s3.1);
        let s4 = (x + h * k3.0, y + h * k3.1);
        (k1, k2, k3, slope(s4.0, s4.1), [s2, s3, s4])
    };
    states.clear();
    let (mut x, mut y) = (1.0, 1.0);
    for _ in 0..steps {
        states.push((x, y));
        let (k1, k2, k3, k4, _) = stages(x, y);
        x += h / 6.0 * (k1.0 + 2.0 * k2.0 + 2.0 * k3.0 + k4.0);
        y += h / 6.0 * (k1.1 + 2.0 * k2.1 + 2.0 * k3.1 + k4.1);
    }
    let mut p_bar = [0.0; 4];
    let (mut x_bar, mut y_bar) = (1.0, 0.0);
    for &(x0, y0) in states.iter().rev() {
        let (.., [s2, s3, s4]) = stages(x0, y0);
        // The cotangent of a stage's state, from that of its slope.
        let mut back = |(u, v): (f64, f64), (k_bar, l_bar): (f64, f64)| {
            let uv = u * v;
            p_bar[0] += k_bar * u;
            p_bar[1] -= k_bar * uv;
            p_bar[2] -= l_bar * v;
            p_bar[3] += l_bar * uv;
            (
                k_bar * (a - b * v) + l_bar * d * v,
                l_bar * (d * u - c) - k_bar * b * u,
            )
        };
        let (sx, sy) = (h / 6.0 * x_bar, h / 6.0 * y_bar);
        let g4 = back(s4, (sx, sy));
        let g3 = back(s3, (2.0 * sx + h * g4.0, 2.0 * sy + h * g4.1));
        let g2 = back(s2, (2.0 * sx + 0.5 * h * g3.0, 2.0 * sy + 0.5 * h * g3.1));
        let g1 = back((x0, y0), (sx + 0.5 * h * g2.0, sy + 0.5 * h * g2.1));
        x_bar += g1.0 + g2.0 + g3.0 + g4.0;
        y_bar += g1.1 + g2.1 + g3.1 + g4.1;
    }
    (x, p_bar)
}

/// A sum over slices with an iterator.
#[differentiate(wrt(w))]
fn residuals(w: &[f64], x: &[f64], t: &[f64]) -> f64 {
    w.iter()
        .zip(x)
        .zip(t)
        .map(|((w, x), t)| (w * x - t).powi(2))
        .sum()
}

/// The same in a loop.
#[differentiate(wrt(w))]
fn residuals_loop(w: &[f64], x: &[f64], t: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..w.len() {
        let error = w[i] * x[i] - t[i];
        sum += error * error;
    }
    sum
}

fn residuals_by_hand(w: &[f64], x: &[f64], t: &[f64], w_bar: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for (((w, x), t), w_bar) in w.iter().zip(x).zip(t).zip(w_bar) {
        let error = w * x - t;
        sum += error * error;
        *w_bar = 2.0 * error * x;
    }
    sum
}

fn main() {
    let points: Vec<[f64; 4]> = (0..256)
        .map(|i| [1, 2, 3, 4].map(|k| f64::from(i * k).sin()))
        .collect();
    assert_eq!(
        loss::value_and_grad(1.0, 2.0, 3.0, 4.0),
        loss_by_hand(1.0, 2.0, 3.0, 4.0)
    );
    compare(
        "loss of a neuron, 256 points",
        0.0,
        &mut [
            Side::new("chainrule", || {
                for &[w, b, x, t] in black_box(&points) {
                    black_box(loss::value_and_grad(w, b, x, t));
                }
            }),
            Side::new("by hand", || {
                for &[w, b, x, t] in black_box(&points) {
                    black_box(loss_by_hand(w, b, x, t));
                }
            }),
            Side::new("the function", || {
                for &[w, b, x, t] in black_box(&points) {
                    black_box(loss(w, b, x, t));
                }
            }),
        ],
    );

    let (_, by_hand) = neuron_by_hand([1.0, 2.0], 3.0, [0.5, -2.0], 4.0);
    let (_, grad) = neuron::value_and_grad([1.0, 2.0], 3.0, [0.5, -2.0], 4.0);
    assert!((by_hand.1 - grad.1).abs() < 1e-12);
    compare(
        "neuron with tanh, 256 points",
        0.0,
        &mut [
            Side::new("chainrule", || {
                for &[w, b, x, t] in black_box(&points) {
                    black_box(neuron::value_and_grad([w, b], x, [t, w], b));
                }
            }),
            Side::new("by hand", || {
                for &[w, b, x, t] in black_box(&points) {
                    black_box(neuron_by_hand([w, b], x, [t, w], b));
                }
            }),
            Side::new("the function", || {
                for &[w, b, x, t] in black_box(&points) {
                    black_box(neuron([w, b], x, [t, w], b));
                }
            }),
        ],
    );

    const STEPS: usize = 1000;
    let p = [1.1, 0.4, 0.4, 0.1];
    let mut states = Vec::with_capacity(STEPS);
    let (value, (a, b, c, d)) = prey::value_and_grad(p[0], p[1], p[2], p[3], STEPS, 0.01);
    let (expected, by_hand) = prey_by_hand(p, STEPS, 0.01, &mut states);
    assert!((value - expected).abs() < 1e-9);
    assert!(
        [a, b, c, d]
            .iter()
            .zip(by_hand)
            .all(|(x, y)| (x - y).abs() < 1e-9 * y.abs())
    );
    let mut g = (0.0, 0.0, 0.0, 0.0);
    compare(
        "Runge-Kutta, 1000 steps",
        0.0,
        &mut [
            Side::new("chainrule", || {
                let [a, b, c, d] = black_box(p);
                black_box(prey::value_and_grad_into(a, b, c, d, STEPS, 0.01, &mut g));
            }),
            Side::new("by hand", || {
                black_box(prey_by_hand(black_box(p), STEPS, 0.01, &mut states));
            }),
            Side::new("the function", || {
                let [a, b, c, d] = black_box(p);
                black_box(prey(a, b, c, d, STEPS, 0.01));
            }),
        ],
    );

    for n in [1_000, 100_000] {
        let [w, x, t] =
            [1, 2, 3].map(|k| (0..n).map(|i| f64::from(i * k).sin()).collect::<Vec<_>>());
        let (mut g, mut g_loop, mut w_bar) =
            (vec![0.0; w.len()], vec![0.0; w.len()], vec![0.0; w.len()]);
        let expected = residuals_by_hand(&w, &x, &t, &mut w_bar);
        for value in [
            residuals::value_and_grad_into(&w, &x, &t, &mut g),
            residuals_loop::value_and_grad_into(&w, &x, &t, &mut g_loop),
        ] {
            assert!((value - expected).abs() < 1e-9 * expected);
        }
        assert!(g == w_bar && g_loop == w_bar);
        compare(
            &format!("sum of squares over slices of {n}"),
            0.0,
            &mut [
                Side::new("chainrule, iterator", || {
                    black_box(residuals::value_and_grad_into(
                        black_box(&w),
                        &x,
                        &t,
                        &mut g,
                    ));
                }),
                Side::new("by hand", || {
                    black_box(residuals_by_hand(black_box(&w), &x, &t, &mut w_bar));
                }),
                Side::new("chainrule, loop", || {
                    black_box(residuals_loop::value_and_grad_into(
                        black_box(&w),
                        &x,
                        &t,
                        &mut g_loop,
                    ));
                }),
                Side::new("the function, iterator", || {
                    black_box(residuals(black_box(&w), &x, &t));
                }),
                Side::new("the function, loop", || {
                    black_box(residuals_loop(black_box(&w), &x, &t));
                }),
            ],
        );
    }
}
