//! Newton's iteration, until the steps are small: the derivative is that of the solution.

use chainrule::prelude::*;

/// The eccentric anomaly E with E − e·sin E = M, after Kepler.
#[differentiate]
pub(crate) fn eccentric_anomaly(mean_anomaly: f64, eccentricity: f64) -> f64 {
    let mut e = mean_anomaly;
    loop {
        let error = e - eccentricity * e.sin() - mean_anomaly;
        let step = error / (1.0 - eccentricity * e.cos());
        e -= step;
        if step.abs() < 1e-9 {
            break;
        }
    }
    e
}

/// Where two curves meet: x² + y² = r², x·y = c. The step solves the linear system of the Jacobian.
#[differentiate]
fn crossing(r: f64, c: f64) -> [f64; 2] {
    let (mut x, mut y) = (r, 0.5 * c);
    for _ in 0..50 {
        let (f, g) = (x * x + y * y - r * r, x * y - c);
        let determinant = 2.0 * (x * x - y * y);
        let (dx, dy) = (
            (x * f - 2.0 * y * g) / determinant,
            (2.0 * x * g - y * f) / determinant,
        );
        x -= dx;
        y -= dy;
        if dx.hypot(dy) < 1e-12 {
            break;
        }
    }
    [x, y]
}

/// The square root, with a fixed number of steps.
#[differentiate]
fn root(a: f64) -> f64 {
    (0..8).fold(a, |x, _| 0.5 * (x + a / x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule_tests::{assert_near, check, check_vjp};

    /// By the implicit function theorem: dE = (dM + sin E·de) / (1 − e·cos E).
    #[test]
    fn kepler() {
        for m in [0.0, 0.1, 1.0, 2.5, 3.1] {
            for eccentricity in [0.0, 0.2, 0.6] {
                let (e, gradient) = eccentric_anomaly::value_and_grad(m, eccentricity);
                let slope = 1.0 / (1.0 - eccentricity * e.cos());
                assert_near(&gradient, &(slope, e.sin() * slope), 1e-8);
            }
        }
        check!(eccentric_anomaly(m in 0.1..3.0, e in 0.0..0.7));
    }

    #[test]
    fn two_equations() {
        let (r, c) = (2.0, 1.0);
        let ([x, y], pullback) = crossing::vjp(r, c);
        // The inverse of the Jacobian [[2x, 2y], [y, x]] applied to (2r, 0) and (0, 1).
        let determinant = 2.0 * (x * x - y * y);
        let of_x = (2.0 * r * x / determinant, -2.0 * y / determinant);
        assert_near(&pullback([1.0, 0.0]), &of_x, 1e-10);
        check_vjp!([r, c] crossing(*r, *c));
    }

    #[test]
    fn square_root() {
        assert_near(&root::grad(2.0), &(0.5 / 2.0_f64.sqrt()), 1e-15);
        check!(root(a in 0.5..4.0));
    }
}
