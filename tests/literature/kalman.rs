//! A Kalman filter that tracks position and velocity: the likelihood of what was measured.

use chainrule::prelude::*;
use std::f64::consts::PI;

type Matrix2 = [[f64; 2]; 2];

/// What is not known of the motion and of the measurements, as logarithms of variances.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Noise {
    acceleration: f64,
    measurement: f64,
}

#[differentiate]
fn product(a: Matrix2, b: Matrix2) -> Matrix2 {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

#[differentiate]
fn sum(a: Matrix2, b: Matrix2) -> Matrix2 {
    [
        [a[0][0] + b[0][0], a[0][1] + b[0][1]],
        [a[1][0] + b[1][0], a[1][1] + b[1][1]],
    ]
}

#[differentiate]
fn transpose(a: Matrix2) -> Matrix2 {
    [[a[0][0], a[1][0]], [a[0][1], a[1][1]]]
}

/// Of positions measured every `dt`, from a start at rest at the origin with unit covariance.
#[differentiate(wrt(noise, measured))]
pub(crate) fn log_likelihood(noise: &Noise, measured: &[f64], dt: f64) -> f64 {
    let motion = [[1.0, dt], [0.0, 1.0]];
    let q = noise.acceleration.exp();
    let disturbance = [
        [q * dt.powi(4) / 4.0, q * dt.powi(3) / 2.0],
        [q * dt.powi(3) / 2.0, q * dt * dt],
    ];
    let r = noise.measurement.exp();

    let mut x = [0.0, 0.0];
    let mut p = [[1.0, 0.0], [0.0, 1.0]];
    let mut total = 0.0;
    for z in measured {
        // Predict.
        x = [x[0] + dt * x[1], x[1]];
        p = sum(product(product(motion, p), transpose(motion)), disturbance);
        // Update.
        let innovation = z - x[0];
        let s = p[0][0] + r;
        total -= 0.5 * ((2.0 * PI * s).ln() + innovation * innovation / s);
        let gain = [p[0][0] / s, p[1][0] / s];
        x = [x[0] + gain[0] * innovation, x[1] + gain[1] * innovation];
        p = product([[1.0 - gain[0], 0.0], [-gain[1], 1.0]], p);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule_tests::{assert_near, check_grad};

    fn noise() -> Noise {
        Noise {
            acceleration: -1.0,
            measurement: 0.5,
        }
    }

    #[test]
    fn of_a_track() {
        let noise = noise();
        let mut rng = Rng::seed(2);
        for length in [0, 1, 2, 120] {
            let measured: Vec<f64> = (0..length)
                .map(|t| (0.1 * f64::from(t)).sin() + 0.3 * rng.uniform())
                .collect();
            check_grad!([noise, measured] log_likelihood(noise, measured, 0.1));
        }
    }

    /// One measurement is normal, with variance 1 + dt² + q·dt⁴/4 + r.
    #[test]
    fn one_measurement() {
        let (noise, dt, z) = (noise(), 0.5_f64, 1.25);
        let q = noise.acceleration.exp() * dt.powi(4) / 4.0;
        let r = noise.measurement.exp();
        let s = 1.0 + dt * dt + q + r;
        let (value, (of_noise, of_measured)) = log_likelihood::value_and_grad(&noise, &[z], dt);
        assert_near(&value, &(-0.5 * ((2.0 * PI * s).ln() + z * z / s)), 1e-14);
        let of_s = -0.5 / s + 0.5 * z * z / (s * s);
        assert_near(&of_noise.acceleration, &(of_s * q), 1e-14);
        assert_near(&of_noise.measurement, &(of_s * r), 1e-14);
        assert_near(&of_measured, &vec![-z / s], 1e-14);
    }
}
