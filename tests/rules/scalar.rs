//! Rows on floats: alone, in a longer formula, in `f64`, `f32` and generic over both.

use chainrule::prelude::*;
use chainrule_tests::check;

macro_rules! rows {
    ($($name:ident $class:ident $operands:tt $body:tt $domain:tt;)*) => {
        $(row! { $class $name $operands $body $domain })*
    };
}

macro_rules! row {
    (structural $($row:tt)*) => {};
    // The derivative of the row itself is zero: a product shows it.
    (flat $name:ident ($x0:ident $(, $x:ident)*) { $body:expr } $domain:tt) => {
        row! { elementwise $name ($x0 $(, $x)*) { $x0 * $body } $domain }
    };
    (elementwise $name:ident ($x0:ident $(, $x:ident)*) { $body:expr } [$(($from:literal, $to:literal)),+]) => {
        mod $name {
            #[allow(unused_imports, reason = "the rows that are operators by name need them")]
            use core::ops::{Add as _, Div as _, Mul as _, Sub as _};
            use super::*;

            #[differentiate]
            fn double($x0: f64 $(, $x: f64)*) -> f64 {
                $body
            }

            #[differentiate]
            fn single($x0: f32 $(, $x: f32)*) -> f32 {
                $body
            }

            #[differentiate]
            fn generic<T: Float>($x0: T $(, $x: T)*) -> T {
                $body
            }

            #[differentiate]
            fn composed($x0: f64 $(, $x: f64)*) -> f64 {
                let y = $body;
                y * y * $x0 + y.sin()
            }

            #[test]
            fn of_f64() {
                row!(@check [] double ($x0 $(, $x)*) [$(($from, $to)),+]);
                row!(@check [] generic ($x0 $(, $x)*) [$(($from, $to)),+]);
            }

            #[test]
            fn of_f32() {
                row!(@check [f32] single as double ($x0 $(, $x)*) [$(($from, $to)),+]);
                row!(@check [f32] generic as double ($x0 $(, $x)*) [$(($from, $to)),+]);
            }

            #[test]
            fn in_a_formula() {
                row!(@check [] composed ($x0 $(, $x)*) [$(($from, $to)),+]);
            }
        }
    };
    (@check [$($f32:ident)?] $f:ident $(as $double:ident)? ($($x:ident),*) [$(($from:literal, $to:literal)),+]) => {
        check!($($f32)? $f $(as $double)? ($($x in $from..$to),+))
    };
}

chainrule::__walk_rules!(rows);
