//! What almost every program needs: `use chainrule::prelude::*;`.
//!
//! ```
//! use chainrule::prelude::*;
//! let v: Vector<2> = Vector::from([1.0, 2.0]);
//! assert_eq!((v * 2.0).sum(), 6.0);
//! ```

#[doc(no_inline)]
pub use crate::{
    Adam, AdamW, DYN, Differentiable, Float, Init, Matrix, Rank1, Rank2, Rank3, Rank4, RmsProp,
    Rng, Sgd, Tangent, Tensor, Tensor3, Tensor4, Vector, binary_cross_entropy,
    binary_cross_entropy_with_logits, clip_by_global_norm, clip_by_value, cross_entropy,
    global_norm, gradcheck, mse, softmax_cross_entropy, stop_gradient,
};
#[doc(no_inline)]
pub use chainrule_macros::*;
