//! Walks over the leaves of tangents.

use super::{LeafReader, LeafVisitor, LeafWriter};
use crate::{Float, Tangent};

pub(super) struct Zero;

impl LeafWriter for Zero {
    const ZEROES: bool = true;

    fn leaf<T: Float>(&mut self, tangents: &mut [T]) {
        tangents.fill(T::ZERO);
    }
}

pub(super) struct Accumulate;

impl LeafVisitor for Accumulate {
    #[inline]
    #[track_caller]
    fn leaf<T: Float>(&mut self, values: &mut [T], tangents: &[T]) {
        assert!(
            values.len() == tangents.len(),
            "accumulate: tangents of different lengths: {} and {}",
            values.len(),
            tangents.len()
        );
        values
            .iter_mut()
            .zip(tangents)
            .for_each(|(x, &dx)| *x += dx);
    }
}

struct SumOfSquares(f64);

impl LeafReader for SumOfSquares {
    fn leaf<T: Float>(&mut self, tangents: &[T]) {
        self.0 += tangents
            .iter()
            .map(|x| x.to_f64() * x.to_f64())
            .sum::<f64>();
    }
}

struct Scale(f64);

impl LeafWriter for Scale {
    fn leaf<T: Float>(&mut self, tangents: &mut [T]) {
        let factor = T::lit(self.0);
        tangents.iter_mut().for_each(|x| *x *= factor);
    }
}

struct Clip(f64);

impl LeafWriter for Clip {
    fn leaf<T: Float>(&mut self, tangents: &mut [T]) {
        let bound = T::lit(self.0);
        tangents
            .iter_mut()
            .for_each(|x| *x = x.clamp(-bound, bound));
    }
}

/// The Euclidean norm of a whole gradient, over all its leaves, summed in double precision.
///
/// ```
/// assert_eq!(chainrule::global_norm(&(3.0_f32, [4.0_f64])), 5.0);
/// ```
#[must_use]
pub fn global_norm<G: Tangent>(gradient: &G) -> f64 {
    let mut squares = SumOfSquares(0.0);
    gradient.read_leaves(&mut squares);
    squares.0.sqrt()
}

/// Limits every element to `-bound..=bound`. NaN stays NaN. Panics when `bound` is negative or NaN.
///
/// ```
/// let mut g = [0.5, -7.0];
/// chainrule::clip_by_value(&mut g, 1.0);
/// assert_eq!(g, [0.5, -1.0]);
/// ```
#[track_caller]
pub fn clip_by_value<G: Tangent>(gradient: &mut G, bound: f64) {
    assert!(bound >= 0.0, "clip_by_value: the bound is {bound}");
    gradient.write_leaves(&mut Clip(bound));
}

/// Scales the gradient so that its [`global_norm`] is at most `bound` (Pascanu et al., 2013), and returns the norm it had.
/// A norm that is not finite leaves the gradient as it is. Panics when `bound` is negative or NaN.
///
/// ```
/// let mut g = (3.0, 4.0);
/// assert_eq!(chainrule::clip_by_global_norm(&mut g, 1.0), 5.0);
/// assert!((chainrule::global_norm(&g) - 1.0).abs() < 1e-12);
/// ```
#[track_caller]
pub fn clip_by_global_norm<G: Tangent>(gradient: &mut G, bound: f64) -> f64 {
    assert!(bound >= 0.0, "clip_by_global_norm: the bound is {bound}");
    let norm = global_norm(gradient);
    if norm > bound && norm.is_finite() {
        gradient.write_leaves(&mut Scale(bound / norm));
    }
    norm
}
