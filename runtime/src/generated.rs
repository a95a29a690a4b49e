//! Small pieces that generated code is written with.

use crate::{Differentiable, Float, Tangent};

/// Which arm of an `if` was taken, with what the backward sweep reads of it.
#[derive(Clone, Copy, Debug)]
pub enum Taken<A, B> {
    /// The first arm.
    Then(A),
    /// The other arm.
    Else(B),
}

/// The value of an option that is known to hold one.
#[inline(always)]
pub fn unwrap<T>(option: Option<T>) -> T {
    option.expect("a value returned early is there where it is read")
}

/// The same by reference.
#[inline(always)]
pub fn held<T>(option: &Option<T>) -> &T {
    option
        .as_ref()
        .expect("a value returned early is there where it is read")
}

/// The length of an array, which its type says.
#[derive(Clone, Copy, Debug)]
pub struct Length<const N: usize>;

impl<const N: usize> Length<N> {
    /// That of an array.
    #[inline(always)]
    #[must_use]
    pub fn of<T>(_: &[T; N]) -> Self {
        Length
    }

    /// The number of its elements.
    #[inline(always)]
    #[must_use]
    pub fn get(self) -> usize {
        N
    }
}

/// An array of the elements of a list of its length.
#[inline(always)]
pub fn fixed<T: Clone, const N: usize>(list: &[T], _: &Length<N>) -> [T; N] {
    core::array::from_fn(|index| list[index].clone())
}

/// Where a `match` cannot come to: the variant was looked at before.
#[cold]
pub fn unreachable() -> ! {
    unreachable!("an enum is the variant that it was matched as")
}

/// See [`Differentiable::zero_tangent`].
#[inline(always)]
pub fn zero_tangent<D: Differentiable>(x: &D) -> D::Tangent {
    x.zero_tangent()
}

/// See [`Tangent::set_zero`].
#[inline(always)]
pub fn set_zero<T: Tangent>(tangent: &mut T) {
    tangent.set_zero();
}

/// What a tangent holds; leaves zero behind.
#[inline(always)]
pub fn take<T: Tangent>(tangent: &mut T) -> T {
    let taken = tangent.clone();
    tangent.set_zero();
    taken
}

/// The sum of floats.
#[inline]
#[must_use]
pub fn total<T: Float>(list: &[T]) -> T {
    list.iter().fold(T::ZERO, |sum, &x| sum + x)
}

/// The sum of tangents of `like`.
#[must_use]
pub fn total_like<D: Differentiable>(list: &[D::Tangent], like: &D) -> D::Tangent {
    let mut sum = like.zero_tangent();
    list.iter().for_each(|tangent| sum.accumulate(tangent));
    sum
}

/// Functions of these names, in the scope of generated code: a `let` may then use them whatever constants or unit
/// structs the module has, since a pattern shadows a function but not a constant.
#[macro_export]
#[doc(hidden)]
macro_rules! __local_names {
    ($($name:ident)*) => {
        $(fn $name() {})*
    };
}
