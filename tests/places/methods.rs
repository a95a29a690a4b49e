//! Methods with `&mut self`.

use super::parameters::differences;
use chainrule::prelude::*;
use chainrule_tests::{assert_near, check_grad};

#[derive(Clone, Debug, Differentiable)]
struct Body {
    pos: [f64; 2],
    vel: [f64; 2],
    name: &'static str,
}

#[differentiate]
impl Body {
    fn kick(&mut self, dt: f64) {
        for i in 0..2 {
            self.vel[i] -= dt * self.pos[i].sin();
        }
    }

    fn drift(&mut self, dt: f64) {
        for i in 0..2 {
            self.pos[i] += dt * self.vel[i];
        }
    }

    fn energy(&self) -> f64 {
        let mut sum = 0.0;
        for i in 0..2 {
            sum += 0.5 * self.vel[i] * self.vel[i] - self.pos[i].cos();
        }
        sum
    }

    fn leapfrog(&mut self, dt: f64, steps: usize) -> f64 {
        let start = self.energy();
        for _ in 0..steps {
            self.kick(0.5 * dt);
            self.drift(dt);
            self.kick(0.5 * dt);
        }
        self.energy() - start
    }
}

fn body(at: &[f64]) -> Body {
    Body {
        pos: [at[0], at[1]],
        vel: [at[2], at[3]],
        name: "moon",
    }
}

#[test]
fn methods_call_methods() {
    let at = [0.7, -0.2, 1.2, 0.4, 0.3];
    let value = |at: &[f64; 5]| body(at).leapfrog(at[4], 5);
    let mut moved = body(&at);
    let (found, (d_body, d_dt)) = moved.leapfrog_value_and_grad(at[4], 5);
    let mut plain = body(&at);
    assert_eq!(found, plain.leapfrog(at[4], 5));
    assert_eq!(
        (moved.pos, moved.vel, moved.name),
        (plain.pos, plain.vel, "moon")
    );
    let expected = differences(value, at);
    assert_near(&d_body.pos, &[expected[0], expected[1]], 1e-8);
    assert_near(&d_body.vel, &[expected[2], expected[3]], 1e-8);
    assert_near(&d_dt, &expected[4], 1e-8);
}

#[test]
fn a_pullback() {
    let at = [0.7, -0.2, 1.2, 0.4, 0.3];
    let mut moved = body(&at);
    let mut bar = moved.zero_tangent();
    let ((), pullback) = moved.kick_vjp(at[4]);
    (bar.pos, bar.vel) = ([1.0, 2.0], [3.0, -1.0]);
    let dt_bar = pullback((), &mut bar);
    let weighted = |at: &[f64; 5]| {
        let mut moved = body(at);
        moved.kick(at[4]);
        moved.pos[0] + 2.0 * moved.pos[1] + 3.0 * moved.vel[0] - moved.vel[1]
    };
    let expected = differences(weighted, at);
    let found = [bar.pos[0], bar.pos[1], bar.vel[0], bar.vel[1], dt_bar];
    assert_near(&found, &expected, 1e-8);
}

#[differentiate]
fn two_bodies(x: f64, v: f64) -> f64 {
    let mut pair = [
        Body {
            pos: [x, 0.3],
            vel: [v, 0.0],
            name: "a",
        },
        Body {
            pos: [0.1, x * v],
            vel: [0.2, v],
            name: "b",
        },
    ];
    let mut sum = 0.0;
    for step in 0..6 {
        pair[step % 2].kick(0.1);
        pair[0].drift(0.1 * x);
        let mut free = pair[1].clone();
        free.drift(0.5);
        sum += free.energy() * pair[1].energy();
    }
    sum
}

#[test]
fn elements_of_a_list() {
    let expected = differences(|&[x, v]| two_bodies(x, v), [0.7, 1.2]);
    assert_near(
        &two_bodies::grad(0.7, 1.2),
        &(expected[0], expected[1]),
        1e-7,
    );
}

#[differentiate]
fn of_its_own(mut body: Body, dt: f64) -> f64 {
    let gained = body.leapfrog(dt, 2);
    body.kick(dt);
    gained + body.energy()
}

#[differentiate]
fn begun_anew(mut body: Body, dt: f64) -> f64 {
    body.drift(dt);
    body = Body {
        pos: body.vel,
        vel: body.pos,
        name: "new",
    };
    body.kick(dt);
    body.energy()
}

#[test]
fn a_parameter_by_value() {
    let (body, dt) = (body(&[0.7, -0.2, 1.2, 0.4]), 0.3);
    check_grad!([body, dt] of_its_own(body.clone(), *dt));
    check_grad!([body, dt] begun_anew(body.clone(), *dt));
}
