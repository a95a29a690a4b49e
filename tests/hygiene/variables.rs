//! Variables, fields and generics with the names that generated code would choose.

#![allow(
    clippy::used_underscore_binding,
    reason = "names are the point of the test"
)]

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_vjp, number, uniform};

#[differentiate]
fn locals(x: f64, y: f64) -> f64 {
    let x_bar = x * y;
    let _t0 = x_bar.sin();
    let t = _t0 * x;
    let t2 = t * t;
    let rt = t2 + y;
    let result = rt * x_bar;
    let value = result.exp().ln_1p();
    let gradient = value * rt;
    let pull = gradient + t;
    let residuals = pull * y;
    let value_bar = residuals - x;
    let cond = value_bar > 0.0;
    let new = if cond { value_bar * x } else { y - value_bar };
    new + residuals
}

#[differentiate]
fn parameters(value: f64, gradient: f64, pull: f64, residuals: f64, rt: f64, t: f64) -> f64 {
    let new = value * gradient + pull.sin() * residuals;
    new * rt + t.exp() * new
}

#[differentiate]
fn adjoint_names(x: f64, x_bar: f64, x_bar2: f64) -> f64 {
    let y = x * x_bar;
    let y_bar = y * x_bar2;
    let y_bar_bar = y_bar.sin() * y;
    y_bar_bar * x
}

#[differentiate]
fn the_function_itself(the_function_itself: f64) -> f64 {
    the_function_itself.powi(3)
}

#[differentiate]
fn types_and_patterns((a, b): (f64, f64), arg0: f64, arg1: f64) -> f64 {
    a * arg0 + b * arg1
}

#[differentiate]
fn generics<Arg1: Float>(x: Arg1, scale: impl Fn(i32) -> i32, g: Arg1) -> Arg1 {
    x.powi(scale(2)) * g
}

#[derive(Clone, Debug, Differentiable)]
struct Fields {
    t: Vector<3, f64>,
    element: Vector<3, f64>,
    value: f64,
    x: f64,
}

#[differentiate]
fn fields(rt: &Fields, x: f64, t: &Vector<3, f64>) -> f64 {
    let element = x * rt.x;
    let value = (&rt.t * element + &rt.element * t).tanh() * rt.value;
    let b = (&value * x + &rt.t).exp();
    (value * b).sum()
}

#[differentiate]
fn element(x: &[Vector<2, f64>; 2], element: f64) -> Vector<2, f64> {
    let y = &x[0] * element + &x[1] * &x[0];
    y * element + element
}

#[differentiate]
fn passed_on(x: f64, y: f64) -> f64 {
    let locals_pull = locals(x, y);
    let part_bar = adjoint_names(locals_pull, locals_pull, x).sin();
    let whole_bar = the_function_itself(part_bar);
    adjoint_names(whole_bar, whole_bar, y) * locals_pull
}

#[test]
fn of_the_user() {
    check!(locals(x in -1.0..1.0, y in -1.0..1.0));
    check!(parameters(a in -1.0..1.0, b in -1.0..1.0, c in -1.0..1.0, d in -1.0..1.0, e in -1.0..1.0, f in -1.0..1.0));
    check!(adjoint_names(x in -1.0..1.0, y in -1.0..1.0, z in -1.0..1.0));
    check!(the_function_itself(x in -1.0..1.0));
    check!(passed_on(x in -0.5..0.5, y in -0.5..0.5));
    let (pair, x, y) = ((0.5, -0.25), 1.5, 2.0);
    check_grad!([pair, x, y] types_and_patterns(*pair, *x, *y));
    check_grad!(both [x, y] generics(*x, |n| n + 1, *y));
}

#[test]
fn of_fields() {
    let net = Fields {
        t: uniform([3], (-1.0, 1.0), 1),
        element: uniform([3], (-1.0, 1.0), 2),
        value: number((-1.0, 1.0), 3),
        x: number((-1.0, 1.0), 4),
    };
    let (x, t) = (number((-1.0, 1.0), 5), uniform([3], (-1.0, 1.0), 6));
    check_grad!([net, x, t] fields(net, *x, t));
    let (list, e) = (
        [uniform([2], (-1.0, 1.0), 7), uniform([2], (-1.0, 1.0), 8)],
        0.75,
    );
    check_vjp!([list, e] element(list, *e));
}
