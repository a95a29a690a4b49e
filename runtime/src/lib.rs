//! Derivatives of ordinary Rust functions at compile time, with tensors, losses and optimizers.
//!
//! `#[differentiate]` gives a function its derivatives: the macro applies the chain rule to the function's own code and
//! emits plain Rust. This crate is what that code runs on: tensors whose shapes are checked by the type system, the
//! operations and losses of neural networks, and optimizers. Start from [`prelude`].
//!
//! ```
//! use chainrule::prelude::*;
//!
//! // Fit y = 2 x by gradient descent on a hand-written gradient.
//! let (x, y) = (3.0, 6.0);
//! let mut w = 0.0;
//! let mut sgd = Sgd::new(0.05);
//! for _ in 0..100 {
//!     let residual = w * x - y;
//!     sgd.step(&mut w, &(2.0 * residual * x));
//! }
//! assert!((w - 2.0_f64).abs() < 1e-9);
//! ```

#![forbid(unsafe_code)]

extern crate self as chainrule;

mod anew;
mod checked;
mod differentiable;
mod float;
mod generated;
mod gradcheck;
mod loss;
mod operand;
mod ops;
mod optimizer;
mod partials;
mod pool;
mod shape;
mod slot;
mod stack;
mod steps;
mod tensor;
mod trace;
mod zip;

pub mod prelude;
#[doc(hidden)]
pub mod private;

#[doc(inline)]
pub use chainrule_macros::*;
pub use differentiable::{
    Differentiable, LeafReader, LeafVisitor, LeafWriter, Tangent, Trainable, clip_by_global_norm,
    clip_by_value, global_norm,
};
pub use float::Float;
pub use gradcheck::{Gradcheck, GradcheckError, gradcheck};
pub use loss::{
    binary_cross_entropy, binary_cross_entropy_with_logits, cross_entropy, mse,
    softmax_cross_entropy,
};
pub use operand::Operand;
pub use optimizer::{Adam, AdamW, Parameters, RmsProp, Sgd};
pub use shape::{Broadcast, DYN, Rank1, Rank2, Rank3, Rank4, Shape};
pub use slot::stop_gradient;
pub use tensor::{Init, Matrix, Rng, Tensor, Tensor3, Tensor4, TensorLike, Vector};
