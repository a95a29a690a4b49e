//! What the integration tests share: every way to a derivative at seeded points, held against each other and against
//! finite differences.

use chainrule::{
    Differentiable, Float, Init, LeafReader, LeafVisitor, LeafWriter, Rng, Shape, Tangent, Tensor,
};
use std::fmt::Debug;

/// Relative error of a gradient in `f64` beside [`differences`], whose own error is some 1e-10.
pub const DOUBLE: f64 = 1e-7;
/// Relative error of a gradient in `f32` beside the one in `f64` at the same point: some hundred roundings.
pub const SINGLE: f64 = 1e-5;

struct Read(Vec<f64>);

impl LeafReader for Read {
    fn leaf<T: Float>(&mut self, tangents: &[T]) {
        self.0.extend(tangents.iter().map(|x| x.to_f64()));
    }
}

struct Fill<F>(F);

impl<F: FnMut() -> f64> LeafWriter for Fill<F> {
    fn leaf<T: Float>(&mut self, tangents: &mut [T]) {
        tangents.fill_with(|| T::lit((self.0)()));
    }
}

/// Adds to one element, counted over all leaves.
struct Nudge {
    element: usize,
    step: f64,
}

impl LeafVisitor for Nudge {
    fn leaf<T: Float>(&mut self, values: &mut [T], _: &[T]) {
        if let Some(value) = values.get_mut(self.element) {
            *value += T::lit(self.step);
        }
        self.element = self.element.wrapping_sub(values.len());
    }
}

/// Every element of a tangent, in order.
pub fn elements<G: Tangent>(g: &G) -> Vec<f64> {
    let mut read = Read(Vec::new());
    g.read_leaves(&mut read);
    read.0
}

/// Panics unless both have the same bits, so that 0 and -0 differ and NaN equals itself.
#[track_caller]
pub fn assert_identical<A: Tangent, B: Tangent>(actual: &A, expected: &B) {
    let bits = |x: Vec<f64>| x.into_iter().map(f64::to_bits).collect::<Vec<_>>();
    assert!(
        bits(elements(actual)) == bits(elements(expected)),
        "{actual:?} is not identical to {expected:?}"
    );
}

/// Panics where two tangents are further apart than `tolerance`, relative to the larger element and at least to 1.
#[track_caller]
pub fn assert_near<A: Tangent, B: Tangent>(actual: &A, expected: &B, tolerance: f64) {
    let (a, b) = (elements(actual), elements(expected));
    assert_eq!(
        a.len(),
        b.len(),
        "{actual:?} has not the length of {expected:?}"
    );
    for (index, (a, b)) in a.iter().zip(&b).enumerate() {
        let allowed = tolerance * a.abs().max(b.abs()).max(1.0);
        assert!(
            (a - b).abs() <= allowed,
            "element {index} is {a:e}, not {b:e}: {actual:?} is not near {expected:?}"
        );
    }
}

/// The same tangent with elements drawn from -2 to 2.
#[must_use]
pub fn random_like<G: Tangent>(g: &G, seed: u64) -> G {
    let mut rng = Rng::seed(seed);
    let mut random = g.clone();
    random.write_leaves(&mut Fill(|| 4.0 * rng.uniform() - 2.0));
    random
}

/// The same tangent with NaN in every element: what an overwriting function must leave nothing of.
#[must_use]
pub fn spoiled<G: Tangent>(g: &G) -> G {
    let mut spoiled = g.clone();
    spoiled.write_leaves(&mut Fill(|| f64::NAN));
    spoiled
}

/// The inner product of two tangents.
pub fn inner<A: Tangent, B: Tangent>(a: &A, b: &B) -> f64 {
    elements(a)
        .iter()
        .zip(elements(b))
        .map(|(a, b)| a * b)
        .sum()
}

/// Seeded points strictly inside a box.
#[must_use]
pub fn samples<T: Float, const N: usize>(domain: [(f64, f64); N], count: usize) -> Vec<[T; N]> {
    let mut rng = Rng::seed(0x0dd5 + N as u64);
    let mut point =
        || domain.map(|(from, to)| T::lit(from + (to - from) * (0.01 + 0.98 * rng.uniform())));
    (0..count).map(|_| point()).collect()
}

/// The partial derivatives of `f` in every element, by central differences extrapolated to a vanishing step (Richardson);
/// `None` where two steps disagree: a kink or a jump is near.
pub fn differences<P: Differentiable>(f: impl Fn(&P) -> f64, at: &P) -> Vec<Option<f64>> {
    let zero = at.zero_tangent();
    let slope = |element, step: f64| {
        let value = |step| {
            let mut moved = at.clone();
            moved.visit(&zero, &mut Nudge { element, step });
            f(&moved)
        };
        (value(step) - value(-step)) / (2.0 * step)
    };
    (0..elements(&zero).len())
        .map(|element| {
            let (coarse, fine) = (slope(element, 1e-3), slope(element, 5e-4));
            let smooth = (coarse - fine).abs() <= 1e-3 * (1.0 + fine.abs());
            smooth.then(|| fine + (fine - coarse) / 3.0)
        })
        .collect()
}

/// Panics where `gradient` is further than `tolerance` from the differences of `f`; elements at kinks are passed over. Returns
/// how many elements were compared.
#[track_caller]
pub fn assert_gradient<P: Differentiable + Debug, G: Tangent>(
    f: impl Fn(&P) -> f64,
    at: &P,
    gradient: &G,
    tolerance: f64,
) -> usize {
    let differences = differences(f, at);
    let gradient = elements(gradient);
    assert_eq!(
        gradient.len(),
        differences.len(),
        "the gradient has the elements of its point"
    );
    let mut compared = 0;
    for (index, (slope, difference)) in gradient.iter().zip(&differences).enumerate() {
        let Some(difference) = difference else {
            continue;
        };
        let allowed = tolerance * slope.abs().max(difference.abs()).max(1.0);
        assert!(
            (slope - difference).abs() <= allowed,
            "element {index} of the gradient is {slope:e}, the difference quotient {difference:e}, at {at:?}"
        );
        compared += 1;
    }
    compared
}

/// What every entry point says at one point, for one cotangent.
#[derive(Debug)]
pub struct Answers<Y, G> {
    /// The function itself.
    pub primal: Y,
    /// The gradient of `grad`.
    pub grad: G,
    /// Of `value_and_grad`.
    pub value_and_grad: (Y, G),
    /// Of `value_and_grad_into`, into a spoiled gradient.
    pub into: (Y, G),
    /// The value of `vjp`, and its pullback of the cotangent.
    pub vjp: (Y, G),
}

impl<Y: Float, G: Tangent> Answers<Y, G> {
    /// Panics unless all say the same; returns the gradient.
    #[track_caller]
    pub fn agreed(self, cotangent: Y) -> G {
        let tolerance = 64.0 * Y::EPSILON.to_f64();
        self.agreed_by(cotangent, |actual, expected| {
            assert_near(actual, expected, tolerance);
        })
    }

    /// The same, where sums that the entry points add up in another order are `compare`d otherwise.
    #[track_caller]
    pub fn agreed_by(self, cotangent: Y, compare: impl Fn(&G, &G)) -> G {
        for value in [self.value_and_grad.0, self.into.0, self.vjp.0] {
            assert_identical(&value, &self.primal);
        }
        assert_identical(&self.grad, &self.value_and_grad.1);
        assert_identical(&self.into.1, &self.value_and_grad.1);
        let mut scaled = self.grad.clone();
        let mut elements = elements(&self.grad)
            .into_iter()
            .map(|x| x * cotangent.to_f64());
        scaled.write_leaves(&mut Fill(|| elements.next().expect("as many as were read")));
        compare(&self.vjp.1, &scaled);
        self.grad
    }
}

/// Checks all derivatives of a function of `N` floats at `COUNT` points of `domain`, against differences of `reference`.
#[track_caller]
pub fn check_at_samples<T: Float, G: Tangent, const N: usize>(
    domain: [(f64, f64); N],
    reference: impl Fn([f64; N]) -> f64,
    answers: impl Fn([T; N], T) -> Answers<T, G>,
) {
    const COUNT: usize = 40;
    let tolerance = if T::EPSILON.to_f64() < 1e-10 {
        DOUBLE
    } else {
        SINGLE
    };
    let mut compared = 0;
    for (index, point) in samples::<T, N>(domain, COUNT).into_iter().enumerate() {
        let cotangent = random_like(&T::ZERO, index as u64);
        let gradient = answers(point, cotangent).agreed(cotangent);
        let point = point.map(|x| x.to_f64());
        compared += assert_gradient(|point| reference(*point), &point, &gradient, tolerance);
    }
    assert!(
        10 * compared >= 9 * COUNT * N,
        "only {compared} of {} derivatives lie off kinks",
        COUNT * N
    );
}

/// Points that `f32` and `f64` both have exactly.
pub trait Narrow {
    /// The same in `f32`.
    type Single;
    /// The same number or numbers in `f32`.
    fn narrow(&self) -> Self::Single;
}

impl Narrow for f64 {
    type Single = f32;
    fn narrow(&self) -> f32 {
        *self as f32
    }
}

impl<S: Shape> Narrow for Tensor<f64, S> {
    type Single = Tensor<f32, S>;
    fn narrow(&self) -> Tensor<f32, S> {
        let elements = self.as_slice().iter().map(|x| *x as f32).collect();
        Tensor::from_vec(self.dims(), elements)
    }
}

impl<const N: usize> Narrow for [f64; N] {
    type Single = [f32; N];
    fn narrow(&self) -> [f32; N] {
        self.map(|x| x as f32)
    }
}

/// A seeded tensor with elements strictly between two bounds that `f32` has exactly.
#[must_use]
pub fn uniform<S: Shape>(dims: S::Dims, (low, high): (f64, f64), seed: u64) -> Tensor<f64, S> {
    let margin = 0.01 * (high - low);
    let init = Init::Uniform {
        low: low + margin,
        high: high - margin,
    };
    Tensor::random(dims, init, &mut Rng::seed(seed)).map(|x| f64::from(x as f32))
}

/// A seeded number strictly between two bounds that `f32` has exactly.
#[must_use]
pub fn number(bounds: (f64, f64), seed: u64) -> f64 {
    uniform::<()>([], bounds, seed).sum()
}

/// Checks the gradient that a pullback gives for a random cotangent; returns it.
#[track_caller]
pub fn check_pullback<P: Differentiable + Debug, Y: Tangent, G: Tangent>(
    at: &P,
    f: impl Fn(&P) -> Y,
    vjp: impl Fn(&P, Y) -> (Y, G),
) -> G {
    let y = f(at);
    let cotangent = random_like(&y, 1);
    let (value, gradient) = vjp(at, cotangent.clone());
    assert_identical(&value, &y);
    let count = assert_gradient(|at| inner(&f(at), &cotangent), at, &gradient, DOUBLE);
    assert!(
        10 * count >= 9 * elements(&gradient).len(),
        "only {count} derivatives lie off kinks"
    );
    gradient
}

/// Every answer of a differentiated function with a scalar value: `answers!(f(x, y); cotangent)`.
#[macro_export]
macro_rules! answers {
    ($($f:ident)::+($($x:expr),+ $(,)?); $cotangent:expr) => {{
        let value_and_grad = $($f)::+::value_and_grad($($x),+);
        let mut gradient = $crate::spoiled(&value_and_grad.1);
        let value = $($f)::+::value_and_grad_into($($x,)+ &mut gradient);
        $crate::Answers {
            primal: $($f)::+($($x),+),
            grad: $($f)::+::grad($($x),+),
            value_and_grad,
            into: (value, gradient),
            // A `match`, so that references to temporaries live until the pullback is called.
            vjp: match $($f)::+::vjp($($x),+) {
                (value, pullback) => (value, pullback($cotangent)),
            },
        }
    }};
}

/// Checks all derivatives of a function of floats on a box: `check!(f(x in -1.0..1.0, y in 0.5..2.0))`. In `f32` beside the same
/// function in `f64`: `check!(f32 single::f as double::f(x in -1.0..1.0))`.
#[macro_export]
macro_rules! check {
    ($($f:ident)::+($($x:ident in $from:literal..$to:literal),+)) => {
        $crate::check_at_samples::<f64, _, _>(
            [$(($from, $to)),+],
            |[$($x),+]| $($f)::+($($x),+),
            |[$($x),+], cotangent| $crate::answers!($($f)::+($($x),+); cotangent),
        )
    };
    (f32 $($f:ident)::+ as $($double:ident)::+($($x:ident in $from:literal..$to:literal),+)) => {
        $crate::check_at_samples::<f32, _, _>(
            [$(($from, $to)),+],
            |[$($x),+]| $($double)::+($($x),+),
            |[$($x),+], cotangent| $crate::answers!($($f)::+($($x),+); cotangent),
        )
    };
}

/// Checks `f::vjp` at a point given by variables in `f64`, which the call reads as references: `check_vjp!([a, s] f(a, *s))`. With
/// `both`, for a function generic over its precision, `f32` is checked beside it.
#[macro_export]
macro_rules! check_vjp {
    ([$($x:ident),+] $($f:ident)::+($($arg:expr),+ $(,)?)) => {
        $crate::check_pullback(
            &($(::core::clone::Clone::clone(&$x),)+),
            |($($x,)+)| $($f)::+($($arg),+),
            |($($x,)+), cotangent| {
                let (value, pullback) = $($f)::+::vjp($($arg),+);
                (value, pullback(cotangent))
            },
        )
    };
    (both [$($x:ident),+] $($f:ident)::+($($arg:expr),+ $(,)?)) => {{
        let double = $crate::check_vjp!([$($x),+] $($f)::+($($arg),+));
        let ($($x,)+) = ($(&$crate::Narrow::narrow(&$x),)+);
        let (value, pullback) = $($f)::+::vjp($($arg),+);
        $crate::assert_identical(&value, &$($f)::+($($arg),+));
        let single = pullback($crate::random_like(&value, 1));
        $crate::assert_near(&single, &double, $crate::SINGLE);
    }};
}

/// As [`check_vjp!`] for a function with a scalar value, by every entry point.
#[macro_export]
macro_rules! check_grad {
    ([$($x:ident),+] $($f:ident)::+($($arg:expr),+ $(,)?)) => {{
        let at = ($(::core::clone::Clone::clone(&$x),)+);
        let gradient = {
            let ($($x,)+) = &at;
            $crate::answers!($($f)::+($($arg),+); 0.75).agreed(0.75)
        };
        $crate::assert_gradient(|($($x,)+)| $($f)::+($($arg),+), &at, &gradient, $crate::DOUBLE);
        gradient
    }};
    (both [$($x:ident),+] $($f:ident)::+($($arg:expr),+ $(,)?)) => {{
        let double = $crate::check_grad!([$($x),+] $($f)::+($($arg),+));
        let ($($x,)+) = ($(&$crate::Narrow::narrow(&$x),)+);
        let single = $crate::answers!($($f)::+($($arg),+); 0.75_f32).agreed(0.75);
        $crate::assert_near(&single, &double, $crate::SINGLE);
    }};
}

/// Every snippet of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
