//! Elementwise and flat rows on tensors.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp, number, uniform};

/// Which macro below tests a row; a row in no list does not compile.
macro_rules! table {
    ($d:tt $($kind:ident { $($name:ident)* })*) => {
        macro_rules! row {
            (structural $d($d row:tt)*) => {};
            $($(
                ($d class:ident $name $d($d row:tt)*) => { $kind! { $d class $name $d($d row)* } };
            )*)*
        }
    };
}

table! {
    $
    unary {
        neg sqrt cbrt recip exp exp2 exp_m1 ln log2 log10 ln_1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh
        abs relu sigmoid softplus powi signum floor ceil round trunc
    }
    operator { plus minus times over add sub mul div }
    with_scalars { powf clamp }
    absent { hypot log atan2 copysign fract rem_euclid mul_add to_radians to_degrees round_ties_even div_euclid }
    absent_operator { remainder }
    // `max` and `min` of a tensor are reductions, rows of their own.
    reduction { max min }
}

macro_rules! rows {
    ($($name:ident $class:ident $operands:tt $body:tt $domain:tt;)*) => {
        $(row! { $class $name $operands $body $domain })*
    };
}

macro_rules! unary {
    (flat $name:ident ($x:ident) { $body:expr } $domain:tt) => {
        unary! { elementwise $name ($x) { $x * $body } $domain }
    };
    (elementwise $name:ident ($x:ident) { $body:expr } [$domain:expr]) => {
        mod $name {
            use super::*;

            #[differentiate]
            fn fixed($x: &Vector<5, f64>) -> Vector<5, f64> {
                $body
            }

            #[differentiate]
            fn single($x: &Matrix<DYN, 3>) -> Matrix<DYN, 3> {
                $body
            }

            #[differentiate]
            fn generic<const N: usize, T: Float>($x: &Vector<N, T>) -> Vector<N, T> {
                $body
            }

            #[differentiate]
            fn total<T: Float>($x: &Matrix<DYN, 3, T>) -> T {
                let y = $body;
                (&y * &y).sum()
            }

            #[test]
            fn elements() {
                let $x = uniform([5], $domain, 1);
                check_vjp!([$x] fixed($x));
                check_vjp!(both [$x] generic($x));
                let $x: Vector<DYN, f64> = uniform([6], $domain, 2);
                check_vjp!(both [$x] generic($x));
                let $x = uniform([2, 3], $domain, 3);
                check_grad!(both [$x] total($x));
                let $x = Matrix::<DYN, 3>::from_vec([2, 3], $x.as_slice().iter().map(|x| *x as f32).collect());
                let gradient = single::vjp(&$x).1(Matrix::full([2, 3], 1.0));
                assert_eq!(gradient.reshape::<Rank1<DYN>>([6]), generic::vjp(&$x.reshape([6])).1(Vector::<DYN>::full([6], 1.0)));
            }
        }
    };
}

macro_rules! operator {
    (elementwise $name:ident ($a:ident, $b:ident) { $body:expr } [$of_a:expr, $of_b:expr]) => {
        mod $name {
            #[allow(unused_imports, reason = "the rows that are operators by name need them")]
            use core::ops::{Add as _, Div as _, Mul as _, Sub as _};
            use super::*;

            #[differentiate]
            fn tensors<T: Float>($a: &Vector<4, T>, $b: &Vector<4, T>) -> Vector<4, T> {
                $body
            }

            #[differentiate]
            fn values<T: Float>($a: Vector<4, T>, $b: Vector<4, T>) -> Vector<4, T> {
                $body
            }

            #[differentiate]
            fn scalar_right<T: Float>($a: &Vector<4, T>, $b: T) -> Vector<4, T> {
                $body
            }

            #[differentiate]
            fn scalar_left($a: f64, $b: &Vector<4, f64>) -> Vector<4, f64> {
                $body
            }

            #[differentiate]
            fn rows_right<T: Float>($a: &Matrix<DYN, 3, T>, $b: &Vector<3, T>) -> Matrix<DYN, 3, T> {
                $body
            }

            #[differentiate]
            fn rows_left<T: Float>($a: &Vector<3, T>, $b: &Matrix<DYN, 3, T>) -> Matrix<DYN, 3, T> {
                $body
            }

            #[differentiate]
            fn dynamic<T: Float>($a: &Matrix<DYN, DYN, T>, $b: &Matrix<DYN, DYN, T>) -> Matrix<DYN, DYN, T> {
                $body
            }

            #[test]
            fn equal_shapes() {
                let ($a, $b) = (uniform([4], $of_a, 1), uniform([4], $of_b, 2));
                check_vjp!(both [$a, $b] tensors($a, $b));
                check_vjp!(both [$a, $b] values($a.clone(), $b.clone()));
                let ($a, $b) = (uniform([2, 3], $of_a, 3), uniform([2, 3], $of_b, 4));
                check_vjp!(both [$a, $b] dynamic($a, $b));
            }

            #[test]
            fn scalars() {
                let ($a, $b) = (uniform([4], $of_a, 5), number($of_b, 6));
                check_vjp!(both [$a, $b] scalar_right($a, *$b));
                let ($a, $b) = (number($of_a, 7), uniform([4], $of_b, 8));
                check_vjp!([$a, $b] scalar_left(*$a, $b));
            }

            #[test]
            fn rows() {
                let ($a, $b) = (uniform([5, 3], $of_a, 9), uniform([3], $of_b, 10));
                check_vjp!(both [$a, $b] rows_right($a, $b));
                let ($a, $b) = (uniform([3], $of_a, 11), uniform([5, 3], $of_b, 12));
                check_vjp!(both [$a, $b] rows_left($a, $b));
            }
        }
    };
}

macro_rules! with_scalars {
    (elementwise $name:ident ($x:ident $(, $s:ident)+) { $body:expr } [$of_x:expr $(, $of_s:expr)+]) => {
        mod $name {
            use super::*;

            #[differentiate]
            fn generic<T: Float>($x: &Matrix<DYN, 3, T> $(, $s: T)+) -> Matrix<DYN, 3, T> {
                $body
            }

            #[differentiate]
            fn fixed($x: &Vector<4, f64> $(, $s: f64)+) -> Vector<4, f64> {
                $body
            }

            #[test]
            fn elements() {
                $(let $s = number($of_s, 1);)+
                let $x = uniform([2, 3], $of_x, 2);
                check_vjp!(both [$x $(, $s)+] generic($x $(, *$s)+));
                let $x = uniform([4], $of_x, 3);
                check_vjp!([$x $(, $s)+] fixed($x $(, *$s)+));
            }
        }
    };
}

/// A trait's method is found only where the tensor has none of the name.
macro_rules! absent {
    ($class:ident $name:ident ($x:ident $(, $other:ident)*) $body:tt $domain:tt) => {
        mod $name {
            use super::*;

            struct Absent;
            trait Probe {
                fn $name(&self) -> Absent {
                    Absent
                }
            }
            impl Probe for Vector<2> {}

            #[test]
            fn is_absent() {
                let Absent = Vector::from([1.0, 2.0]).$name();
            }
        }
    };
}

macro_rules! absent_operator {
    ($class:ident $name:ident $operands:tt $body:tt $domain:tt) => {
        mod $name {
            use super::*;

            struct Probe<A>(core::marker::PhantomData<A>);
            trait Otherwise {
                const HAS_OPERATOR: bool = false;
            }
            impl<A> Otherwise for Probe<A> {}
            impl<A: core::ops::Rem> Probe<A> {
                const HAS_OPERATOR: bool = true;
            }

            #[test]
            fn is_absent() {
                assert!(Probe::<f64>::HAS_OPERATOR);
                assert!(!Probe::<Vector<2>>::HAS_OPERATOR);
            }
        }
    };
}

macro_rules! reduction {
    ($class:ident $name:ident $operands:tt $body:tt $domain:tt) => {
        #[test]
        fn $name() {
            let reduce: fn(&Vector<2>) -> f32 = Vector::$name;
            assert_eq!(reduce(&Vector::from([3.0, 3.0])), 3.0);
        }
    };
}

chainrule::__walk_rules!(rows);
