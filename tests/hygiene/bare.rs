//! No prelude, and other things under the names of the prelude and of the crates.
#![no_implicit_prelude]
#![allow(dead_code, reason = "most of it is only in the way")]

use ::chainrule::{Differentiable, Float, Matrix, Vector, differentiate, mse};
use ::chainrule_tests::{check, check_grad, check_vjp, uniform};
use ::core::convert::From;

mod core {}
mod std {}
mod rt {}
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
fn options(x: f64, y: f64, list: &[f64]) -> f64 {
    let first = if x > 0.0 {
        ::core::option::Option::Some(x * y)
    } else {
        ::core::option::Option::None
    };
    let second = first
        .and_then(|first| {
            if first > 0.5 {
                ::core::option::Option::Some(first * list[1])
            } else {
                ::core::option::Option::None
            }
        })
        .map(|second| second * y);
    let sum = second.map_or(x, |b| b * b) + second.unwrap_or_default();
    let third = first.unwrap_or_else(|| (x * x).exp()) * list.first().unwrap();
    let fourth = match second {
        ::core::option::Option::Some(second) => second * third,
        ::core::option::Option::None => list.last().expect("an element") * third,
    };
    second.unwrap_or(y) * sum + fourth
}

#[differentiate]
fn loops(x: &[f64], rate: f64, steps: usize) -> f64 {
    let mut state = [x[0], x[1]];
    let mut seen = ::std::vec![0.0; 2];
    let squared = |y: f64| y * y * rate;
    let mut step = 0;
    while step < steps {
        state = [state[0] + rate * state[1], state[1] - rate * state[0].sin()];
        if state[0] > 2.0 {
            break;
        }
        for inner in 0..step {
            state[inner % 2] *= 1.0 - rate * 0.01;
        }
        seen.push(squared(state[1]));
        step += 1;
    }
    let mut sum = 0.0;
    for x in &seen {
        sum += x * state[0];
    }
    sum
}

mod with_iterators {
    use ::chainrule::differentiate;
    use ::core::iter::Iterator as _;

    #[differentiate]
    pub(super) fn chains(x: &[f64], seen: &[f64], rate: f64) -> f64 {
        let scaled: ::std::vec::Vec<f64> = x.iter().map(|x| x * rate).collect();
        let mut sum = 0.0;
        for (a, b) in scaled.iter().zip(seen).rev() {
            sum += a * b;
        }
        for (index, x) in x.iter().enumerate() {
            if index % 2 == 0 {
                sum += x.max(rate);
            }
        }
        let even: f64 = seen.iter().filter(|x| **x > 0.01).sum();
        sum + even + seen.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>()
    }
}

#[differentiate]
fn changes(place: &mut [f64], by: f64) -> f64 {
    for x in place.iter_mut() {
        *x *= by;
    }
    place[0] * place[1]
}

#[derive(::std::clone::Clone, ::std::fmt::Debug, Differentiable)]
enum Shape {
    Circle(f64),
    Square { side: f64 },
    Nothing,
}

#[derive(::std::clone::Clone, ::std::fmt::Debug, Differentiable)]
struct Part {
    shape: Shape,
    scale: f64,
}

#[differentiate]
trait Area {
    fn area(&self, unit: f64) -> f64;

    fn grow(&mut self, by: f64);

    fn grown(&mut self, by: f64) -> f64 {
        self.grow(by);
        self.area(by) * 2.0
    }
}

#[differentiate]
impl Area for Part {
    fn area(&self, unit: f64) -> f64 {
        let area = match &self.shape {
            Shape::Circle(radius) => radius * radius * 3.0,
            Shape::Square { side } => side * side,
            Shape::Nothing => 0.0,
        };
        area * self.scale * unit
    }

    fn grow(&mut self, by: f64) {
        for _ in 0..2 {
            self.scale *= by;
        }
    }
}

#[differentiate]
impl Part {
    fn twice(&mut self, by: f64) -> f64 {
        self.scale += by;
        let first = self.area(by);
        self.grow(by);
        first * self.area(1.0)
    }
}

#[differentiate]
fn parts(part: &Part, by: f64) -> f64 {
    let mut part = ::core::clone::Clone::clone(part);
    let mut list = [by, part.scale];
    changes(&mut list, by) + part.twice(by) * part.grown(list[0])
}

#[test]
fn places_and_methods() {
    let (x, rate) = (::std::vec![0.5, 1.5, 0.7], 0.3);
    check_grad!([x, rate] loops(x, *rate, 5));
    let seen = ::std::vec![0.25, -0.5, 0.75];
    check_grad!([x, seen, rate] with_iterators::chains(x, seen, *rate));
    for shape in [
        Shape::Circle(0.75),
        Shape::Square { side: 1.5 },
        Shape::Nothing,
    ] {
        let (part, by) = (Part { shape, scale: 0.5 }, 0.75);
        check_grad!([part, by] parts(part, *by));
    }
}

#[test]
fn options_by_their_paths() {
    let list = ::std::vec![0.5, 1.5];
    for x in [0.75, -0.75] {
        let y = 1.25;
        check_grad!([x, y, list] options(*x, *y, list));
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
