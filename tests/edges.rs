//! Values at the edge: kinks, ties, zeros, infinities, extreme logits, empty batches, NaN.

#![allow(
    clippy::all,
    reason = "what cancels, is empty or is shadowed is written out"
)]

use chainrule_tests::{assert_identical, elements};

#[path = "edges/branches.rs"]
mod branches;
#[path = "edges/kinks.rs"]
mod kinks;
#[path = "edges/logits.rs"]
mod logits;
#[path = "edges/not_a_number.rs"]
mod not_a_number;
#[path = "edges/table.rs"]
mod table;
#[path = "edges/ties.rs"]
mod ties;

/// Panics unless both have the same elements, but for a rounding in `f32`; NaN is the same as NaN, and 0 as -0.
#[track_caller]
fn assert_same<A: chainrule::Tangent, B: chainrule::Tangent>(actual: &A, expected: &B) {
    let (a, b) = (elements(actual), elements(expected));
    let near = |a: f64, b: f64| (a - b).abs() <= 2e-7 * b.abs();
    let same =
        |(a, b): (&f64, &f64)| a == b || near(*a, *b) && b.is_finite() || a.is_nan() && b.is_nan();
    assert!(
        a.len() == b.len() && a.iter().zip(&b).all(same),
        "{actual:?} is not {expected:?}"
    );
}

/// Checks a gradient by every entry point: `edge!(f(0.0) => 1.0)`.
macro_rules! edge {
    ($($f:ident)::+($($x:expr),+) => $expected:expr) => {{
        let answers = chainrule_tests::answers!($($f)::+($($x),+); 1.0);
        for value in [answers.value_and_grad.0, answers.into.0, answers.vjp.0] {
            crate::assert_identical(&value, &answers.primal);
        }
        for gradient in [answers.grad, answers.value_and_grad.1, answers.into.1, answers.vjp.1] {
            crate::assert_same(&gradient, &$expected);
        }
    }};
}
use edge;

/// The same function in `f64`, in `f32` and generic over both; `edges!` checks a gradient in all three.
macro_rules! in_both_precisions {
    ($($(#[$attribute:meta])* fn $name:ident($($x:ident),+) $body:block)+) => {
        mod double {
            use chainrule::prelude::*;
            $($(#[$attribute])* #[differentiate] pub(super) fn $name($($x: f64),+) -> f64 $body)+
        }
        mod single {
            use chainrule::prelude::*;
            $($(#[$attribute])* #[differentiate] pub(super) fn $name($($x: f32),+) -> f32 $body)+
        }
    };
}
use in_both_precisions;

macro_rules! edges {
    ($($f:ident($($x:expr),+) => $expected:expr;)+) => {$({
        crate::edge!(double::$f($($x),+) => $expected);
        crate::edge!(single::$f($($x as f32),+) => $expected);
    })+};
}
use edges;
