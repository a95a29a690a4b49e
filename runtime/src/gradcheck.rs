//! Comparing a gradient with finite differences.

use core::fmt;

use crate::{Differentiable, Float, LeafVisitor, Rng};

/// Compares a gradient with central differences of the function, coordinate by coordinate, with the defaults of
/// [`Gradcheck`].
///
/// ```
/// use chainrule::gradcheck;
/// let f = |p: &(f64, [f64; 2])| p.0 * p.1[0] + p.1[1].sin();
/// let at = (2.0, [3.0, 0.5]);
/// gradcheck(f, &at, &(3.0, [2.0, 0.5_f64.cos()])).unwrap();
///
/// let error = gradcheck(f, &at, &(3.0, [2.0, 1.0])).unwrap_err();
/// assert_eq!((error.leaf.as_str(), error.index), ("1", 1));
/// ```
///
/// # Errors
///
/// The coordinate that deviates most, when any deviates by more than the tolerance.
pub fn gradcheck<P: Differentiable, T: Float>(
    f: impl Fn(&P) -> T,
    at: &P,
    gradient: &P::Tangent,
) -> Result<(), GradcheckError> {
    Gradcheck::new().run(f, at, gradient)
}

/// A comparison of a gradient with central differences, with its options.
///
/// Along each coordinate x the step is h (1 + |x|) and the difference quotient (f(x + h) - f(x - h)) / 2h, with h = ∛ε of the
/// coarser of the two precisions, of the coordinate and of the result: there rounding and truncation balance. The tolerance
/// is relative to the larger of the two derivatives, on top of the rounding error of the quotient itself: 1e-5 in `f64`,
/// 2e-2 in `f32`. Both must be finite.
///
/// ```
/// use chainrule::Gradcheck;
/// let f = |x: &Vec<f32>| x.iter().map(|x| x * x).sum::<f32>();
/// let x: Vec<f32> = (0..1000).map(|i| i as f32 / 1000.0).collect();
/// let gradient: Vec<f32> = x.iter().map(|x| 2.0 * x).collect();
/// Gradcheck::new().step(1e-1).tolerance(1e-2).sample(20, 7).run(f, &x, &gradient).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Gradcheck {
    step: Option<f64>,
    tolerance: Option<f64>,
    sample: Option<(usize, u64)>,
}

/// A coordinate where a gradient and the differences of its function deviate.
///
/// ```
/// let error = chainrule::gradcheck(|x: &f64| x * x, &1.0, &3.0).unwrap_err();
/// assert!(error.to_string().contains("3"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GradcheckError {
    /// The field that holds the leaf, as in `layers.0.weight`; empty when the parameters are a leaf themselves.
    pub leaf: String,
    /// The element of the leaf, in row-major order.
    pub index: usize,
    /// What the gradient says.
    pub gradient: f64,
    /// What the difference quotient says.
    pub difference: f64,
    /// How far apart the two may be here.
    pub allowed: f64,
}

impl fmt::Display for GradcheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            leaf,
            index,
            gradient,
            difference,
            allowed,
        } = self;
        let name = if leaf.is_empty() {
            "the parameters"
        } else {
            leaf
        };
        write!(
            f,
            "gradcheck: element {index} of {name}: the gradient is {gradient:e}, the difference quotient {difference:e} \
             (apart by {:e}, allowed {allowed:e})",
            (gradient - difference).abs()
        )
    }
}

impl core::error::Error for GradcheckError {}

/// One leaf as the first walk sees it.
struct Leaf {
    name: String,
    epsilon: f64,
    values: Vec<f64>,
    gradient: Vec<f64>,
}

#[derive(Default)]
struct Collect {
    path: Vec<String>,
    leaves: Vec<Leaf>,
}

impl LeafVisitor for Collect {
    fn leaf<T: Float>(&mut self, values: &mut [T], tangents: &[T]) {
        self.leaves.push(Leaf {
            name: self.path.join("."),
            epsilon: T::EPSILON.to_f64(),
            values: values.iter().map(|x| x.to_f64()).collect(),
            gradient: tangents.iter().map(|x| x.to_f64()).collect(),
        });
    }

    fn enter(&mut self, field: &'static str) {
        self.path.push(field.to_string());
    }

    fn enter_index(&mut self, index: usize) {
        self.path.push(index.to_string());
    }

    fn leave(&mut self) {
        self.path.pop();
    }
}

/// Sets one element, and keeps what it was rounded to.
struct Set {
    leaf: usize,
    index: usize,
    value: f64,
    seen: usize,
    rounded: f64,
}

impl LeafVisitor for Set {
    fn leaf<T: Float>(&mut self, values: &mut [T], _: &[T]) {
        if self.seen == self.leaf {
            values[self.index] = T::lit(self.value);
            self.rounded = values[self.index].to_f64();
        }
        self.seen += 1;
    }
}

impl Gradcheck {
    /// All coordinates, with the default step and tolerance.
    ///
    /// ```
    /// chainrule::Gradcheck::new().run(|x: &f64| x.exp(), &0.0, &1.0).unwrap();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The step h relative to 1 + |x|.
    ///
    /// ```
    /// chainrule::Gradcheck::new().step(1e-4).run(|x: &f64| x.exp(), &0.0, &1.0).unwrap();
    /// ```
    #[must_use]
    pub fn step(mut self, step: f64) -> Self {
        self.step = Some(step);
        self
    }

    /// The tolerance relative to the larger of the two derivatives.
    ///
    /// ```
    /// chainrule::Gradcheck::new().tolerance(1e-8).run(|x: &f64| x.exp(), &0.0, &1.0).unwrap();
    /// ```
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = Some(tolerance);
        self
    }

    /// Looks at `count` coordinates only, chosen at random from a seed: for large parameters.
    ///
    /// ```
    /// let f = |x: &[f64; 100]| x.iter().sum::<f64>();
    /// chainrule::Gradcheck::new().sample(5, 0).run(f, &[1.0; 100], &[1.0; 100]).unwrap();
    /// ```
    #[must_use]
    pub fn sample(mut self, count: usize, seed: u64) -> Self {
        self.sample = Some((count, seed));
        self
    }

    /// Compares `gradient` with the differences of `f` at `at`.
    ///
    /// ```
    /// let error = chainrule::Gradcheck::new().run(|x: &[f64; 2]| x[0] * x[1], &[2.0, 5.0], &[5.0, 2.5]).unwrap_err();
    /// assert_eq!((error.index, error.gradient), (1, 2.5));
    /// ```
    ///
    /// # Errors
    ///
    /// The coordinate that deviates most, when any deviates by more than the tolerance.
    pub fn run<P: Differentiable, T: Float>(
        &self,
        f: impl Fn(&P) -> T,
        at: &P,
        gradient: &P::Tangent,
    ) -> Result<(), GradcheckError> {
        let mut at = at.clone();
        let mut collect = Collect::default();
        at.visit(gradient, &mut collect);
        let leaves = collect.leaves;
        let mut places: Vec<(usize, usize)> = leaves
            .iter()
            .enumerate()
            .flat_map(|(leaf, l)| (0..l.values.len()).map(move |index| (leaf, index)))
            .collect();
        if let Some((count, seed)) = self.sample {
            Rng::seed(seed).shuffle(&mut places);
            places.truncate(count);
        }
        let mut worst: Option<(f64, GradcheckError)> = None;
        for (leaf, index) in places {
            let Leaf {
                name,
                epsilon,
                values,
                gradient: slopes,
            } = &leaves[leaf];
            let (x, slope) = (values[index], slopes[index]);
            let epsilon = epsilon.max(T::EPSILON.to_f64());
            let step = self.step.unwrap_or_else(|| epsilon.cbrt()) * (1.0 + x.abs());
            let mut value_at = |value: f64| {
                let mut set = Set {
                    leaf,
                    index,
                    value,
                    seen: 0,
                    rounded: value,
                };
                at.visit(gradient, &mut set);
                (set.rounded, f(&at).to_f64())
            };
            let ((above, high), (below, low)) = (value_at(x + step), value_at(x - step));
            at.visit(
                gradient,
                &mut Set {
                    leaf,
                    index,
                    value: x,
                    seen: 0,
                    rounded: x,
                },
            );
            let difference = (high - low) / (above - below);
            let rounding = 8.0 * epsilon * high.abs().max(low.abs()) / (above - below);
            let relative = self
                .tolerance
                .unwrap_or(if epsilon > 1e-10 { 2e-2 } else { 1e-5 });
            let allowed = rounding + relative * slope.abs().max(difference.abs());
            let apart = (slope - difference).abs();
            let excess = if apart.is_nan() {
                f64::INFINITY
            } else {
                apart / allowed
            };
            if apart > allowed || !apart.is_finite() {
                let error = GradcheckError {
                    leaf: name.clone(),
                    index,
                    gradient: slope,
                    difference,
                    allowed,
                };
                if worst.as_ref().is_none_or(|(most, _)| excess > *most) {
                    worst = Some((excess, error));
                }
            }
        }
        worst.map_or(Ok(()), |(_, error)| Err(error))
    }
}
