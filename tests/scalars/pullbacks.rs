//! `vjp` of functions with several values.

use chainrule::prelude::*;
use chainrule_tests::check_vjp;

#[differentiate]
fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, x.sin() + y)
}

#[differentiate]
fn nested(x: f64, y: f64) -> (f64, (f64, f64), f64) {
    let product = x * y;
    (product, (product * x, y), product.exp())
}

#[differentiate]
fn swapped(x: f64, y: f64) -> (f64, f64) {
    (y, x)
}

#[differentiate]
fn partly_constant(x: f64) -> (f64, f64) {
    (x * x, 1.0)
}

#[differentiate]
fn with_an_integer(x: f64, n: usize) -> (f64, usize) {
    (x.powi(n as i32), n + 1)
}

#[differentiate]
fn of_a_branch(x: f64, y: f64) -> (f64, f64) {
    if x > y {
        return (x * x, y);
    }
    let (a, b) = pair(x, y);
    if y > 1.0 { (a, b) } else { (b, a * b) }
}

#[differentiate]
fn one_tuple(x: f64) -> (f64,) {
    (x * x,)
}

#[differentiate]
fn generic<T: Float>(x: T, y: &[T; 2]) -> (T, T) {
    let (s, c) = x.sin_cos();
    (s * y[0], c * y[1])
}

#[differentiate]
fn of_both_precisions(x: f64, y: f32) -> (f32, f64) {
    (y * y, x * y as f64)
}

#[differentiate(wrt(y))]
fn of_one_parameter(x: f64, y: f64) -> (f64, f64) {
    (x * y, x)
}

#[test]
fn tuples() {
    let (x, y) = (0.75, -1.25);
    check_vjp!([x, y] pair(*x, *y));
    check_vjp!([x, y] nested(*x, *y));
    check_vjp!([x, y] swapped(*x, *y));
    check_vjp!([x] partly_constant(*x));
    check_vjp!([x] one_tuple(*x));
    check_vjp!([y] of_one_parameter(x, *y));
    for y in [-1.25, 0.9, 1.5] {
        check_vjp!([x, y] of_a_branch(*x, *y));
    }
    let y = [0.5, -1.5];
    check_vjp!(both [x, y] generic(*x, y));
}

#[test]
fn values_without_floats() {
    let (value, pullback) = with_an_integer::vjp(3.0, 2);
    assert_eq!(value, (9.0, 3));
    assert_eq!(pullback((0.5, ())), 3.0);
}

#[test]
fn two_precisions() {
    let (value, pullback) = of_both_precisions::vjp(3.0, 0.5);
    assert_eq!(value, (0.25, 1.5));
    assert_eq!(pullback((1.0, 2.0)), (1.0, 7.0));
}
