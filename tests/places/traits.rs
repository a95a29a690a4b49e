//! Methods of traits, so that generic code composes.

use super::parameters::differences;
use chainrule::prelude::*;
use chainrule_tests::{assert_identical, assert_near};

#[differentiate]
trait Layer {
    fn apply(&self, x: f64) -> f64;

    /// The squared error.
    fn loss(&self, x: f64, t: f64) -> f64 {
        let y = self.apply(x);
        (y - t) * (y - t)
    }

    fn name(&self) -> String;

    #[differentiate(skip)]
    fn parameters(&self) -> f64 {
        1.0
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Dense {
    w: f64,
    b: f64,
}

#[differentiate]
impl Layer for Dense {
    fn apply(&self, x: f64) -> f64 {
        (self.w * x + self.b).tanh()
    }

    fn name(&self) -> String {
        "dense".into()
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Scale {
    factor: f64,
}

#[differentiate]
impl Layer for Scale {
    fn apply(&self, input: f64) -> f64 {
        let mut y = input;
        for _ in 0..3 {
            y *= self.factor;
        }
        y
    }

    fn loss(&self, x: f64, t: f64) -> f64 {
        (self.apply(x) - t).abs()
    }

    fn name(&self) -> String {
        "scale".into()
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Chain<A, B> {
    first: A,
    second: B,
}

#[differentiate]
impl<A: Layer + Differentiable, B: Layer + Differentiable> Layer for Chain<A, B> {
    fn apply(&self, x: f64) -> f64 {
        let h = self.first.apply(x);
        self.second.apply(h) + h
    }

    fn name(&self) -> String {
        format!("{} {}", self.first.name(), self.second.name())
    }
}

#[differentiate]
fn total<L: Layer + Differentiable>(layer: &L, x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in x {
        sum += layer.loss(*x, 0.3) * layer.apply(0.5);
    }
    sum
}

fn chain(at: &[f64]) -> Chain<Dense, Chain<Scale, Dense>> {
    let dense = |w, b| Dense { w, b };
    let scale = Scale { factor: at[2] };
    Chain {
        first: dense(at[0], at[1]),
        second: Chain {
            first: scale,
            second: dense(at[3], at[4]),
        },
    }
}

#[test]
fn generic_layers() {
    let at = [0.7, -0.2, 0.9, 1.1, 0.4, 0.6];
    let layers = chain(&at);
    assert_eq!(layers.name(), "dense scale dense");
    assert_eq!(layers.parameters(), 1.0);
    let (value, (d, dx, dt)) = layers.loss_value_and_grad(at[5], 0.3);
    assert_eq!(value, layers.loss(at[5], 0.3));
    let expected = differences(|at: &[f64; 6]| chain(at).loss(at[5], 0.3), at);
    let found = |d: &<Chain<Dense, Chain<Scale, Dense>> as Differentiable>::Tangent, x: f64| {
        let (inner, last) = (&d.second, &d.second.second);
        [d.first.w, d.first.b, inner.first.factor, last.w, last.b, x]
    };
    assert_near(&found(&d, dx), &expected, 1e-8);
    assert!(dt < 0.0 || dt > 0.0);

    let (d, dx) = total::grad(&layers, &[at[5], 0.1]);
    let expected = differences(|at: &[f64; 6]| total(&chain(at), &[at[5], 0.1]), at);
    assert_near(&found(&d, dx[0]), &expected, 1e-7);
}

#[test]
fn every_entry_point() {
    let dense = Dense { w: 0.7, b: -0.2 };
    let gradient = dense.apply_grad(0.5);
    let (value, pullback) = dense.apply_vjp(0.5);
    assert_eq!(value, dense.apply(0.5));
    assert_identical(&pullback(1.0), &gradient);
    let mut into = (dense.zero_tangent(), 5.0);
    assert_eq!(dense.apply_value_and_grad_into(0.5, &mut into), value);
    assert_identical(&into, &gradient);
    let scale = Scale { factor: 0.8 };
    let expected = differences(|&[f, x]| Scale { factor: f }.loss(x, 0.3), [0.8, 0.5]);
    let (d, dx, _) = scale.loss_grad(0.5, 0.3);
    assert_near(&[d.factor, dx], &expected, 1e-8);
}

#[differentiate]
trait Advance<T: Float> {
    fn advance(&mut self, dt: T) -> T;
    fn rate() -> f64
    where
        Self: Sized;

    fn twice(&mut self, dt: T) -> T {
        let first = self.advance(dt);
        first + self.advance(dt * first)
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Decay<T> {
    x: T,
}

#[differentiate]
impl<T: Float> Advance<T> for Decay<T> {
    fn advance(&mut self, dt: T) -> T {
        self.x = self.x - dt * self.x;
        self.x * dt
    }

    fn rate() -> f64 {
        1.0
    }
}

#[test]
fn generic_traits_that_change_self() {
    assert_eq!(<Decay<f64> as Advance<f64>>::rate(), 1.0);
    let expected = differences(|&[x, dt]| Decay { x }.twice(dt), [0.9, 0.3]);
    let mut decay = Decay { x: 0.9 };
    let (d, d_dt) = decay.twice_grad(0.3);
    let mut plain = Decay { x: 0.9 };
    plain.twice(0.3);
    assert_eq!(decay.x, plain.x);
    assert_near(&[d.x, d_dt], &expected, 1e-8);
    let (single, _) = Decay { x: 0.9_f32 }.twice_grad(0.3);
    assert_near(&single.x, &d.x, 1e-5);
}

#[differentiate]
trait Flow {
    fn speed(&self, t: f64, y: &[f64; 2]) -> [f64; 2];
}

#[derive(Clone, Debug, Differentiable)]
struct Turning {
    rate: f64,
}

#[differentiate]
impl Flow for Turning {
    fn speed(&self, _t: f64, &[x, y]: &[f64; 2]) -> [f64; 2] {
        [-self.rate * y, self.rate * x]
    }
}

#[test]
fn patterns_as_parameters() {
    let value = |&[rate, x, y]: &[f64; 3]| {
        let [u, v] = Turning { rate }.speed(0.0, &[x, y]);
        2.0 * u - v
    };
    let turning = Turning { rate: 0.7 };
    let (_, pullback) = turning.speed_vjp(0.0, &[0.3, -0.5]);
    let (d, _, at) = pullback([2.0, -1.0]);
    let found = [d.rate, at[0], at[1]];
    assert_near(&found, &differences(value, [0.7, 0.3, -0.5]), 1e-8);
}
