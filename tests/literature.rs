//! Programs from the literature, as their practitioners write them, at real sizes. Those in `programs/` are
//! measured in `benches/literature.rs`, too.
#![allow(clippy::needless_range_loop, reason = "indices, as in the papers")]

#[path = "literature/black_scholes.rs"]
mod black_scholes;
#[path = "literature/bundle_adjustment.rs"]
mod bundle_adjustment;
#[path = "literature/cholesky.rs"]
mod cholesky;
#[path = "literature/dtw.rs"]
mod dtw;
#[path = "literature/fft.rs"]
mod fft;
#[path = "literature/gmm.rs"]
mod gmm;
#[path = "literature/kalman.rs"]
mod kalman;
#[path = "literature/lstm.rs"]
mod lstm;
#[path = "literature/lu.rs"]
mod lu;
#[path = "literature/nbody.rs"]
mod nbody;
#[path = "literature/newton.rs"]
mod newton;
#[path = "literature/ode.rs"]
mod ode;
#[path = "literature/programs"]
mod programs {
    pub(crate) mod bundle_adjustment;
    pub(crate) mod gmm;
    pub(crate) mod lstm;
    pub(crate) mod ode;
}
#[path = "literature/tree.rs"]
mod tree;

use chainrule::{Differentiable, Float, LeafVisitor, Rng, Tangent};
use chainrule_tests::{elements, inner, random_like};

/// Moves along a direction.
struct Step(f64);

impl LeafVisitor for Step {
    fn leaf<T: Float>(&mut self, values: &mut [T], direction: &[T]) {
        for (value, direction) in values.iter_mut().zip(direction) {
            *value += T::lit(self.0) * *direction;
        }
    }
}

/// Holds a gradient against central differences of `f` along random directions, extrapolated to a vanishing step. The
/// tolerance is relative to the sum of the absolute terms of the inner product.
#[track_caller]
fn assert_slopes<P: Differentiable>(
    f: impl Fn(&P) -> f64,
    at: &P,
    gradient: &P::Tangent,
    step: f64,
    tolerance: f64,
) {
    for seed in 0..4 {
        let direction = random_like(gradient, seed);
        let value = |step: f64| {
            let mut moved = at.clone();
            moved.visit(&direction, &mut Step(step));
            f(&moved)
        };
        let quotient = |step: f64| (value(step) - value(-step)) / (2.0 * step);
        let (coarse, fine) = (quotient(step), quotient(0.5 * step));
        let expected = fine + (fine - coarse) / 3.0;
        let slope = inner(gradient, &direction);
        let size: f64 = elements(gradient)
            .iter()
            .zip(elements(&direction))
            .map(|(g, d)| (g * d).abs())
            .sum();
        assert!(
            (slope - expected).abs() <= tolerance * size && size > 0.0,
            "the slope is {slope:e}, the difference quotient {expected:e}, of terms that add up to {size:e}"
        );
    }
}

/// Panics where two gradients are further apart than `tolerance`, relative to the largest element.
#[track_caller]
fn assert_close<A: Tangent, B: Tangent>(actual: &A, expected: &B, tolerance: f64) {
    let (a, b) = (elements(actual), elements(expected));
    assert_eq!(a.len(), b.len());
    let largest = b.iter().fold(0.0, |largest: f64, b| largest.max(b.abs()));
    for (index, (a, b)) in a.iter().zip(&b).enumerate() {
        assert!(
            (a - b).abs() <= tolerance * largest,
            "element {index} is {a:e}, not {b:e}; the largest is {largest:e}"
        );
    }
}

/// Seeded numbers between two bounds.
fn uniform(count: usize, (low, high): (f64, f64), rng: &mut Rng) -> Vec<f64> {
    (0..count)
        .map(|_| low + (high - low) * rng.uniform())
        .collect()
}
