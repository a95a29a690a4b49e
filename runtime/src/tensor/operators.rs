//! `+ - * /` and negation: elementwise, between tensors and scalars, by value and by reference.

use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::zip::zip;
use crate::{Broadcast, Float, Shape, Tensor};

type Sum<S, U, T> = <<S as Broadcast<U>>::Output as Shape>::Value<T>;

macro_rules! operators {
    ($($operator:ident $method:ident $assign:ident $assign_method:ident |$a:ident, $b:ident| $value:expr;)*) => {$(
        operators!(@tensors $operator $method [Tensor<T, S>] [Tensor<T, U>] |$a, $b| $value);
        operators!(@tensors $operator $method [Tensor<T, S>] [&Tensor<T, U>] |$a, $b| $value);
        operators!(@tensors $operator $method [&Tensor<T, S>] [Tensor<T, U>] |$a, $b| $value);
        operators!(@tensors $operator $method [&Tensor<T, S>] [&Tensor<T, U>] |$a, $b| $value);
        operators!(@scalar [T: Float,] $operator $method [Tensor<T, S>] [T] T |a, b| a.map(|$a| { let $b = b; $value }));
        operators!(@scalar [T: Float,] $operator $method [&Tensor<T, S>] [T] T |a, b| a.map(|$a| { let $b = b; $value }));
        operators!(@scalar [] $operator $method [f32] [Tensor<f32, S>] f32 |a, b| b.map(|$b| { let $a = a; $value }));
        operators!(@scalar [] $operator $method [f32] [&Tensor<f32, S>] f32 |a, b| b.map(|$b| { let $a = a; $value }));
        operators!(@scalar [] $operator $method [f64] [Tensor<f64, S>] f64 |a, b| b.map(|$b| { let $a = a; $value }));
        operators!(@scalar [] $operator $method [f64] [&Tensor<f64, S>] f64 |a, b| b.map(|$b| { let $a = a; $value }));
        operators!(@assign $assign $assign_method [Tensor<T, U>] |$a, $b| $value);
        operators!(@assign $assign $assign_method [&Tensor<T, U>] |$a, $b| $value);

        impl<T: Float, S: Shape> $assign<T> for Tensor<T, S> {
            #[inline]
            fn $assign_method(&mut self, rhs: T) {
                let $b = rhs;
                self.as_mut_slice().iter_mut().for_each(|a| { let $a = *a; *a = $value });
            }
        }
    )*};
    (@tensors $operator:ident $method:ident [$lhs:ty] [$rhs:ty] |$a:ident, $b:ident| $value:expr) => {
        impl<T: Float, S: Broadcast<U>, U: Shape> $operator<$rhs> for $lhs {
            type Output = Sum<S, U, T>;

            #[inline]
            #[track_caller]
            fn $method(self, rhs: $rhs) -> Self::Output {
                zip((&self, &rhs), |$a: T, $b: T| $value)
            }
        }
    };
    (@scalar [$($bound:tt)*] $operator:ident $method:ident [$lhs:ty] [$rhs:ty] $elem:ident |$a:ident, $b:ident| $value:expr) => {
        impl<$($bound)* S: Shape> $operator<$rhs> for $lhs {
            type Output = Tensor<$elem, S>;

            #[inline]
            fn $method(self, rhs: $rhs) -> Tensor<$elem, S> {
                let ($a, $b) = (self, rhs);
                $value
            }
        }
    };
    (@assign $assign:ident $method:ident [$rhs:ty] |$a:ident, $b:ident| $value:expr) => {
        impl<T: Float, S: Broadcast<U, Output = S>, U: Shape> $assign<$rhs> for Tensor<T, S> {
            #[inline]
            #[track_caller]
            fn $method(&mut self, rhs: $rhs) {
                crate::shape::broadcast::check_trailing(self.dims.as_ref(), rhs.dims.as_ref());
                if rhs.is_empty() {
                    return;
                }
                for block in self.as_mut_slice().chunks_exact_mut(rhs.len()) {
                    block.iter_mut().zip(rhs.as_slice()).for_each(|(a, &$b)| { let $a = *a; *a = $value });
                }
            }
        }
    };
}

operators! {
    Add add AddAssign add_assign |a, b| a + b;
    Sub sub SubAssign sub_assign |a, b| a - b;
    Mul mul MulAssign mul_assign |a, b| a * b;
    Div div DivAssign div_assign |a, b| a / b;
}

impl<T: Float, S: Shape> Neg for Tensor<T, S> {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        -&self
    }
}

impl<T: Float, S: Shape> Neg for &Tensor<T, S> {
    type Output = Tensor<T, S>;

    #[inline]
    fn neg(self) -> Tensor<T, S> {
        self.map(|x| -x)
    }
}
