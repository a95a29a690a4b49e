//! Adam and AdamW.

use super::{Memory, Parameters, Update, learning_rate, settled, walk};
use crate::Float;

/// Steps between settlings, in which an average shrinks by far less than what [`settled`] leaves room for. In the loop of
/// every step the comparisons would take a fifth of its time.
const SETTLING: i32 = 32;

/// What Adam and AdamW share.
#[derive(Clone, Debug)]
struct Moments {
    betas: [f64; 2],
    epsilon: f64,
    steps: i32,
    first: Memory,
    second: Memory,
}

impl Moments {
    fn new() -> Self {
        Self {
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            steps: 0,
            first: Memory::default(),
            second: Memory::default(),
        }
    }

    /// Updates one leaf at the current step; the parameters are first multiplied by `keep`.
    #[inline(always)]
    fn update<T: Float>(
        &mut self,
        name: &str,
        leaf: usize,
        p: &mut [T],
        g: &[T],
        rate: f64,
        keep: f64,
    ) {
        let [beta1, beta2] = self.betas;
        let rate = T::lit(rate / (1.0 - beta1.powi(self.steps)));
        let correction = T::lit((1.0 - beta2.powi(self.steps)).sqrt().recip());
        let (fresh1, fresh2, epsilon, keep) = (
            T::lit(1.0 - beta1),
            T::lit(1.0 - beta2),
            T::lit(self.epsilon),
            T::lit(keep),
        );
        let (beta1, beta2) = (T::lit(beta1), T::lit(beta2));
        let (m, v) = (
            self.first.leaf::<T>(name, leaf, g.len()),
            self.second.leaf::<T>(name, leaf, g.len()),
        );
        p.iter_mut()
            .zip(g)
            .zip(m.iter_mut().zip(v.iter_mut()))
            .for_each(|((p, &g), (m, v))| {
                *m = beta1 * *m + fresh1 * g;
                *v = beta2 * *v + fresh2 * g * g;
                *p = keep * *p - rate * *m / (v.sqrt() * correction + epsilon);
            });
        if self.steps % SETTLING == 0 {
            m.iter_mut().chain(v).for_each(|x| *x = settled(*x));
        }
    }
}

macro_rules! adam {
    ($optimizer:ident, $name:literal, |$self:ident| $keep:expr) => {
        learning_rate!($optimizer);

        impl $optimizer {
            /// The shares β₁ and β₂ of the moments that are kept from step to step; 0.9 and 0.999 unless set.
            ///
            /// ```
            #[doc = concat!("let mut optimizer = chainrule::", $name, "::new(0.1).betas(0.8, 0.99);")]
            /// let mut x = 1.0;
            /// optimizer.step(&mut x, &1.0);
            /// assert!(x < 1.0);
            /// ```
            #[must_use]
            pub fn betas(mut self, first: f64, second: f64) -> Self {
                self.moments.betas = [first, second];
                self
            }

            /// The ε that keeps the quotient finite; 1e-8 unless set.
            ///
            /// ```
            #[doc = concat!("let mut optimizer = chainrule::", $name, "::new(0.1).epsilon(1e-3);")]
            /// let mut x = 1.0;
            /// optimizer.step(&mut x, &1.0);
            /// assert!(x < 1.0);
            /// ```
            #[must_use]
            pub fn epsilon(mut self, epsilon: f64) -> Self {
                self.moments.epsilon = epsilon;
                self
            }

            /// One step against the gradient. Panics when lengths differ from the gradient's, or from those of the first
            /// step.
            ///
            /// ```
            #[doc = concat!("let mut optimizer = chainrule::", $name, "::new(0.1);")]
            /// let (mut w, mut b) = (1.0, 2.0);
            /// optimizer.step((&mut w, &mut b), &(1.0, -1.0));
            /// assert!(w < 1.0 && b > 2.0 - 0.01);
            /// ```
            pub fn step<P: Parameters>(&mut self, parameters: P, gradient: &P::Gradient) {
                self.moments.steps = self.moments.steps.saturating_add(1);
                walk(self, parameters, gradient);
            }
        }

        impl Update for $optimizer {
            #[inline(always)]
            fn update<T: Float>(&mut $self, leaf: usize, parameters: &mut [T], gradient: &[T]) {
                $self.moments.update($name, leaf, parameters, gradient, $self.learning_rate, $keep);
            }
        }
    };
}

/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015), with bias correction.
///
/// m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², then p ← p - lr m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ) and
/// v̂ = v / (1 - β₂ᵗ) at step t = 1, 2, ...
///
/// ```
/// use chainrule::prelude::*;
/// let mut x = 1.0;
/// let mut adam = Adam::new(0.1);
/// adam.step(&mut x, &123.0);
/// assert!((x - 0.9_f64).abs() < 1e-9);
/// ```
#[derive(Clone, Debug)]
pub struct Adam {
    learning_rate: f64,
    moments: Moments,
}

impl Adam {
    /// With β₁ = 0.9, β₂ = 0.999 and ε = 1e-8, as in the paper.
    ///
    /// ```
    /// let adam = chainrule::Adam::new(1e-3);
    /// assert_eq!(adam.learning_rate(), 1e-3);
    /// ```
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            moments: Moments::new(),
        }
    }
}

adam!(Adam, "Adam", |self| 1.0);

/// Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019): before the step
/// of [`Adam`], p ← p - lr d p, with d = 0.01 unless set.
///
/// ```
/// use chainrule::prelude::*;
/// let mut x = 2.0;
/// AdamW::new(0.1).weight_decay(0.5).step(&mut x, &0.0);
/// assert!((x - 1.9_f64).abs() < 1e-12);
/// ```
#[derive(Clone, Debug)]
pub struct AdamW {
    learning_rate: f64,
    weight_decay: f64,
    moments: Moments,
}

impl AdamW {
    /// With β₁ = 0.9, β₂ = 0.999, ε = 1e-8 and a weight decay of 0.01.
    ///
    /// ```
    /// let adam = chainrule::AdamW::new(1e-3);
    /// assert_eq!(adam.learning_rate(), 1e-3);
    /// ```
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            weight_decay: 0.01,
            moments: Moments::new(),
        }
    }

    /// The share of the parameters, times the learning rate, that every step takes away.
    ///
    /// ```
    /// let mut x = 1.0;
    /// chainrule::AdamW::new(0.5).weight_decay(1.0).step(&mut x, &0.0);
    /// assert_eq!(x, 0.5);
    /// ```
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }
}

adam!(AdamW, "AdamW", |self| 1.0
    - self.learning_rate * self.weight_decay);
