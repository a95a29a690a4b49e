//! Cross entropies of two classes.

use super::{count, mean, scatter, twin};
use crate::{Float, TensorLike};

/// The binary cross entropy of probabilities p with targets t: the mean over all elements of -(t ln p + (1 - t) ln(1 - p)).
///
/// Nothing is clamped: a prediction that is certain and wrong costs infinitely much, as the formula says. A term with weight
/// 0 is 0, so that one that is certain and right costs nothing. Where the probabilities come out of a sigmoid, prefer
/// [`binary_cross_entropy_with_logits()`], which is finite for every finite input. Panics when dimensions known at run time
/// differ. NaN when there are no elements.
///
/// ```
/// use chainrule::prelude::*;
/// let (p, t) = (Vector::from([0.5_f64, 1.0]), Vector::from([1.0, 1.0]));
/// assert_eq!(binary_cross_entropy(&p, &t), 2.0_f64.ln() / 2.0);
/// assert_eq!(binary_cross_entropy::grad(&p, &t), Vector::from([-1.0, -0.5]));
/// ```
#[must_use]
#[track_caller]
pub fn binary_cross_entropy<A: TensorLike>(p: &A, t: &A) -> A::Elem {
    mean("binary_cross_entropy", p, t, |p, t| {
        -(weighted(t, p.ln()) + weighted(A::Elem::ONE - t, (-p).ln_1p()))
    })
}

/// `weight * x`, and 0 where the weight is 0, whatever x.
#[inline]
pub(super) fn weighted<T: Float>(weight: T, x: T) -> T {
    if weight == T::ZERO {
        T::ZERO
    } else {
        weight * x
    }
}

/// The derivatives of [`binary_cross_entropy()`].
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub enum binary_cross_entropy {}

impl binary_cross_entropy {
    #[doc(hidden)]
    #[track_caller]
    pub fn forward<A: TensorLike>(
        p: &A,
        t: &A,
    ) -> (
        A::Elem,
        impl Fn(&&A, &&A, &A::Elem, Option<&mut A>, Option<&mut A>) + use<A>,
    ) {
        let one = A::Elem::ONE;
        let value = binary_cross_entropy(p, t);
        (
            value,
            move |p: &&A,
                  t: &&A,
                  cotangent: &A::Elem,
                  p_bar: Option<&mut A>,
                  t_bar: Option<&mut A>| {
                let scale = *cotangent / count(*p);
                scatter(p_bar, *p, *t, scale, |p, t| {
                    weighted(one - t, (one - p).recip()) - weighted(t, p.recip())
                });
                scatter(t_bar, *p, *t, scale, |p, _| (-p).ln_1p() - p.ln());
            },
        )
    }
}

twin! {
    binary_cross_entropy [A: TensorLike] A::Elem;
    (p: A, t: A) -> (A);
    "let (y, t) = (Vector::from([0.5, 0.25]), Vector::from([1.0, 0.0_f32]));"
}

/// The binary cross entropy of logits z with targets t: that of the probabilities sigmoid(z), computed as the mean over all
/// elements of max(z, 0) - z t + ln(1 + e^-|z|), which is finite and exact to rounding for every finite z.
///
/// Its derivative is (sigmoid(z) - t) / n in the logits and -z / n in the target. Panics when dimensions known at run time
/// differ. NaN when there are no elements.
///
/// ```
/// use chainrule::prelude::*;
/// let (z, t) = (Vector::from([0.0_f64, 1e4]), Vector::from([1.0, 1.0]));
/// assert_eq!(binary_cross_entropy_with_logits(&z, &t), 2.0_f64.ln() / 2.0);
/// assert_eq!(binary_cross_entropy_with_logits::grad(&z, &t), Vector::from([-0.25, 0.0]));
/// ```
#[must_use]
#[track_caller]
pub fn binary_cross_entropy_with_logits<A: TensorLike>(z: &A, t: &A) -> A::Elem {
    mean("binary_cross_entropy_with_logits", z, t, |z, t| {
        (z.relu() - z * t) + (-z.abs()).exp().ln_1p()
    })
}

/// The derivatives of [`binary_cross_entropy_with_logits()`].
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub enum binary_cross_entropy_with_logits {}

impl binary_cross_entropy_with_logits {
    #[doc(hidden)]
    #[track_caller]
    pub fn forward<A: TensorLike>(
        z: &A,
        t: &A,
    ) -> (
        A::Elem,
        impl Fn(&&A, &&A, &A::Elem, Option<&mut A>, Option<&mut A>) + use<A>,
    ) {
        let value = binary_cross_entropy_with_logits(z, t);
        (
            value,
            |z: &&A, t: &&A, cotangent: &A::Elem, z_bar: Option<&mut A>, t_bar: Option<&mut A>| {
                let scale = *cotangent / count(*z);
                scatter(z_bar, *z, *t, scale, |z, t| z.sigmoid() - t);
                scatter(t_bar, *z, *t, scale, |z, _| -z);
            },
        )
    }
}

twin! {
    binary_cross_entropy_with_logits [A: TensorLike] A::Elem;
    (z: A, t: A) -> (A);
    "let (y, t) = (Vector::from([0.5, -3.0]), Vector::from([1.0, 0.0_f32]));"
}
