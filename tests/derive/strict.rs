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

/// Variants of every style, with and without components.
#[derive(Clone, Debug, Differentiable)]
pub enum Activation {
    /// No fields.
    Identity,
    /// A field.
    Leaky(
        /// The slope.
        f64,
    ),
    /// Fields with the components of the variant before.
    Steep(
        /// The slope.
        f64,
    ),
    /// Named fields.
    Spline {
        /// Where.
        knots: Vec<f64>,
        /// How many.
        count: usize,
        /// A kind.
        kind: PhantomData<u8>,
    },
    /// No components.
    Named {
        /// A rate.
        #[differentiable(skip)]
        rate: f64,
    },
    /// No fields between brackets.
    Nothing(),
}

/// No variants.
#[derive(Clone, Copy, Debug, Differentiable)]
pub enum Never {}

/// One variant.
#[derive(Clone, Copy, Debug, Differentiable)]
pub enum Only {
    /// The one.
    One {
        /// A weight.
        w: f64,
    },
}

/// Every kind of parameter, and recursion.
#[derive(Clone, Debug, Differentiable)]
pub enum Branching<'a, T: Float, A, K, const N: usize = 2>
where
    K: Clone,
{
    /// Weights.
    Weights(Tensor<T, Rank1<N>>, [A; N]),
    /// A name.
    Name(&'a str, PhantomData<K>),
    /// More of the same.
    Children {
        /// In a row.
        row: Vec<Self>,
        /// One of the same.
        next: Option<Box<Self>>,
    },
}

/// Its own use, and that of its parts, is what would be a warning.
#[deprecated]
#[derive(Clone, Debug, Differentiable)]
pub enum OldChoice {
    /// Weights.
    #[deprecated]
    Old {
        /// Weights.
        #[deprecated]
        w: f64,
    },
    /// Nothing.
    Nothing,
}

/// Names that lints dislike, where the user allows them.
#[allow(non_snake_case, non_camel_case_types)]
#[derive(Clone, Debug, Differentiable)]
pub enum Symbols {
    /// Weights.
    w_x {
        /// Weights.
        W: f64,
    },
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

/// That of an enum, too.
pub type Slope = <Activation as Differentiable>::Tangent;

/// A slope with a component.
#[must_use]
pub fn leaky(activation: &Activation) -> Slope {
    match activation.zero_tangent() {
        Slope::Leaky(slope) => Slope::Leaky(slope + 1.0),
        other => other,
    }
}

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
    ::core::assert_eq!(leaky(&Activation::Leaky(0.5)), Slope::Leaky(1.0));
    ::core::assert_eq!(leaky(&Activation::Nothing()), Slope::Nothing());
}
