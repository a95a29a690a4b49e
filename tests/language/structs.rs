//! Structs that are built of others, whole or in parts, and their fields without floats.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp};
#[derive(Clone, Debug, Differentiable)]
struct Body {
    x: f64,
    v: [f64; 2],
    tag: usize,
    name: String,
    mass: f64,
}
#[derive(Clone, Debug, Differentiable)]
struct World {
    bodies: Vec<Body>,
    n: usize,
    first: Body,
    gain: (f64, usize),
}
#[differentiate]
fn updated(p: Body, k: f64) -> Body {
    Body {
        x: p.x * k,
        tag: 3,
        ..p
    }
}
#[differentiate]
fn copied(p: &Body, k: f64) -> Body {
    Body {
        x: p.v[0] * k,
        v: [p.x, k],
        tag: p.tag,
        name: p.name.clone(),
        mass: p.mass,
    }
}
#[differentiate]
fn updated_in_loops(p: &Body, k: f64, n: usize) -> f64 {
    let mut b = p.clone();
    for i in 0..n {
        b = Body {
            x: b.x + k * b.v[0],
            tag: i,
            ..b
        };
        b.v[0] -= k * b.x;
        if b.tag > 1 {
            b = Body {
                v: [1.0, b.x],
                ..b.clone()
            };
        }
    }
    let Body {
        x, v: [a, c], mass, ..
    } = b;
    x * a + c * mass
}
#[differentiate]
fn step(b: &Body, n: usize) -> Body {
    Body {
        x: b.x * n as f64,
        ..b.clone()
    }
}
#[differentiate]
fn integers_of_structs(w: &World) -> f64 {
    let mut s = 0.0;
    for i in 0..w.n {
        s += w.bodies[i % w.bodies.len()].x * w.gain.0;
    }
    let b = step(&w.first, w.n);
    for _ in 0..w.first.tag {
        s *= b.x;
    }
    let World {
        first: Body { x, .. },
        gain: (g, _),
        ..
    } = w;
    let moved: Vec<Body> = w
        .bodies
        .iter()
        .map(|b| Body {
            x: b.x + g,
            tag: b.tag,
            ..w.first.clone()
        })
        .collect();
    for Body {
        x: p,
        v: [q, _],
        tag,
        ..
    } in &moved
    {
        if *tag > 0 {
            s += p * q * x;
        }
    }
    s + w
        .bodies
        .iter()
        .map(|Body { x, mass, .. }| x * mass)
        .sum::<f64>()
        + w.bodies[w.first.tag].x
}
#[test]
fn structs() {
    let k = 0.7;
    let b = Body {
        x: 1.2,
        v: [0.3, -0.4],
        tag: 1,
        name: "a".into(),
        mass: 2.0,
    };
    let c = Body {
        x: 0.2,
        v: [0.5, 0.4],
        tag: 0,
        name: "b".into(),
        mass: 1.0,
    };
    let w = World {
        bodies: vec![b.clone(), c],
        n: 3,
        first: b.clone(),
        gain: (0.5, 2),
    };
    check_vjp!([b, k] updated_by_reference(b, *k));
    check_grad!([b, k] updated_and_read(b, *k));
    check_grad!([b, k] copied_and_read(b, *k));
    for n in [0, 1, 2, 7] {
        check_grad!([b, k] updated_in_loops(b, *k, n));
    }
    check_grad!([w] integers_of_structs(w));
}
#[differentiate]
fn updated_and_read(p: &Body, k: f64) -> f64 {
    let b = updated(p.clone(), k);
    b.x * b.v[0] + b.mass * b.v[1]
}
#[differentiate]
fn copied_and_read(p: &Body, k: f64) -> f64 {
    let b = copied(p, k);
    b.x * b.v[0] + b.mass * b.v[1]
}
#[differentiate]
fn updated_by_reference(p: &Body, k: f64) -> [f64; 2] {
    let b = Body { x: k, ..p.clone() };
    [b.x * b.mass, b.v[1]]
}

#[derive(Clone, Debug, Differentiable)]
struct Both {
    a: f64,
    b: f64,
}

#[differentiate(wrt(x, both))]
fn returned_from_a_loop(x: f64, both: &Both, most: Option<f64>) -> Both {
    let mut y = x;
    if let Some(most) = most {
        loop {
            y *= both.a;
            if y > most {
                return Both { a: both.b, b: y };
            }
        }
    }
    Both {
        a: both.b,
        b: both.a,
    }
}

#[differentiate(wrt(x, both))]
fn of_what_returned(x: f64, both: &Both, most: Option<f64>) -> f64 {
    let both = returned_from_a_loop(x, both, most);
    both.a * both.b + both.b.sin()
}

#[test]
fn structs_returned_from_loops_in_arms() {
    let (x, both) = (0.7, Both { a: 1.6, b: -0.4 });
    for most in [None, Some(0.1), Some(4.0)] {
        check_grad!([x, both] of_what_returned(*x, both, most));
    }
}
