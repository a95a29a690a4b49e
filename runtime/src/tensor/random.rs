//! Seeded random tensors and the usual initialisations of weights.

use crate::{Float, Shape, Tensor};

/// A seeded generator of random numbers: the same seed gives the same numbers on every platform.
///
/// ```
/// use chainrule::Rng;
/// assert_eq!(Rng::seed(7).uniform(), Rng::seed(7).uniform());
/// ```
#[derive(Clone, Debug)]
pub struct Rng(fastrand::Rng);

impl Rng {
    /// A generator that starts from `seed`.
    ///
    /// ```
    /// let mut rng = chainrule::Rng::seed(0);
    /// assert_ne!(rng.uniform(), rng.uniform());
    /// ```
    #[must_use]
    pub fn seed(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A number in `0.0..1.0`.
    ///
    /// ```
    /// let x = chainrule::Rng::seed(0).uniform();
    /// assert!((0.0..1.0).contains(&x));
    /// ```
    pub fn uniform(&mut self) -> f64 {
        self.0.f64()
    }

    /// A number from the standard normal distribution, by the Box-Muller transform.
    ///
    /// ```
    /// assert!(chainrule::Rng::seed(0).normal().is_finite());
    /// ```
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (core::f64::consts::TAU * self.uniform()).cos()
    }

    /// An integer in `0..end`. Panics when `end` is 0.
    ///
    /// ```
    /// assert!(chainrule::Rng::seed(0).below(10) < 10);
    /// ```
    #[track_caller]
    pub fn below(&mut self, end: usize) -> usize {
        assert!(end > 0, "below: there is no integer below 0");
        self.0.usize(..end)
    }

    /// Puts the elements in random order.
    ///
    /// ```
    /// let mut order: Vec<usize> = (0..10).collect();
    /// chainrule::Rng::seed(0).shuffle(&mut order);
    /// order.sort();
    /// assert_eq!(order, (0..10).collect::<Vec<_>>());
    /// ```
    pub fn shuffle<X>(&mut self, elements: &mut [X]) {
        self.0.shuffle(elements);
    }
}

/// How random elements are distributed.
///
/// Xavier and He look at the dimensions as a layer's weight: a matrix `[inputs, outputs]` (as in `x.matmul(&w)`), or a
/// convolution kernel `[outputs, inputs, height, width]`.
///
/// ```
/// use chainrule::{Init, Matrix, Rng};
/// let w: Matrix<784, 256> = Matrix::random([784, 256], Init::He, &mut Rng::seed(0));
/// assert!(w.mean().abs() < 1e-3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Uniform between two bounds.
    Uniform {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// A normal distribution.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        deviation: f64,
    },
    /// Uniform within ±sqrt(6 / (inputs + outputs)), for `tanh` and `sigmoid` (Glorot and Bengio, 2010).
    Xavier,
    /// Normal with variance 2 / inputs, for `relu` (He et al., 2015).
    He,
}

/// How many inputs and outputs a unit has, with the weight's dimensions.
fn fans(dims: &[usize]) -> (usize, usize) {
    match *dims {
        [] => (1, 1),
        [n] => (n, n),
        [inputs, outputs] => (inputs, outputs),
        [outputs, inputs, ref field @ ..] => {
            let field: usize = field.iter().product();
            (inputs * field, outputs * field)
        }
    }
}

impl<T: Float, S: Shape> Tensor<T, S> {
    /// A tensor of random elements. Panics when `dims` do not fit the type.
    ///
    /// ```
    /// use chainrule::{Init, Rng, Vector};
    /// let init = Init::Uniform { low: -1.0, high: 1.0 };
    /// let v: Vector<3> = Vector::random([3], init, &mut Rng::seed(1));
    /// assert!(v.as_slice().iter().all(|x| (-1.0..1.0).contains(x)));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn random(dims: S::Dims, init: Init, rng: &mut Rng) -> Self {
        let (inputs, outputs) = fans(dims.as_ref());
        Self::build("random", dims, |out| {
            for out in out {
                *out = T::lit(match init {
                    Init::Uniform { low, high } => low + (high - low) * rng.uniform(),
                    Init::Normal { mean, deviation } => mean + deviation * rng.normal(),
                    Init::Xavier => {
                        (6.0 / (inputs + outputs) as f64).sqrt() * (2.0 * rng.uniform() - 1.0)
                    }
                    Init::He => (2.0 / inputs as f64).sqrt() * rng.normal(),
                });
            }
        })
    }
}
