//! How tensors are made.

use crate::shape::{Show, check_static, volume};
use crate::{DYN, Float, Matrix, Shape, Tensor, Vector};

impl<T: Float, S: Shape> Tensor<T, S> {
    /// A tensor of these elements in row-major order. Panics when `dims` do not fit the type, or their product is not the
    /// number of elements.
    ///
    /// ```
    /// use chainrule::{DYN, Matrix};
    /// let m: Matrix<DYN, 3> = Matrix::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(m.row(1), [4.0, 5.0, 6.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn from_vec(dims: S::Dims, data: Vec<T>) -> Self {
        check_static::<S>("from_vec", dims);
        assert!(
            volume(dims.as_ref()) == data.len(),
            "from_vec: {} elements do not fill {}",
            data.len(),
            Show(dims.as_ref())
        );
        Self {
            dims,
            data: data.into(),
        }
    }

    /// A tensor of zeros. Panics when `dims` do not fit the type.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::<2, f64>::zeros([2]).as_slice(), [0.0, 0.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn zeros(dims: S::Dims) -> Self {
        Self::full(dims, T::ZERO)
    }

    /// A tensor with the same value everywhere. Panics when `dims` do not fit the type.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::<2>::full([2], 0.5).as_slice(), [0.5, 0.5]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn full(dims: S::Dims, value: T) -> Self {
        Self::build("full", dims, |out| out.fill(value))
    }

    /// A tensor whose element at an index is `f(index)`, called in row-major order. Panics when `dims` do not fit the type.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// let identity = Matrix::<2, 2>::from_fn([2, 2], |[r, c]| if r == c { 1.0 } else { 0.0 });
    /// assert_eq!(identity.as_slice(), [1.0, 0.0, 0.0, 1.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn from_fn(dims: S::Dims, mut f: impl FnMut(S::Dims) -> T) -> Self {
        Self::build("from_fn", dims, |out| {
            let mut index = S::STATIC;
            index.as_mut().fill(0);
            for out in out {
                *out = f(index);
                for (place, &dim) in index.as_mut().iter_mut().zip(dims.as_ref()).rev() {
                    *place += 1;
                    if *place < dim {
                        break;
                    }
                    *place = 0;
                }
            }
        })
    }
}

impl<const N: usize, T: Float> From<[T; N]> for Vector<N, T> {
    fn from(elements: [T; N]) -> Self {
        Self::build("from", [N], |out| out.copy_from_slice(&elements))
    }
}

impl<T: Float> From<Vec<T>> for Vector<DYN, T> {
    fn from(elements: Vec<T>) -> Self {
        Self::from_vec([elements.len()], elements)
    }
}

impl<const R: usize, const C: usize, T: Float> From<[[T; C]; R]> for Matrix<R, C, T> {
    fn from(rows: [[T; C]; R]) -> Self {
        Self::build("from", [R, C], |out| {
            out.copy_from_slice(rows.as_flattened())
        })
    }
}

/// The elements of a vector from an iterator.
impl<T: Float> FromIterator<T> for Vector<DYN, T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        elements.into_iter().collect::<Vec<T>>().into()
    }
}
