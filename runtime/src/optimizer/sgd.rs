//! Gradient descent.

use super::{Memory, Parameters, Update, learning_rate, settled, walk};
use crate::Float;

/// Stochastic gradient descent, with momentum and weight decay if asked for.
///
/// With momentum m, a velocity v is kept a parameter: v ← m v + g, then p ← p - lr v; with Nesterov's form
/// p ← p - lr (g + m v), as in Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013).
/// Weight decay d adds d p to the gradient.
///
/// ```
/// use chainrule::prelude::*;
/// let mut x = [3.0, -2.0];
/// let mut sgd = Sgd::new(0.1).momentum(0.9);
/// for _ in 0..300 {
///     let gradient = x.map(|x| 2.0 * x);
///     sgd.step(&mut x, &gradient);
/// }
/// assert!(x.iter().all(|x: &f64| x.abs() < 1e-5));
/// ```
#[derive(Clone, Debug)]
pub struct Sgd {
    learning_rate: f64,
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    velocity: Memory,
}

learning_rate!(Sgd);

impl Sgd {
    /// Plain gradient descent: p ← p - lr g.
    ///
    /// ```
    /// let mut x = 1.0;
    /// chainrule::Sgd::new(0.5).step(&mut x, &1.0);
    /// assert_eq!(x, 0.5);
    /// ```
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            momentum: 0.0,
            nesterov: false,
            weight_decay: 0.0,
            velocity: Memory::default(),
        }
    }

    /// The share of the velocity that is kept from step to step; 0 for none.
    ///
    /// ```
    /// let mut x = 0.0;
    /// let mut sgd = chainrule::Sgd::new(1.0).momentum(0.5);
    /// sgd.step(&mut x, &1.0);
    /// sgd.step(&mut x, &1.0);
    /// assert_eq!(x, -2.5);
    /// ```
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Whether momentum takes Nesterov's form.
    ///
    /// ```
    /// let mut x = 0.0;
    /// chainrule::Sgd::new(1.0).momentum(0.5).nesterov(true).step(&mut x, &1.0);
    /// assert_eq!(x, -1.5);
    /// ```
    #[must_use]
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }

    /// The multiple of the parameters added to the gradient; 0 for none.
    ///
    /// ```
    /// let mut x = 2.0;
    /// chainrule::Sgd::new(0.5).weight_decay(0.5).step(&mut x, &1.0);
    /// assert_eq!(x, 1.0);
    /// ```
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }

    /// One step against the gradient. Panics when lengths differ from the gradient's, or from those of the first step.
    ///
    /// ```
    /// let (mut w, mut b) = (1.0, 2.0);
    /// chainrule::Sgd::new(1.0).step((&mut w, &mut b), &(1.0, 0.5));
    /// assert_eq!((w, b), (0.0, 1.5));
    /// ```
    pub fn step<P: Parameters>(&mut self, parameters: P, gradient: &P::Gradient) {
        walk(self, parameters, gradient);
    }
}

impl Update for Sgd {
    #[inline(always)]
    fn update<T: Float>(&mut self, leaf: usize, parameters: &mut [T], gradient: &[T]) {
        let (rate, momentum, decay) = (
            T::lit(self.learning_rate),
            T::lit(self.momentum),
            T::lit(self.weight_decay),
        );
        let pairs = parameters.iter_mut().zip(gradient);
        if self.momentum == 0.0 {
            if self.weight_decay == 0.0 {
                pairs.for_each(|(p, &g)| *p -= rate * g);
            } else {
                pairs.for_each(|(p, &g)| *p -= rate * (g + decay * *p));
            }
            return;
        }
        let velocity = self.velocity.leaf::<T>("Sgd", leaf, gradient.len());
        let nesterov = self.nesterov;
        pairs.zip(velocity).for_each(|((p, &g), v)| {
            let g = g + decay * *p;
            *v = settled(momentum * *v + g);
            *p -= rate * if nesterov { g + momentum * *v } else { *v };
        });
    }
}
