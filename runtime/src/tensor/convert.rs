//! The same elements under another shape.

use crate::shape::{Show, check_static, volume};
use crate::{DYN, Float, Matrix, Operand, Shape, Tensor, Tensor3, Tensor4, TensorLike, Vector};

impl<T: Float, S: Shape> Tensor<T, S> {
    /// The same elements in row-major order under other dimensions. The target shape comes from the context or from
    /// `reshape::<Rank2<..>>`. Panics when the number of elements differs, or `dims` do not fit the target's type.
    ///
    /// ```
    /// use chainrule::prelude::*;
    /// let v = Vector::from([1.0_f32, 2.0, 3.0, 4.0]);
    /// let m: Matrix<2, 2> = v.reshape([2, 2]);
    /// assert_eq!(m, Matrix::from([[1.0, 2.0], [3.0, 4.0]]));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn reshape<U: Shape>(&self, dims: U::Dims) -> Tensor<T, U> {
        check_static::<U>("reshape", dims);
        assert!(
            volume(dims.as_ref()) == self.len(),
            "reshape: {} has {} elements, {} takes {}",
            Show(self.dims.as_ref()),
            self.len(),
            Show(dims.as_ref()),
            volume(dims.as_ref())
        );
        self.clone().with_dims(dims)
    }

    #[track_caller]
    fn recast<U: Shape>(self, operation: &str, dims: U::Dims) -> Tensor<T, U> {
        check_static::<U>(operation, dims);
        self.with_dims(dims)
    }
}

macro_rules! casts {
    ($($tensor:ident [$($dim:ident),*] [$($fixed:ident),*] [$($dynamic:ident),*];)*) => {$(
        impl<$(const $dim: usize,)* T: Float> $tensor<$($dim,)* T> {
            /// The same tensor with every dimension known at run time only.
            ///
            /// ```
            /// use chainrule::{DYN, Vector};
            /// let v: Vector<DYN> = Vector::from([1.0, 2.0]).into_dyn();
            /// assert_eq!(v.dims(), [2]);
            /// ```
            #[must_use]
            pub fn into_dyn(self) -> $tensor<$({ $dynamic },)* T> {
                let dims = self.dims;
                self.with_dims(dims)
            }

            /// The same tensor with these dimensions in its type, [`DYN`] for those to be left open. Panics when one does
            /// not agree with the dimension at run time.
            ///
            /// ```
            /// use chainrule::{DYN, Vector};
            /// let v: Vector<DYN> = vec![1.0, 2.0].into();
            /// assert_eq!(v.fixed::<2>(), Vector::from([1.0, 2.0]));
            /// ```
            #[must_use]
            #[track_caller]
            pub fn fixed<$(const $fixed: usize),*>(self) -> $tensor<$($fixed,)* T> {
                let dims = self.dims;
                self.recast("fixed", dims)
            }
        }
    )*};
}
casts! {
    Vector [N] [M] [DYN];
    Matrix [R, C] [P, Q] [DYN, DYN];
    Tensor3 [A, R, C] [O, P, Q] [DYN, DYN, DYN];
    Tensor4 [B, A, R, C] [N, O, P, Q] [DYN, DYN, DYN, DYN];
}

/// The elements of `g` under the dimensions of `x`: the adjoint of every change of shape.
#[must_use]
#[track_caller]
pub fn reshape_like<G, X>(g: &G, x: &X) -> X
where
    G: Operand<Elem = X::Elem>,
    X: TensorLike,
{
    let mut out = x.uninit_like();
    out.as_mut_slice().copy_from_slice(g.as_slice());
    out
}
