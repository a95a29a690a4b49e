//! Losses: the mean over the batch. Each is a function, and a type of the same name that holds its derivatives, as
//! `#[differentiate]` would make it.
//!
//! With respect to which parameters: `grad`, `value_and_grad` and `vjp` give the gradient in the first, the prediction. A call
//! within a differentiated function also carries the derivative of float targets.

// The closures are spelled out as generated code spells them.
#[allow(clippy::type_complexity)]
mod binary;
#[allow(clippy::type_complexity)]
mod categorical;
#[allow(clippy::type_complexity)]
mod squared;

pub use binary::{binary_cross_entropy, binary_cross_entropy_with_logits};
pub use categorical::{cross_entropy, softmax_cross_entropy};
pub use squared::mse;

/// Beside a type with a `forward`, the functions that follow from it.
macro_rules! twin {
    (
        $name:ident [$($generics:tt)*] $elem:ty;
        ($y:ident: $prediction:ty, $t:ident: $target:ty) -> ($($target_bar:ty)?);
        $example:literal
    ) => {
        impl $name {
            #[doc(hidden)]
            #[inline]
            pub fn pull<$($generics)*>(
                residuals: &impl Fn(
                    &&$prediction,
                    &&$target,
                    &$elem,
                    Option<&mut $prediction>,
                    twin!(@option $($target_bar)?),
                ),
                $y: &&$prediction,
                $t: &impl $crate::private::Given<$target>,
                cotangent: &$elem,
                prediction_bar: impl $crate::private::Slot<$prediction>,
                target_bar: twin!(@slot $($target_bar)?),
            ) {
                residuals($y, &$crate::private::Given::given($t), cotangent, prediction_bar.into_option(), twin!(@convert target_bar $($target_bar)?));
            }

            /// The value and its pullback, from a cotangent to the gradient in the prediction.
            ///
            /// ```
            /// use chainrule::prelude::*;
            #[doc = $example]
            #[doc = concat!("let (value, pullback) = ", stringify!($name), "::vjp(&y, &t);")]
            #[doc = concat!("assert_eq!((value, pullback(1.0)), ", stringify!($name), "::value_and_grad(&y, &t));")]
            /// ```
            #[track_caller]
            pub fn vjp<'a, $($generics)*>(
                $y: &'a $prediction,
                $t: &'a $target,
            ) -> ($elem, impl FnOnce($elem) -> $prediction + 'a) {
                let (value, residuals) = Self::forward($y, $t);
                (value, move |cotangent| {
                    let mut bar = $crate::TensorLike::zeros_like($y);
                    Self::pull(&residuals, &$y, &$t, &cotangent, &mut bar, $crate::private::Off);
                    bar
                })
            }

            /// The value, and the gradient in the prediction.
            ///
            /// ```
            /// use chainrule::prelude::*;
            #[doc = $example]
            #[doc = concat!("let (value, gradient) = ", stringify!($name), "::value_and_grad(&y, &t);")]
            #[doc = concat!("assert_eq!((value, gradient), (", stringify!($name), "(&y, &t), ", stringify!($name), "::grad(&y, &t)));")]
            /// ```
            #[track_caller]
            pub fn value_and_grad<$($generics)*>($y: &$prediction, $t: &$target) -> ($elem, $prediction) {
                let (value, pullback) = Self::vjp($y, $t);
                (value, pullback(<$elem as $crate::Float>::ONE))
            }

            /// The gradient in the prediction.
            ///
            /// ```
            /// use chainrule::prelude::*;
            #[doc = $example]
            #[doc = concat!("assert_eq!(", stringify!($name), "::grad(&y, &t).dims(), y.dims());")]
            /// ```
            #[track_caller]
            pub fn grad<$($generics)*>($y: &$prediction, $t: &$target) -> $prediction {
                Self::value_and_grad($y, $t).1
            }
        }
    };
    (@option $bar:ty) => { Option<&mut $bar> };
    (@option) => { () };
    (@slot $bar:ty) => { impl $crate::private::Slot<$bar> };
    (@slot) => { impl $crate::private::Inactive };
    (@convert $slot:ident $bar:ty) => { $slot.into_option() };
    (@convert $slot:ident) => {{ let _ = $slot; }};
}
use twin;

use crate::{Float, TensorLike};

/// Adds `share(y, t)` of every pair of elements, scaled, to the cotangent of the prediction or of the target.
#[inline]
fn scatter<A: TensorLike>(
    bar: Option<&mut A>,
    y: &A,
    t: &A,
    scale: A::Elem,
    share: impl Fn(A::Elem, A::Elem) -> A::Elem,
) {
    if let Some(bar) = bar {
        let pairs = y.as_slice().iter().zip(t.as_slice());
        bar.as_mut_slice()
            .iter_mut()
            .zip(pairs)
            .for_each(|(bar, (&y, &t))| *bar += scale * share(y, t));
    }
}

/// The mean of `f` over the pairs of elements; NaN when there are none.
#[inline]
#[track_caller]
fn mean<A: TensorLike>(
    operation: &str,
    y: &A,
    t: &A,
    f: impl Fn(A::Elem, A::Elem) -> A::Elem,
) -> A::Elem {
    crate::shape::check_same(operation, y.dims().as_ref(), t.dims().as_ref());
    crate::zip::sum_pairs(y.as_slice(), t.as_slice(), f) / count(y)
}

#[inline]
fn count<A: TensorLike>(y: &A) -> A::Elem {
    A::Elem::from_usize(y.as_slice().len())
}
