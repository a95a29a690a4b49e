//! The tensor: a shape in the type, elements in row-major order.

use core::fmt;
use std::sync::OnceLock;

use crate::shape::{Show, check_static, volume};
use crate::{Differentiable, Float, Operand, Rank1, Rank2, Rank3, Rank4, Shape, Trainable, pool};

mod construct;
mod convert;
mod elementwise;
mod operators;
mod random;

pub use convert::reshape_like;
pub use random::{Init, Rng};

/// A tensor of `T` with the shape `S`, row-major. Use it through its aliases [`Vector`], [`Matrix`], [`Tensor3`] and
/// [`Tensor4`].
///
/// Static dimensions are checked by the compiler, [`DYN`](crate::DYN) ones at run time. Operators are elementwise and
/// broadcast along leading axes; `matmul` is the matrix product. A tensor is its own tangent. Its buffer is recycled when
/// it is dropped, so that steady work allocates nothing.
///
/// ```
/// use chainrule::prelude::*;
/// let x = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
/// let b = Vector::from([10.0, 20.0]);
/// assert_eq!((&x * 2.0 + &b).as_slice(), [12.0, 24.0, 16.0, 28.0_f32]);
/// ```
pub struct Tensor<T: Float = f32, S: Shape = Rank1<{ crate::DYN }>> {
    dims: S::Dims,
    /// Absent as long as every element is zero and none has been looked at: then a sum begins by overwriting.
    data: OnceLock<Vec<T>>,
}

/// A vector of `N` elements.
///
/// ```
/// use chainrule::Vector;
/// let v: Vector<3> = Vector::from([1.0, 2.0, 3.0]);
/// assert_eq!(v.sum(), 6.0);
/// ```
pub type Vector<const N: usize, T = f32> = Tensor<T, Rank1<N>>;

/// A matrix of `R` rows and `C` columns; a batch of vectors is a `Matrix<DYN, C>`.
///
/// ```
/// use chainrule::{DYN, Matrix};
/// let batch: Matrix<DYN, 2> = Matrix::zeros([32, 2]);
/// assert_eq!(batch.rows(), 32);
/// ```
pub type Matrix<const R: usize, const C: usize, T = f32> = Tensor<T, Rank2<R, C>>;

/// `A` matrices of `R` x `C`.
///
/// ```
/// use chainrule::Tensor3;
/// assert_eq!(Tensor3::<2, 3, 4>::zeros([2, 3, 4]).len(), 24);
/// ```
pub type Tensor3<const A: usize, const R: usize, const C: usize, T = f32> =
    Tensor<T, Rank3<A, R, C>>;

/// `B` times `A` matrices of `R` x `C`: a batch of images is a `Tensor4<DYN, CHANNELS, HEIGHT, WIDTH>`.
///
/// ```
/// use chainrule::{DYN, Tensor4};
/// let images: Tensor4<DYN, 1, 28, 28> = Tensor4::zeros([32, 1, 28, 28]);
/// assert_eq!(images.dims(), [32, 1, 28, 28]);
/// ```
pub type Tensor4<const B: usize, const A: usize, const R: usize, const C: usize, T = f32> =
    Tensor<T, Rank4<B, A, R, C>>;

/// A float or a tensor of floats: what has a shape and is its own tangent.
///
/// ```
/// use chainrule::{TensorLike, Vector};
/// fn halve<A: TensorLike<Elem = f32>>(a: &mut A) {
///     a.as_mut_slice().iter_mut().for_each(|x| *x /= 2.0);
/// }
/// let mut v = Vector::from([2.0, 4.0]);
/// halve(&mut v);
/// assert_eq!(v.as_slice(), [1.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a float nor a tensor",
    label = "expected `f32`, `f64` or a `Tensor`",
    note = "a method of your own that is named like one of tensors is called by its path, as in `Point::dot(&a, &b)`"
)]
pub trait TensorLike:
    Operand + Differentiable<Tangent = Self> + crate::Tangent + Trainable + PartialEq
{
    /// The elements in row-major order.
    fn as_mut_slice(&mut self) -> &mut [Self::Elem];

    /// Zeros of the same dimensions.
    #[must_use]
    fn zeros_like(&self) -> Self {
        self.zero_tangent()
    }

    #[doc(hidden)]
    fn uninit_like(&self) -> Self;

    /// The elements, and whether to overwrite them rather than to add to them: then they are arbitrary, and stand for zeros.
    #[doc(hidden)]
    fn sum_slice(&mut self) -> (&mut [Self::Elem], bool);
}

impl<T: Float, S: Shape> TensorLike for Tensor<T, S> {
    #[inline(always)]
    fn as_mut_slice(&mut self) -> &mut [T] {
        Tensor::as_mut_slice(self)
    }

    #[inline]
    fn uninit_like(&self) -> Self {
        Self::uninit(self.dims)
    }

    #[inline]
    fn sum_slice(&mut self) -> (&mut [T], bool) {
        let overwrite = self.data.get().is_none();
        if overwrite {
            *self = Self::uninit(self.dims);
        }
        (self.as_mut_slice(), overwrite)
    }
}

macro_rules! scalars {
    ($($float:ident)*) => {$(
        impl TensorLike for $float {
            #[inline(always)]
            fn as_mut_slice(&mut self) -> &mut [$float] {
                core::slice::from_mut(self)
            }

            #[inline(always)]
            fn uninit_like(&self) -> Self {
                0.0
            }

            #[inline(always)]
            fn sum_slice(&mut self) -> (&mut [$float], bool) {
                (self.as_mut_slice(), false)
            }
        }
    )*};
}
scalars!(f32 f64);

impl<T: Float, S: Shape> Tensor<T, S> {
    /// A tensor with arbitrary contents; `dims` must fit the shape.
    #[inline]
    pub(crate) fn uninit(dims: S::Dims) -> Self {
        Self {
            dims,
            data: pool::take(volume(dims.as_ref())).into(),
        }
    }

    /// Zeros that need no buffer yet; `dims` must fit the shape.
    #[inline]
    pub(crate) fn absent(dims: S::Dims) -> Self {
        Self {
            dims,
            data: OnceLock::new(),
        }
    }

    /// Makes every element zero, and leaves the buffer to the next tensor of this length.
    #[inline]
    pub(crate) fn set_zero(&mut self) {
        if let Some(buffer) = self.data.take() {
            // A buffer too large for the pool is kept.
            self.data = pool::put(buffer).map_or_else(OnceLock::new, |mut buffer| {
                buffer.fill(T::ZERO);
                buffer.into()
            });
        }
    }

    /// Filled by `fill`, which must write every element. Panics when `dims` do not fit the shape.
    #[inline]
    #[track_caller]
    pub(crate) fn build(operation: &str, dims: S::Dims, fill: impl FnOnce(&mut [T])) -> Self {
        check_static::<S>(operation, dims);
        let mut tensor = Self::uninit(dims);
        fill(tensor.as_mut_slice());
        tensor
    }

    /// The same elements under other dimensions of the same volume.
    #[inline]
    pub(crate) fn with_dims<U: Shape>(mut self, dims: U::Dims) -> Tensor<T, U> {
        Tensor {
            dims,
            data: core::mem::take(&mut self.data),
        }
    }

    /// The dimensions at run time, one an axis.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// assert_eq!(Matrix::<2, 3>::zeros([2, 3]).dims(), [2, 3]);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn dims(&self) -> S::Dims {
        self.dims
    }

    /// How many elements there are.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// assert_eq!(Matrix::<2, 3>::zeros([2, 3]).len(), 6);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        volume(self.dims.as_ref())
    }

    /// Whether an axis has length 0.
    ///
    /// ```
    /// use chainrule::{DYN, Vector};
    /// assert!(Vector::<DYN>::zeros([0]).is_empty());
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in row-major order.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::from([1.0, 2.0]).as_slice(), [1.0, 2.0_f32]);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        self.data.get_or_init(|| {
            let mut zeros = pool::take(self.len());
            zeros.fill(T::ZERO);
            zeros
        })
    }

    /// The elements in row-major order, to change in place.
    ///
    /// ```
    /// use chainrule::Vector;
    /// let mut v = Vector::from([1.0_f32, 2.0]);
    /// v.as_mut_slice()[0] = 5.0;
    /// assert_eq!(v, Vector::from([5.0, 2.0]));
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        let _ = self.as_slice();
        self.data.get_mut().map_or(&mut [], |data| data)
    }

    /// The elements in row-major order, without copying them.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::from([1.0, 2.0]).into_vec(), vec![1.0_f32, 2.0]);
    /// ```
    #[must_use]
    pub fn into_vec(mut self) -> Vec<T> {
        let _ = self.as_slice();
        self.data.take().unwrap_or_default()
    }
}

impl<const R: usize, const C: usize, T: Float> Matrix<R, C, T> {
    /// How many rows there are.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// assert_eq!(Matrix::<2, 3>::zeros([2, 3]).rows(), 2);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn rows(&self) -> usize {
        self.dims[0]
    }

    /// How many columns there are.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// assert_eq!(Matrix::<2, 3>::zeros([2, 3]).cols(), 3);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn cols(&self) -> usize {
        self.dims[1]
    }

    /// The elements of one row. Panics when there is no such row.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// assert_eq!(Matrix::from([[1.0, 2.0], [3.0, 4.0]]).row(1), [3.0, 4.0_f32]);
    /// ```
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn row(&self, row: usize) -> &[T] {
        let [rows, cols] = self.dims;
        assert!(
            row < rows,
            "row: there is no row {row} in {}",
            Show(&self.dims)
        );
        &self.as_slice()[row * cols..][..cols]
    }
}

impl<T: Float, S: Shape> Clone for Tensor<T, S> {
    #[inline]
    fn clone(&self) -> Self {
        if self.data.get().is_none() {
            return Self::absent(self.dims);
        }
        let mut copy = Self::uninit(self.dims);
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }

    #[inline]
    fn clone_from(&mut self, source: &Self) {
        if self.len() == source.len() {
            self.dims = source.dims;
            self.sum_slice().0.copy_from_slice(source.as_slice());
        } else {
            *self = source.clone();
        }
    }
}

impl<T: Float, S: Shape> Drop for Tensor<T, S> {
    #[inline]
    fn drop(&mut self) {
        if let Some(buffer) = self.data.take() {
            pool::put(buffer);
        }
    }
}

impl<T: Float, S: Shape, U: Shape> PartialEq<Tensor<T, U>> for Tensor<T, S> {
    fn eq(&self, other: &Tensor<T, U>) -> bool {
        self.dims.as_ref() == other.dims.as_ref() && self.as_slice() == other.as_slice()
    }
}

impl<T: Float, S: Shape> fmt::Debug for Tensor<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", Show(self.dims.as_ref()))?;
        nested(f, self.dims.as_ref(), self.as_slice())
    }
}

/// Row-major elements in one pair of brackets an axis.
fn nested<T: fmt::Debug>(f: &mut fmt::Formatter<'_>, dims: &[usize], data: &[T]) -> fmt::Result {
    match dims {
        [] | [_] => f.debug_list().entries(data).finish(),
        [first, rest @ ..] => {
            f.write_str("[")?;
            let stride = data.len() / (*first).max(1);
            for index in 0..*first {
                f.write_str(if index == 0 { "" } else { ", " })?;
                nested(f, rest, &data[index * stride..][..stride])?;
            }
            f.write_str("]")
        }
    }
}
