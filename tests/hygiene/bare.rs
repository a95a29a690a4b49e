//! No prelude, and other things under the names of the prelude and of the crates.
#![no_implicit_prelude]
#![allow(dead_code, reason = "most of it is only in the way")]

use ::chainrule::{Differentiable, Float, Matrix, Vector, differentiate, mse};
use ::chainrule_tests::{check, check_grad, check_vjp, uniform};
use ::core::convert::From;

mod core {}
mod std {}
mod chainrule {
    pub(super) mod private {}
}
struct Option;
struct Vec;
struct Some;
struct Box;
trait Fn {}
trait FnOnce {}
trait Clone {}
impl Clone for Option {}
impl Fn for Vec {}
impl FnOnce for Some {}
impl Clone for Box {}

#[derive(::std::clone::Clone, ::std::fmt::Debug, Differentiable)]
struct Net {
    w: Matrix<3, 2, f64>,
    b: Vector<2, f64>,
    layers: u32,
}

#[differentiate]
fn branches(x: f64, y: f64) -> f64 {
    let mut z = x * y;
    if z > 0.0 {
        if x > 1.0 {
            return z.ln();
        }
        z *= 2.0;
    } else {
        z -= y;
    }
    z * mse(&z, &y)
}

#[differentiate]
fn list(x: &[f64], n: usize) -> (f64, f64) {
    (x[0] * x[n], x[1].exp())
}

#[differentiate(wrt(net))]
fn loss(net: &Net, x: &Vector<3, f64>) -> f64 {
    let y = (x.matmul(&net.w) + &net.b).sigmoid();
    let layers: u32 = net.layers;
    y.sum() * f64::from(layers)
}

#[differentiate]
fn generic<T: Float>(x: T, f: impl ::std::ops::Fn(T) -> T) -> T {
    let _ = f(T::ONE);
    x.exp() * x
}

#[differentiate]
fn options(x: f64, y: f64, z: &[f64]) -> f64 {
    let first = if x > 0.0 {
        ::core::option::Option::Some(x * y)
    } else {
        ::core::option::Option::None
    };
    let a = first.map(|first| first * y).unwrap_or(y);
    let b = first.and_then(|first| ::core::option::Option::Some(first.sin()));
    let c = b.map_or(x, |b| b * b) + b.unwrap_or_default();
    let d = first.unwrap_or_else(|| x * x) * z.first().unwrap();
    let e = match b {
        ::core::option::Option::Some(b) => b * d,
        ::core::option::Option::None => z.last().expect("an element") * d,
    };
    a * c + e
}

#[test]
fn options_by_their_paths() {
    let z = ::std::vec![0.5, 1.5];
    for x in [0.75, -0.75] {
        let y = 1.25;
        check_grad!([x, y, z] options(*x, *y, &z));
    }
}

#[test]
fn without_a_prelude() {
    check!(branches(x in -2.0..2.0, y in -2.0..2.0));
    let x = ::std::vec![0.5, 1.5, -0.5];
    check_vjp!([x] list(x, 2));
    let net = Net {
        w: uniform([3, 2], (-1.0, 1.0), 1),
        b: uniform([2], (-1.0, 1.0), 2),
        layers: 3,
    };
    let x = uniform([3], (-1.0, 1.0), 3);
    check_grad!([net] loss(net, &x));
    let x = 0.5;
    check_grad!(both [x] generic(*x, |x| x));
}
