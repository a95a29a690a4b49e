//! Sums, means, extremes and norms, and their adjoints.

use crate::shape::Show;
use crate::zip::sum_slice;
use crate::{Float, Matrix, Shape, Tensor, TensorLike, Vector};

impl<T: Float, S: Shape> Tensor<T, S> {
    /// The sum of all elements; 0 when there are none. Partial sums keep the rounding error of long sums small.
    ///
    /// ```
    /// assert_eq!(chainrule::Vector::from([1.0, 2.0, 3.0_f32]).sum(), 6.0);
    /// ```
    #[must_use]
    pub fn sum(&self) -> T {
        sum_slice(self.as_slice(), |x| x)
    }

    /// The mean of all elements; NaN when there are none.
    ///
    /// ```
    /// assert_eq!(chainrule::Vector::from([1.0, 2.0, 3.0_f32]).mean(), 2.0);
    /// ```
    #[must_use]
    pub fn mean(&self) -> T {
        self.sum() / T::from_usize(self.len())
    }

    /// The largest element, ignoring NaN as `f64::max` does. Panics when there is none. At a tie of k elements the
    /// derivative is 1/k for each.
    ///
    /// ```
    /// assert_eq!(chainrule::Vector::from([1.0, 3.0, 2.0_f32]).max(), 3.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn max(&self) -> T {
        self.extreme("max", T::max)
    }

    /// The smallest element, ignoring NaN as `f64::min` does. Panics when there is none. At a tie of k elements the
    /// derivative is 1/k for each.
    ///
    /// ```
    /// assert_eq!(chainrule::Vector::from([2.0, 1.0, 3.0_f32]).min(), 1.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn min(&self) -> T {
        self.extreme("min", T::min)
    }

    #[track_caller]
    fn extreme(&self, operation: &str, pick: impl Fn(T, T) -> T) -> T {
        let extreme = self.as_slice().iter().copied().reduce(pick);
        extreme.unwrap_or_else(|| {
            panic!(
                "{operation}: the tensor {} is empty",
                Show(self.dims().as_ref())
            )
        })
    }

    /// The Euclidean norm of all elements: the root of the sum of squares, without scaling against overflow. Its derivative
    /// at 0 is 0.
    ///
    /// ```
    /// assert_eq!(chainrule::Vector::from([3.0, 4.0_f32]).norm(), 5.0);
    /// ```
    #[must_use]
    pub fn norm(&self) -> T {
        sum_slice(self.as_slice(), |x| x * x).sqrt()
    }
}

impl<const R: usize, const C: usize, T: Float> Matrix<R, C, T> {
    /// The sum of the rows, `[R, C] -> [C]`: over the batch.
    ///
    /// ```
    /// use chainrule::{Matrix, Vector};
    /// assert_eq!(Matrix::from([[1.0, 2.0], [3.0, 4.0_f32]]).sum_rows(), Vector::from([4.0, 6.0]));
    /// ```
    #[must_use]
    pub fn sum_rows(&self) -> Vector<C, T> {
        let mut out = Vector::zeros([self.cols()]);
        if !out.is_empty() {
            for row in self.as_slice().chunks_exact(self.cols()) {
                out.as_mut_slice()
                    .iter_mut()
                    .zip(row)
                    .for_each(|(out, &x)| *out += x);
            }
        }
        out
    }

    /// The sum of the columns, `[R, C] -> [R]`: one sum a row.
    ///
    /// ```
    /// use chainrule::{Matrix, Vector};
    /// assert_eq!(Matrix::from([[1.0, 2.0], [3.0, 4.0_f32]]).sum_cols(), Vector::from([3.0, 7.0]));
    /// ```
    #[must_use]
    pub fn sum_cols(&self) -> Vector<R, T> {
        let mut out = Vector::zeros([self.rows()]);
        if self.cols() > 0 {
            let rows = self.as_slice().chunks_exact(self.cols());
            out.as_mut_slice()
                .iter_mut()
                .zip(rows)
                .for_each(|(out, row)| *out = sum_slice(row, |x| x));
        }
        out
    }
}

/// The adjoint of `x.sum_cols()`: the cotangent of a row's sum, for every element of the row.
#[must_use]
pub fn expand_cols<const R: usize, const C: usize, T: Float>(
    x: &Matrix<R, C, T>,
    g: &Vector<R, T>,
) -> Matrix<R, C, T> {
    let mut out = x.uninit_like();
    if x.cols() > 0 {
        let rows = out.as_mut_slice().chunks_exact_mut(x.cols());
        rows.zip(g.as_slice()).for_each(|(row, &g)| row.fill(g));
    }
    out
}

/// The adjoint of `x.mean()`.
#[must_use]
pub fn mean_pull<X: TensorLike>(x: &X, g: &X::Elem) -> X {
    let mut out = x.uninit_like();
    let out_slice = out.as_mut_slice();
    let share = *g / X::Elem::from_usize(out_slice.len());
    out_slice.fill(share);
    out
}

/// The adjoint of `y = x.max()` and of `y = x.min()`: `g` shared among the elements equal to `y`.
#[must_use]
pub fn max_pull<X: TensorLike>(x: &X, y: &X::Elem, g: &X::Elem) -> X {
    let ties = x.as_slice().iter().filter(|&x| x == y).count();
    let share = *g / X::Elem::from_usize(ties);
    map_like(x, |x| if x == *y { share } else { X::Elem::ZERO })
}

/// See [`max_pull`].
#[must_use]
pub fn min_pull<X: TensorLike>(x: &X, y: &X::Elem, g: &X::Elem) -> X {
    max_pull(x, y, g)
}

/// The adjoint of `y = x.norm()`: g x / y, and 0 where y is 0.
#[must_use]
pub fn norm_pull<X: TensorLike>(x: &X, y: &X::Elem, g: &X::Elem) -> X {
    if *y == X::Elem::ZERO {
        return x.zeros_like();
    }
    let scale = *g / *y;
    map_like(x, |x| scale * x)
}

/// `f` of every element of a float or tensor.
#[inline]
pub(crate) fn map_like<X: TensorLike>(x: &X, f: impl Fn(X::Elem) -> X::Elem) -> X {
    let mut out = x.uninit_like();
    out.as_mut_slice()
        .iter_mut()
        .zip(x.as_slice())
        .for_each(|(out, &x)| *out = f(x));
    out
}
