//! RMSProp.

use super::{Memory, Parameters, Update, learning_rate, settled, walk};
use crate::Float;

/// RMSProp (Tieleman and Hinton, Coursera lecture 6.5, 2012): steps divided by a running root mean square of the gradient.
///
/// s ← r s + (1 - r) g², then p ← p - lr g / (√s + ε), with r = 0.9 and ε = 1e-8 unless set.
///
/// ```
/// use chainrule::prelude::*;
/// let mut x = 1.0;
/// let mut rmsprop = RmsProp::new(0.01);
/// for _ in 0..300 {
///     let gradient = 2.0 * x;
///     rmsprop.step(&mut x, &gradient);
/// }
/// assert!(x.abs() < 0.02_f64);
/// ```
#[derive(Clone, Debug)]
pub struct RmsProp {
    learning_rate: f64,
    decay: f64,
    epsilon: f64,
    squares: Memory,
}

learning_rate!(RmsProp);

impl RmsProp {
    /// With r = 0.9 and ε = 1e-8.
    ///
    /// ```
    /// let mut x = 1.0_f64;
    /// chainrule::RmsProp::new(0.1).step(&mut x, &5.0);
    /// assert!((x - (1.0 - 0.1 / 0.1_f64.sqrt())).abs() < 1e-8);
    /// ```
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            decay: 0.9,
            epsilon: 1e-8,
            squares: Memory::default(),
        }
    }

    /// The share r of the mean square that is kept from step to step.
    ///
    /// ```
    /// let mut x = 1.0_f64;
    /// chainrule::RmsProp::new(0.1).decay(0.0).step(&mut x, &5.0);
    /// assert!((x - 0.9).abs() < 1e-8);
    /// ```
    #[must_use]
    pub fn decay(mut self, decay: f64) -> Self {
        self.decay = decay;
        self
    }

    /// The ε that keeps the quotient finite.
    ///
    /// ```
    /// let mut x = 1.0;
    /// chainrule::RmsProp::new(0.5).decay(0.0).epsilon(1.0).step(&mut x, &1.0);
    /// assert_eq!(x, 0.75);
    /// ```
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// One step against the gradient. Panics when lengths differ from the gradient's, or from those of the first step.
    ///
    /// ```
    /// let mut x = [1.0, 2.0];
    /// chainrule::RmsProp::new(0.1).step(&mut x, &[0.0, 1.0]);
    /// assert_eq!(x[0], 1.0);
    /// ```
    pub fn step<P: Parameters>(&mut self, parameters: P, gradient: &P::Gradient) {
        walk(self, parameters, gradient);
    }
}

impl Update for RmsProp {
    #[inline(always)]
    fn update<T: Float>(&mut self, leaf: usize, parameters: &mut [T], gradient: &[T]) {
        let (rate, decay, epsilon) = (
            T::lit(self.learning_rate),
            T::lit(self.decay),
            T::lit(self.epsilon),
        );
        let fresh = T::lit(1.0 - self.decay);
        let squares = self.squares.leaf::<T>("RmsProp", leaf, gradient.len());
        parameters
            .iter_mut()
            .zip(gradient)
            .zip(squares)
            .for_each(|((p, &g), s)| {
                *s = settled(decay * *s + fresh * g * g);
                *p -= rate * g / (s.sqrt() + epsilon);
            });
    }
}
