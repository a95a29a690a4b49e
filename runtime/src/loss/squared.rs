//! The mean squared error.

use super::{count, mean, scatter, twin};
use crate::{Float, TensorLike};

/// The mean squared error: the mean over all elements of (y - t)². Its derivative is 2 (y - t) / n in the prediction and the
/// negative of that in the target.
///
/// Prediction and target are two tensors of the same shape, or two floats. Panics when dimensions known at run time differ.
/// NaN when there are no elements.
///
/// ```
/// use chainrule::prelude::*;
/// let (y, t) = (Vector::from([1.0, 2.0]), Vector::from([0.0, 4.0_f32]));
/// assert_eq!(mse(&y, &t), 2.5);
/// assert_eq!(mse::grad(&y, &t), Vector::from([1.0, -2.0]));
/// ```
#[must_use]
#[track_caller]
pub fn mse<A: TensorLike>(y: &A, t: &A) -> A::Elem {
    mean("mse", y, t, |y, t| (y - t) * (y - t))
}

/// The derivatives of [`mse()`].
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub enum mse {}

impl mse {
    #[doc(hidden)]
    #[track_caller]
    pub fn forward<A: TensorLike>(
        y: &A,
        t: &A,
    ) -> (
        A::Elem,
        impl Fn(&&A, &&A, &A::Elem, Option<&mut A>, Option<&mut A>) + use<A>,
    ) {
        (
            mse(y, t),
            |y: &&A, t: &&A, cotangent: &A::Elem, y_bar: Option<&mut A>, t_bar: Option<&mut A>| {
                let scale = A::Elem::lit(2.0) * *cotangent / count(*y);
                scatter(y_bar, *y, *t, scale, |y, t| y - t);
                scatter(t_bar, *y, *t, scale, |y, t| t - y);
            },
        )
    }
}

twin! {
    mse [A: TensorLike] A::Elem;
    (y: A, t: A) -> (A);
    "let (y, t) = (Vector::from([1.0, 2.0]), Vector::from([0.0, 4.0_f32]));"
}
