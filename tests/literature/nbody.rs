//! Bodies under their own gravity, by leapfrog: kick, drift, kick.

use chainrule::prelude::*;

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Body {
    position: [f64; 3],
    velocity: [f64; 3],
    mass: f64,
}

/// Newton's law, with each pair looked at once.
#[differentiate]
fn accelerations(bodies: &[Body]) -> Vec<[f64; 3]> {
    let mut a = vec![[0.0; 3]; bodies.len()];
    for i in 0..bodies.len() {
        for j in 0..i {
            let mut d = [0.0; 3];
            let mut r2 = 0.0;
            for k in 0..3 {
                d[k] = bodies[j].position[k] - bodies[i].position[k];
                r2 += d[k] * d[k];
            }
            let strength = 1.0 / (r2 * r2.sqrt());
            for k in 0..3 {
                a[i][k] += bodies[j].mass * strength * d[k];
                a[j][k] -= bodies[i].mass * strength * d[k];
            }
        }
    }
    a
}

#[differentiate(wrt(start))]
pub(crate) fn simulate(start: &[Body], dt: f64, steps: usize) -> Vec<Body> {
    let mut bodies = start.to_vec();
    let mut a = accelerations(&bodies);
    for _ in 0..steps {
        for (body, a) in bodies.iter_mut().zip(&a) {
            for k in 0..3 {
                body.velocity[k] += 0.5 * dt * a[k];
                body.position[k] += dt * body.velocity[k];
            }
        }
        a = accelerations(&bodies);
        for (body, a) in bodies.iter_mut().zip(&a) {
            for k in 0..3 {
                body.velocity[k] += 0.5 * dt * a[k];
            }
        }
    }
    bodies
}

#[differentiate]
fn energy(bodies: &[Body]) -> f64 {
    let mut sum = 0.0;
    for (i, body) in bodies.iter().enumerate() {
        let squared: f64 = body.velocity.iter().map(|v| v * v).sum();
        sum += 0.5 * body.mass * squared;
        for other in bodies.iter().take(i) {
            let d: f64 = (0..3)
                .map(|k| (body.position[k] - other.position[k]).powi(2))
                .sum();
            sum -= body.mass * other.mass / d.sqrt();
        }
    }
    sum
}

#[differentiate(wrt(start))]
fn energy_after(start: &[Body], dt: f64, steps: usize) -> f64 {
    energy(&simulate(start, dt, steps))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assert_close, assert_slopes, uniform};
    use chainrule_tests::{answers, check_grad, check_vjp};

    fn bodies(count: usize) -> Vec<Body> {
        let mut rng = Rng::seed(21);
        let mut three =
            |size: f64| -> [f64; 3] { uniform(3, (-size, size), &mut rng).try_into().unwrap() };
        (0..count)
            .map(|i| Body {
                position: three(1.0).map(|x| x + 3.0 * i as f64),
                velocity: three(0.5),
                mass: 0.5 + 0.25 * i as f64,
            })
            .collect()
    }

    #[test]
    fn pullbacks() {
        let start = bodies(3);
        check_vjp!([start] accelerations(start));
        check_grad!([start] energy(start));
        check_grad!([start] energy_after(start, 0.05, 5));
    }

    /// Momentum is conserved exactly: its derivatives after any number of steps are those at the start.
    #[test]
    fn momentum() {
        let start = bodies(5);
        let (end, pullback) = simulate::vjp(&start, 0.01, 200);
        let mut cotangent = end.zero_tangent();
        for (body, bar) in end.iter().zip(&mut cotangent) {
            bar.velocity[0] = body.mass;
            bar.mass = body.velocity[0];
        }
        let mut expected = start.zero_tangent();
        for (body, bar) in start.iter().zip(&mut expected) {
            bar.velocity[0] = body.mass;
            bar.mass = body.velocity[0];
        }
        assert_close(&pullback(cotangent), &expected, 1e-11);
    }

    /// Energy is conserved but for the error of the method.
    #[test]
    fn energies() {
        let start = bodies(5);
        let gradient = answers!(energy_after(&start, 0.01, 300); 0.5).agreed(0.5);
        assert_close(&gradient, &energy::grad(&start), 1e-3);
        let f = |start: &Vec<Body>| energy_after(start, 0.01, 300);
        assert_slopes(f, &start, &gradient, 1e-4, 1e-8);
    }
}
