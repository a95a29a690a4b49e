//! Which shapes meet, and what comes out.

use super::{Rank1, Rank2, Rank3, Rank4, Shape, Show};

/// Two shapes that meet in an elementwise operation: equal ones, a scalar with anything, and a shape with its own
/// trailing part (a `Vector<C>` with every row of a `Matrix<R, C>`).
///
/// Static dimensions must be equal as types. [`DYN`](crate::DYN) meets `DYN` only, and is checked at run time; `into_dyn()`
/// and `fixed()` convert.
///
/// ```
/// use chainrule::{Broadcast, Rank1, Rank2};
/// fn meet<A: Broadcast<B>, B>() {}
/// meet::<Rank2<32, 10>, Rank1<10>>();
/// meet::<(), Rank1<10>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "the shapes `{Self}` and `{Rhs}` do not meet in an elementwise operation",
    label = "`{Self}` with `{Rhs}`",
    note = "equal shapes meet, a scalar meets anything, and a `Vector<C>` meets every row of a `Matrix<R, C>`",
    note = "`DYN` (shown as `usize::MAX`) meets only `DYN`: convert with `.into_dyn()`, or with `.fixed()`, which checks at run time"
)]
pub trait Broadcast<Rhs>: Shape {
    /// The larger of the two shapes.
    type Output: Shape;
}

/// A shape whose leading axes can be summed away until `Small` is left: the adjoint of broadcasting.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a cotangent of shape `{Self}` does not sum to the shape `{Small}`",
    note = "only leading axes are broadcast, so only leading axes are summed"
)]
pub trait SumTo<Small>: Shape {}

impl<S: Shape> Broadcast<S> for () {
    type Output = S;
}
impl SumTo<()> for () {}

macro_rules! equal {
    ($($name:ident [$($dim:ident),*];)*) => {$(
        impl<$(const $dim: usize),*> Broadcast<()> for $name<$($dim),*> { type Output = Self; }
        impl<$(const $dim: usize),*> Broadcast<Self> for $name<$($dim),*> { type Output = Self; }
        impl<$(const $dim: usize),*> SumTo<()> for $name<$($dim),*> {}
        impl<$(const $dim: usize),*> SumTo<Self> for $name<$($dim),*> {}
    )*};
}
macro_rules! trailing {
    ($($large:ident [$($lead:ident),*] $small:ident [$($dim:ident),*];)*) => {$(
        impl<$(const $lead: usize,)* $(const $dim: usize),*> Broadcast<$small<$($dim),*>> for $large<$($lead,)* $($dim),*> {
            type Output = Self;
        }
        impl<$(const $lead: usize,)* $(const $dim: usize),*> Broadcast<$large<$($lead,)* $($dim),*>> for $small<$($dim),*> {
            type Output = $large<$($lead,)* $($dim),*>;
        }
        impl<$(const $lead: usize,)* $(const $dim: usize),*> SumTo<$small<$($dim),*>> for $large<$($lead,)* $($dim),*> {}
    )*};
}

equal! {
    Rank1 [N];
    Rank2 [R, C];
    Rank3 [A, R, C];
    Rank4 [B, A, R, C];
}
trailing! {
    Rank2 [R] Rank1 [C];
    Rank3 [A, R] Rank1 [C];
    Rank3 [A] Rank2 [R, C];
    Rank4 [B, A, R] Rank1 [C];
    Rank4 [B, A] Rank2 [R, C];
    Rank4 [B] Rank3 [A, R, C];
}

/// The longer of two lists of dimensions, of which the other must be the trailing part.
#[inline(always)]
#[track_caller]
pub(crate) fn broadcast_dims<L: Broadcast<R>, R: Shape>(
    lhs: L::Dims,
    rhs: R::Dims,
) -> <L::Output as Shape>::Dims {
    let (lhs, rhs) = (lhs.as_ref(), rhs.as_ref());
    let (large, small) = if lhs.len() >= rhs.len() {
        (lhs, rhs)
    } else {
        (rhs, lhs)
    };
    if !large.ends_with(small) {
        mismatch(lhs, rhs);
    }
    L::Output::trailing(large)
}

/// Panics unless `small` is the trailing part of `large`.
#[inline(always)]
#[track_caller]
pub(crate) fn check_trailing(large: &[usize], small: &[usize]) {
    if !large.ends_with(small) {
        mismatch(large, small);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn mismatch(lhs: &[usize], rhs: &[usize]) -> ! {
    panic!(
        "elementwise: shapes {} and {} do not broadcast (equal shapes do, and a shape with its trailing part)",
        Show(lhs),
        Show(rhs)
    );
}
