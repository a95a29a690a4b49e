//! Raw identifiers.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad};

#[differentiate]
fn r#match(r#type: f64, r#fn: f64) -> f64 {
    let r#loop = r#type * r#fn;
    let mut r#while = r#loop.sin();
    if r#while > 0.0 {
        r#while *= r#type;
    }
    assert!(r#while.is_finite(), "{}", r#while);
    r#while + r#loop
}

#[differentiate(wrt(r#in, r#as))]
fn calls(r#as: f64, r#in: f64, r#struct: usize) -> f64 {
    r#match(r#as, r#in) * self::r#match(r#in, r#in) * r#as.powi(r#struct as i32)
}

#[derive(Clone, Debug, Differentiable)]
struct Keywords {
    r#type: f64,
    r#move: Vector<2, f64>,
}

#[differentiate]
fn fields(r#ref: &Keywords) -> f64 {
    let r#dyn = (&r#ref.r#move * r#ref.r#type).tanh();
    r#dyn.sum() * r#ref.r#type
}

#[test]
fn raw_identifiers() {
    check!(r#match(x in -1.0..1.0, y in -1.0..1.0));
    let (x, y) = (0.5, -0.25);
    assert_eq!(calls::grad(x, y, 0).0, calls::value_and_grad(x, y, 0).1.0);
    check_grad!([y] only_in(x, *y));
    let net = Keywords {
        r#type: 0.75,
        r#move: Vector::from([0.5, -1.5]),
    };
    check_grad!([net] fields(net));
}

#[differentiate(wrt(y))]
fn only_in(x: f64, y: f64) -> f64 {
    calls(stop_gradient(x), y, 2)
}
