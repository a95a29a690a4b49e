//! Raw identifiers.

use chainrule::prelude::*;
use chainrule_tests::{assert_identical, check, check_grad};

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
fn calls(r#as: f64, r#in: f64, r#struct: i32) -> f64 {
    r#match(r#as, r#in) * self::r#match(r#in, r#in) * r#as.powi(r#struct)
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
    let in_order_of_wrt = calls::grad(x, y, 2);
    check_grad!([y, x] calls_in_order(*y, *x));
    assert_identical(&in_order_of_wrt, &calls_in_order::grad(y, x));
    check_grad!([y] only_in(x, *y));
    let net = Keywords {
        r#type: 0.75,
        r#move: Vector::from([0.5, -1.5]),
    };
    check_grad!([net] fields(net));
}

#[differentiate]
fn calls_in_order(y: f64, x: f64) -> f64 {
    calls(x, y, 2)
}

#[differentiate(wrt(y))]
fn only_in(x: f64, y: f64) -> f64 {
    calls(stop_gradient(x), y, 2)
}
