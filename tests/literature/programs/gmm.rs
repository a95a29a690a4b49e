//! Log-likelihood of a mixture of Gaussians with full covariances, under a Wishart prior on the precisions.

use chainrule::prelude::*;
use std::f64::consts::PI;

/// The largest is taken out, so that no exponential overflows.
#[differentiate]
pub(crate) fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = x.iter().map(|x| (x - largest).exp()).sum();
    largest + sum.ln()
}

/// Component k has the weight `alpha[k]` before the softmax, the mean in row k of `mu`, and the square root of its precision in
/// row k of `icf`: the logarithms of the diagonal of a lower triangular matrix Q, then what is below it, column by column.
/// Points are rows of `x`.
#[differentiate(wrt(alpha, mu, icf))]
pub(crate) fn log_posterior(
    alpha: &[f64],
    mu: &[f64],
    icf: &[f64],
    x: &[f64],
    gamma: f64,
    extra_freedom: i32,
) -> f64 {
    let components = alpha.len();
    let d = mu.len() / components;
    let points = x.len() / d;
    let row = d * (d + 1) / 2;

    let mut diagonal = vec![0.0; components * d];
    let mut log_determinant = vec![0.0; components];
    for k in 0..components {
        for i in 0..d {
            log_determinant[k] += icf[k * row + i];
            diagonal[k * d + i] = icf[k * row + i].exp();
        }
    }

    let mut total = 0.0;
    for n in 0..points {
        let mut terms = vec![0.0; components];
        let mut centered = vec![0.0; d];
        let mut scaled = vec![0.0; d];
        for k in 0..components {
            for i in 0..d {
                centered[i] = x[n * d + i] - mu[k * d + i];
                scaled[i] = diagonal[k * d + i] * centered[i];
            }
            for i in 0..d {
                let z = centered[i];
                let column = k * row + d + i * (2 * d - i - 1) / 2;
                for j in i + 1..d {
                    scaled[j] += icf[column + j - i - 1] * z;
                }
            }
            let squares: f64 = scaled.iter().map(|y| y * y).sum();
            terms[k] = alpha[k] + log_determinant[k] - 0.5 * squares;
        }
        total += log_sum_exp(&terms);
    }

    let mut prior = 0.0;
    for k in 0..components {
        let mut squares = 0.0;
        for i in 0..d {
            squares += diagonal[k * d + i] * diagonal[k * d + i];
        }
        for below in k * row + d..(k + 1) * row {
            squares += icf[below] * icf[below];
        }
        prior += 0.5 * gamma * gamma * squares - f64::from(extra_freedom) * log_determinant[k];
    }

    let (n, d) = (points as f64, d as f64);
    total - 0.5 * n * d * (2.0 * PI).ln() - n * log_sum_exp(alpha) + prior
        - components as f64 * log_wishart_constant(d, gamma, extra_freedom)
}

/// The logarithm of the constant of the Wishart density.
fn log_wishart_constant(d: f64, gamma: f64, extra_freedom: i32) -> f64 {
    let freedom = d + f64::from(extra_freedom) + 1.0;
    let log_gammas: f64 = (0..d as u32)
        .map(|j| log_gamma(0.5 * (freedom - f64::from(j))))
        .sum();
    freedom * d * (gamma.ln() - 0.5 * 2.0_f64.ln()) - 0.25 * d * (d - 1.0) * PI.ln() - log_gammas
}

/// The logarithm of the gamma function at half an integer.
fn log_gamma(x: f64) -> f64 {
    if x > 1.0 {
        (x - 1.0).ln() + log_gamma(x - 1.0)
    } else if x == 1.0 {
        0.0
    } else {
        0.5 * PI.ln()
    }
}
