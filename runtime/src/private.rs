//! What generated code calls. Not for use by hand: it changes without notice.

pub use crate::__local_names as local_names;
pub use crate::anew::{refill, renew};
pub use crate::checked::checked;
pub use crate::differentiable::{
    Differentiable, LeafReader, LeafVisitor, LeafWriter, Tangent, Trainable, VariantPart, Variants,
    add_into, add_slice_into, other_variant, tangent_of_other_variant, variant_part,
    variant_part_mut, zero_slice,
};
pub use crate::float::Float;
pub use crate::generated::{
    Length, Taken, fixed, held, set_zero, take, total, total_like, unreachable, unwrap,
    zero_tangent,
};
pub use crate::operand::Operand;
pub use crate::ops::{
    avg_pool2d_pull, concat_pull_lhs, concat_pull_rhs, conv2d_pull_input, conv2d_pull_kernel,
    dot_pull_lhs, dot_pull_rhs, expand_cols, gather_pull, log_softmax_pull, matmul_nt,
    matmul_nt_into, matmul_tn, matmul_tn_into, matvec_pull_lhs, matvec_pull_rhs, max_pool2d_pull,
    max_pull, mean_pull, min_pull, norm_pull, softmax_pull, transpose,
};
pub use crate::partials::{
    IntoFloat, add, clamp_high_share, clamp_low_share, clamp_share, copysign_slope, div, gate,
    hypot_share, int_to_float, lit, max_share, min_share, mul, neg, powf_log, powf_slope,
    powi_slope, relu, rem, sigmoid, sign, softplus, sub, trunc_div,
};
pub use crate::shape::{Broadcast, Shape, SumTo};
pub use crate::slot::{Given, Inactive, Off, Slot, assert_twin, integer, stop_gradient};
pub use crate::stack::Stack;
pub use crate::steps::{add_at, back_steps, steps, window, window_mut, zero_of};
pub use crate::tensor::{Tensor, TensorLike, reshape_like};
pub use crate::trace::{Again, Short, back, last, reserved, run, slots};
pub use crate::zip::{ZipWith, expand, shape_of, zip, zip_into, zip_to, zip_to_shape};
pub use chainrule_macros::differentiate;
pub use core::clone::Clone;
pub use core::mem::swap;
pub use core::ops::{Fn, FnOnce};
pub use core::option::Option::{self, None, Some};
pub use std::boxed::Box;
pub use std::vec;
pub use std::vec::Vec;

/// Traits whose methods generated code calls, for modules without the prelude.
pub mod methods {
    pub use core::clone::Clone as _;
    pub use core::iter::{DoubleEndedIterator as _, ExactSizeIterator as _, Iterator as _};
}

/// A copy of a part of a list.
#[inline(always)]
#[must_use]
pub fn to_vec<T: Clone>(x: &[T]) -> Vec<T> {
    x.to_vec()
}

/// A copy, for values that the primal consumes and the backward sweep reads.
#[inline(always)]
#[must_use]
pub fn clone<T: Clone>(x: &T) -> T {
    x.clone()
}
