//! Shapes as types: every dimension is a const generic, and [`DYN`] means known at run time.

use core::fmt::{self, Debug};

use crate::Float;
use crate::tensor::{Tensor, TensorLike};
use crate::zip::{Lane, Run, Same};

pub(crate) mod broadcast;
pub use broadcast::{Broadcast, SumTo};

/// The dimension of an axis whose length is known at run time only, as in Eigen.
///
/// ```
/// use chainrule::prelude::*;
///
/// fn batch_mean(x: &Matrix<DYN, 2>) -> f32 {
///     x.mean()
/// }
/// assert_eq!(batch_mean(&Matrix::from_vec([3, 2], vec![1.0; 6])), 1.0);
/// ```
pub const DYN: usize = usize::MAX;

/// The shape of a tensor, as a type: [`Rank1`] to [`Rank4`], and `()` for a scalar. Sealed.
///
/// ```
/// use chainrule::{DYN, Rank2, Shape};
/// assert_eq!(<Rank2<DYN, 784> as Shape>::STATIC, [DYN, 784]);
/// ```
pub trait Shape:
    sealed::Sealed + Copy + Default + Debug + PartialEq + Send + Sync + 'static
{
    /// How many axes there are.
    const RANK: usize;
    /// The dimensions at run time, `[usize; RANK]`.
    type Dims: Copy + Debug + PartialEq + AsRef<[usize]> + AsMut<[usize]> + Send + Sync;
    /// The dimensions as the type says them, [`DYN`] for what it leaves open.
    const STATIC: Self::Dims;
    /// The shape of the same rank with every dimension [`DYN`].
    type Dynamic: Shape<Dims = Self::Dims>;
    /// What has this shape: `T` itself for `()`, else `Tensor<T, Self>`.
    type Value<T: Float>: TensorLike<Elem = T, Shape = Self>;

    #[doc(hidden)]
    type Lane<'a, T: Float>: Lane<T>;
    #[doc(hidden)]
    fn lane<T: Float>(data: &[T], start: usize, len: usize) -> Self::Lane<'_, T>;
    #[doc(hidden)]
    fn trailing(dims: &[usize]) -> Self::Dims;
    #[doc(hidden)]
    fn produce<T: Float>(dims: Self::Dims, fill: impl FnOnce(&mut [T])) -> Self::Value<T>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
}

impl Shape for () {
    const RANK: usize = 0;
    type Dims = [usize; 0];
    const STATIC: [usize; 0] = [];
    type Dynamic = ();
    type Value<T: Float> = T;
    type Lane<'a, T: Float> = Same<T>;

    #[inline(always)]
    fn lane<T: Float>(data: &[T], _: usize, _: usize) -> Same<T> {
        Same(data[0])
    }

    #[inline(always)]
    fn trailing(_: &[usize]) -> [usize; 0] {
        []
    }

    #[inline(always)]
    fn produce<T: Float>(_: [usize; 0], fill: impl FnOnce(&mut [T])) -> T {
        let mut value = T::ZERO;
        fill(core::slice::from_mut(&mut value));
        value
    }
}

macro_rules! open {
    ($dim:ident) => {
        DYN
    };
}

macro_rules! ranks {
    ($($name:ident, $rank:literal, [$($dim:ident),*], $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<$(const $dim: usize),*>;

        impl<$(const $dim: usize),*> sealed::Sealed for $name<$($dim),*> {}

        impl<$(const $dim: usize),*> Shape for $name<$($dim),*> {
            const RANK: usize = $rank;
            type Dims = [usize; $rank];
            const STATIC: [usize; $rank] = [$($dim),*];
            type Dynamic = $name<$({ open!($dim) }),*>;
            type Value<T: Float> = Tensor<T, Self>;
            type Lane<'a, T: Float> = Run<'a, T>;

            #[inline(always)]
            fn lane<T: Float>(data: &[T], start: usize, len: usize) -> Run<'_, T> {
                // A dividend below the divisor is the common case, and the division is slow.
                let start = if start < data.len() { start } else { start % data.len() };
                Run(&data[start..start + len])
            }

            #[inline(always)]
            fn trailing(dims: &[usize]) -> [usize; $rank] {
                core::array::from_fn(|axis| dims[dims.len() - $rank + axis])
            }

            #[inline(always)]
            fn produce<T: Float>(dims: [usize; $rank], fill: impl FnOnce(&mut [T])) -> Tensor<T, Self> {
                let mut tensor = Tensor::uninit(dims);
                fill(tensor.as_mut_slice());
                tensor
            }
        }
    )*};
}

ranks! {
    Rank1, 1, [N], "The shape of a vector of `N` elements; see [`Vector`](crate::Vector).";
    Rank2, 2, [R, C], "The shape of a matrix of `R` rows and `C` columns; see [`Matrix`](crate::Matrix).";
    Rank3, 3, [A, R, C], "The shape of `A` matrices of `R` x `C`; see [`Tensor3`](crate::Tensor3).";
    Rank4, 4, [B, A, R, C], "The shape of `B` times `A` matrices of `R` x `C`; see [`Tensor4`](crate::Tensor4).";
}

/// Dimensions as messages show them: `[32, 784]`, with `_` for [`DYN`].
pub(crate) struct Show<'a>(pub(crate) &'a [usize]);

impl fmt::Display for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (axis, &dim) in self.0.iter().enumerate() {
            let comma = if axis == 0 { "" } else { ", " };
            match dim {
                DYN => write!(f, "{comma}_")?,
                _ => write!(f, "{comma}{dim}")?,
            }
        }
        f.write_str("]")
    }
}

/// The number of elements.
#[inline(always)]
pub(crate) fn volume(dims: &[usize]) -> usize {
    dims.iter().product()
}

/// Panics unless `dims` agree with what the shape `S` says about them.
#[track_caller]
pub(crate) fn check_static<S: Shape>(operation: &str, dims: S::Dims) {
    let agree = S::STATIC
        .as_ref()
        .iter()
        .zip(dims.as_ref())
        .all(|(&fixed, &dim)| fixed == DYN || fixed == dim);
    assert!(
        agree,
        "{operation}: dimensions {} do not fit the type's {}",
        Show(dims.as_ref()),
        Show(S::STATIC.as_ref())
    );
}

/// Panics unless both operands have the same dimensions.
#[track_caller]
pub(crate) fn check_same(operation: &str, lhs: &[usize], rhs: &[usize]) {
    assert!(
        lhs == rhs,
        "{operation}: shapes differ: {} and {}",
        Show(lhs),
        Show(rhs)
    );
}
