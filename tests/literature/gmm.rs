//! Derivatives of Gaussian mixtures.

use crate::programs::gmm::*;
use crate::{assert_close, assert_slopes, uniform};
use chainrule::prelude::*;
use chainrule_tests::{assert_identical, assert_near, spoiled};
use std::f64::consts::PI;

const GAMMA: f64 = 0.7;
const FREEDOM: i32 = 2;

struct Problem {
    alpha: Vec<f64>,
    mu: Vec<f64>,
    icf: Vec<f64>,
    x: Vec<f64>,
}

fn problem(d: usize, components: usize, points: usize) -> Problem {
    let mut rng = Rng::seed(7);
    let mut numbers = |count| uniform(count, (-1.0, 1.0), &mut rng);
    Problem {
        alpha: numbers(components),
        mu: numbers(components * d),
        icf: numbers(components * d * (d + 1) / 2),
        x: numbers(points * d).iter().map(|x| 2.0 * x).collect(),
    }
}

/// With responsibilities r = softmax(terms) and y = Q (x − mu), every derivative is a sum of r times a product.
fn closed_form(problem: &Problem) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let Problem { alpha, mu, icf, x } = problem;
    let d = mu.len() / alpha.len();
    let row = d * (d + 1) / 2;
    let points = x.chunks(d);
    let count = points.len() as f64;
    let softmax = |terms: &[f64]| {
        let sum: f64 = terms.iter().map(|t| t.exp()).sum();
        terms.iter().map(|t| t.exp() / sum).collect::<Vec<_>>()
    };
    let matrix = |k: usize, j: usize, i: usize| {
        let q = &icf[k * row..(k + 1) * row];
        match j.cmp(&i) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => q[i].exp(),
            std::cmp::Ordering::Greater => {
                q[d + (0..i).map(|i| d - 1 - i).sum::<usize>() + j - i - 1]
            }
        }
    };
    let mut alpha_bar: Vec<f64> = softmax(alpha).iter().map(|r| -count * r).collect();
    let (mut mu_bar, mut icf_bar) = (vec![0.0; mu.len()], vec![0.0; icf.len()]);
    for x in points {
        let mut z = Vec::new();
        let mut y = Vec::new();
        let mut terms = Vec::new();
        for k in 0..alpha.len() {
            let z_k: Vec<f64> = (0..d).map(|i| x[i] - mu[k * d + i]).collect();
            let y_k: Vec<f64> = (0..d)
                .map(|j| (0..d).map(|i| matrix(k, j, i) * z_k[i]).sum())
                .collect();
            let logs: f64 = icf[k * row..k * row + d].iter().sum();
            terms.push(alpha[k] + logs - 0.5 * y_k.iter().map(|y| y * y).sum::<f64>());
            z.push(z_k);
            y.push(y_k);
        }
        for (k, r) in softmax(&terms).into_iter().enumerate() {
            alpha_bar[k] += r;
            let mut place = k * row + d;
            for i in 0..d {
                let back: f64 = (0..d).map(|j| matrix(k, j, i) * y[k][j]).sum();
                mu_bar[k * d + i] += r * back;
                icf_bar[k * row + i] += r * (1.0 - matrix(k, i, i) * z[k][i] * y[k][i]);
                for j in i + 1..d {
                    icf_bar[place] -= r * z[k][i] * y[k][j];
                    place += 1;
                }
            }
        }
    }
    for (place, icf_bar) in icf_bar.iter_mut().enumerate() {
        *icf_bar += GAMMA
            * GAMMA
            * match place % row < d {
                true => (2.0 * icf[place]).exp(),
                false => icf[place],
            };
        if place % row < d {
            *icf_bar -= f64::from(FREEDOM);
        }
    }
    (alpha_bar, mu_bar, icf_bar)
}

#[test]
fn gradients_are_the_closed_form() {
    for (d, components, points) in [(1, 1, 3), (2, 3, 20), (10, 5, 200)] {
        let problem = problem(d, components, points);
        let Problem { alpha, mu, icf, x } = &problem;
        let (value, gradient) = log_posterior::value_and_grad(alpha, mu, icf, x, GAMMA, FREEDOM);
        assert_eq!(value, log_posterior(alpha, mu, icf, x, GAMMA, FREEDOM));
        let mut into = spoiled(&gradient);
        log_posterior::value_and_grad_into(alpha, mu, icf, x, GAMMA, FREEDOM, &mut into);
        assert_identical(&into, &gradient);
        // The pullback adds up in the other order.
        let (again, pullback) = log_posterior::vjp(alpha, mu, icf, x, GAMMA, FREEDOM);
        assert_eq!(value, again);
        assert_close(&pullback(1.0), &gradient, 1e-13);
        assert_close(&gradient, &closed_form(&problem), 1e-12);
        assert_slopes(
            |(alpha, mu, icf)| log_posterior(alpha, mu, icf, x, GAMMA, FREEDOM),
            &(alpha.clone(), mu.clone(), icf.clone()),
            &gradient,
            1e-4,
            1e-8,
        );
    }
}

#[test]
fn log_sum_exp_does_not_overflow() {
    let x = [1000.0, 1000.0, -1000.0];
    let (value, gradient) = log_sum_exp::value_and_grad(&x);
    assert_eq!(value, 1000.0 + 2.0_f64.ln());
    assert_near(&gradient, &vec![0.5, 0.5, 0.0], 1e-15);
}

/// Of one component in one dimension the density is a normal one.
#[test]
fn one_component_is_a_normal_distribution() {
    let (mu, log_precision, x) = (0.3, -0.4, [1.0, -0.5]);
    let of_x = |x: f64| {
        let y = log_precision.exp() * (x - mu);
        log_precision - 0.5 * y * y - 0.5 * (2.0 * PI).ln()
    };
    // The prior at gamma = 1 and m = 0: half a square, less the constant of two degrees of freedom.
    let prior = 0.5 * (2.0 * log_precision).exp() + 2.0_f64.ln();
    let expected = of_x(x[0]) + of_x(x[1]) + prior;
    let value = log_posterior(&[2.0], &[mu], &[log_precision], &x, 1.0, 0);
    assert_near(&value, &expected, 1e-14);
}
