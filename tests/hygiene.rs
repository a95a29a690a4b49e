//! Generated code under strict lints and beside any names.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms
)]
#![deny(clippy::pedantic)]

#[path = "hygiene/bare.rs"]
mod bare;
#[path = "hygiene/constants.rs"]
mod constants;
#[path = "hygiene/functions.rs"]
mod functions;
#[path = "hygiene/macros.rs"]
mod macros;
#[path = "hygiene/raw.rs"]
mod raw;
#[path = "hygiene/variables.rs"]
mod variables;

use chainrule_tests::{check, check_grad, check_vjp, uniform};

#[test]
fn constants() {
    use constants::{branches, inner, pair, tensors, used};
    check!(inner(x in -1.0..1.0, y in -1.0..1.0));
    check!(branches(x in -1.5..1.5, y in -1.5..1.5));
    let (p, c) = ((0.5, -0.25), [1.5, 2.0]);
    check_vjp!([p, c] pair(*p, c));
    let (x, y) = (
        uniform([2, 3], (-1.0, 1.0), 1),
        uniform([3], (-1.0, 1.0), 2),
    );
    check_grad!([x, y] tensors(x, y));
    check!(used::reads(x in -1.0..1.0));
}
