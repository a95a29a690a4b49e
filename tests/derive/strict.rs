//! The derive under the strictest lints, and without the prelude.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    non_snake_case,
    single_use_lifetimes,
    unnameable_types,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]

use ::chainrule::{Differentiable, Float, Matrix, Rank1, Tensor, Vector};
use ::core::clone::Clone;
use ::core::fmt::Debug;
use ::core::marker::PhantomData;
use ::core::option::Option;
use ::std::boxed::Box;
use ::std::vec::Vec;

/// A named struct.
#[derive(Clone, Debug, Differentiable)]
pub struct Mlp {
    /// Weights.
    pub w: Matrix<2, 3>,
    /// A count.
    pub n: usize,
    pub(crate) b: Vector<3>,
}

/// A tuple struct.
#[derive(Clone, Debug, Differentiable)]
pub struct Pair(
    /// Weights.
    pub Vector<3>,
    /// A rate.
    #[differentiable(skip)]
    pub f64,
);

/// A unit struct.
#[derive(Clone, Debug, Differentiable)]
pub struct Unit;

/// Every kind of parameter, and recursion.
#[derive(Clone, Debug, Differentiable)]
pub struct Generic<'a, T: Float, A, K, const N: usize = 2>
where
    K: Clone,
{
    /// Weights.
    pub w: Tensor<T, Rank1<N>>,
    /// A layer.
    pub layer: A,
    /// A name.
    pub name: &'a str,
    /// A kind.
    pub kind: PhantomData<K>,
    /// More of the same.
    pub children: Vec<Self>,
    /// One of the same.
    pub next: Option<Box<Self>>,
}

/// Its own use is what would be a warning.
#[deprecated]
#[derive(Clone, Debug, Differentiable)]
pub struct Old {
    /// Weights.
    pub w: f64,
}

/// Names that lints dislike, where the user allows them.
#[allow(non_snake_case)]
#[derive(Clone, Debug, Differentiable)]
pub struct Notation {
    /// Weights.
    pub W: f64,
}

/// The tangent can be named, and stand in a public interface.
pub type Gradient = <Mlp as Differentiable>::Tangent;

/// A zero.
#[must_use]
pub fn zero(mlp: &Mlp) -> Gradient {
    mlp.zero_tangent()
}

#[::core::prelude::v1::test]
fn the_tangent_has_its_components() {
    let mlp = Mlp {
        w: Matrix::zeros([2, 3]),
        n: 1,
        b: Vector::zeros([3]),
    };
    let gradient = zero(&mlp);
    ::core::assert!(gradient.w.as_slice().len() == 6 && gradient.b.as_slice().len() == 3);
}
