//! What an elementwise operation reads.

use crate::{Float, Shape, Tensor};

/// A float, a tensor, or a reference to one: an operand of an elementwise operation.
///
/// ```
/// use chainrule::{Operand, Vector};
/// assert_eq!(Operand::dims(&Vector::from([1.0_f32, 2.0])), [2]);
/// assert_eq!(Operand::dims(&1.0_f64), []);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a float nor a tensor",
    label = "expected `f32`, `f64` or a `Tensor`, by value or by reference",
    note = "an integer made of fields is bound with its type first, as in `let n: usize = grid.rows * grid.cols;`",
    note = "an operator of a type of your own is not followed: call a function with `#[differentiate]` that does the same"
)]
pub trait Operand {
    /// The element type.
    type Elem: Float;
    /// The shape as a type, `()` for a float.
    type Shape: Shape;
    /// The dimensions at run time.
    fn dims(&self) -> <Self::Shape as Shape>::Dims;
    /// The elements in row-major order.
    fn as_slice(&self) -> &[Self::Elem];
}

macro_rules! scalars {
    ($($float:ident)*) => {$(
        impl Operand for $float {
            type Elem = $float;
            type Shape = ();

            #[inline(always)]
            fn dims(&self) -> [usize; 0] {
                []
            }

            #[inline(always)]
            fn as_slice(&self) -> &[$float] {
                core::slice::from_ref(self)
            }
        }
    )*};
}
scalars!(f32 f64);

impl<T: Float, S: Shape> Operand for Tensor<T, S> {
    type Elem = T;
    type Shape = S;

    #[inline(always)]
    fn dims(&self) -> S::Dims {
        Tensor::dims(self)
    }

    #[inline(always)]
    fn as_slice(&self) -> &[T] {
        Tensor::as_slice(self)
    }
}

impl<O: Operand> Operand for &O {
    type Elem = O::Elem;
    type Shape = O::Shape;

    #[inline(always)]
    fn dims(&self) -> <O::Shape as Shape>::Dims {
        (**self).dims()
    }

    #[inline(always)]
    fn as_slice(&self) -> &[O::Elem] {
        (**self).as_slice()
    }
}

impl<O: Operand> Operand for &mut O {
    type Elem = O::Elem;
    type Shape = O::Shape;

    #[inline(always)]
    fn dims(&self) -> <O::Shape as Shape>::Dims {
        (**self).dims()
    }

    #[inline(always)]
    fn as_slice(&self) -> &[O::Elem] {
        (**self).as_slice()
    }
}
