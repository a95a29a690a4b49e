//! Methods that take `self`, of types that are no `Copy`.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_pullback};

#[derive(Clone, Debug, Differentiable)]
struct State {
    x: f64,
    v: Vec<f64>,
}

#[differentiate]
impl State {
    fn at(x: f64) -> State {
        State {
            x,
            v: vec![0.5 * x, 1.0],
        }
    }

    fn step(self, dt: f64) -> State {
        let mut v = self.v;
        v[0] += dt * v[1];
        v[1] -= dt * self.x.sin();
        State {
            x: self.x + dt * v[0],
            v,
        }
    }

    fn scaled(mut self, k: f64) -> Self {
        self.v.iter_mut().for_each(|v| *v *= k);
        self.x -= self.v[0];
        self
    }

    fn energy(self) -> f64 {
        self.x * self.v[0] + self.v[1]
    }

    fn twice(self, dt: f64) -> State {
        Self::step(self.step(dt), 2.0 * dt)
    }
}

#[differentiate]
fn in_a_loop(x: f64, dt: f64, steps: usize) -> f64 {
    let mut state = State::at(x);
    let mut sum = 0.0;
    for i in 0..steps {
        state = state.step(dt);
        if i % 2 == 1 {
            state = state.scaled(1.0 - dt).step(0.5 * dt);
        }
        sum += state.x;
    }
    state.energy() + sum
}

#[differentiate]
fn straight_on(x: f64, dt: f64) -> f64 {
    let mut state = State::at(x);
    let before = state.clone().energy();
    state = state.step(dt);
    state = state.twice(dt).scaled(x);
    let end = State::step(state, dt * dt);
    let kept = end.clone();
    end.energy() * before + State::energy(kept)
}

#[differentiate]
fn given(state: State, dt: f64) -> f64 {
    let other = state.clone();
    state.step(dt).step(dt).energy() + other.energy()
}

#[differentiate]
trait Curve {
    fn value(self, t: f64) -> f64;

    fn sum(self, t: f64) -> f64
    where
        Self: Clone,
    {
        self.clone().value(t) + self.value(2.0 * t)
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Line(Vec<f64>);

#[differentiate]
impl Curve for Line {
    fn value(self, t: f64) -> f64 {
        self.0[0] + self.0[1] * t.sin()
    }
}

#[differentiate]
fn of_any<C: Curve + Differentiable>(curve: &C, t: f64) -> f64 {
    let own = curve.clone();
    own.sum(t) * curve.clone().value(t)
}

#[test]
fn self_is_taken() {
    check!(straight_on(x in 0.2..1.0, dt in 0.05..0.3));
    let (x, dt) = (0.6, 0.1);
    for steps in [0, 1, 2, 7] {
        check_grad!([x, dt] in_a_loop(*x, *dt, steps));
    }
    let state = State::at(0.7);
    check_grad!([state, dt] given(state.clone(), *dt));
    let line = Line(vec![0.4, 0.9]);
    check_grad!([line, x] of_any(line, *x));
    check_pullback(
        &(state, dt),
        |(state, dt)| {
            let end = state.clone().twice(*dt);
            (end.x, end.v)
        },
        |(state, dt), (x_bar, v_bar)| {
            let (end, pullback) = state.clone().twice_vjp(*dt);
            let mut end_bar = end.zero_tangent();
            (end_bar.x, end_bar.v) = (x_bar, v_bar);
            ((end.x, end.v), pullback(end_bar))
        },
    );
    let (value, (line_bar, t_bar)) = line.clone().sum_value_and_grad(x);
    assert_eq!(value, line.clone().sum(x));
    let f = |(line, t): &(Line, f64)| line.clone().sum(*t);
    gradcheck(f, &(line, x), &(line_bar, t_bar)).unwrap();
}
