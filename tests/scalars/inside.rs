//! Functions and types that a function declares inside.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_vjp};

#[differentiate]
fn helped(x: f64, k: f64) -> f64 {
    const SCALE: f64 = 0.5;
    fn square(a: f64) -> f64 {
        a * a
    }
    fn bent(a: f64, b: f64) -> f64 {
        if a > b {
            square(a) * b
        } else {
            SCALE * a.sin()
        }
    }
    let mut sum = 0.0;
    for i in 0..3 {
        sum += bent(x, k * i as f64) * square(k);
    }
    if square(x) > 0.5 {
        sum *= square(2.0) + bent(1.0, 0.5);
    }
    sum
}

/// Behind what they are called by; of some nothing is differentiated.
#[differentiate]
fn of_lists(x: &[f64], k: f64) -> f64 {
    let n = half(x.len());
    let Some(first) = x.first() else {
        return 0.0;
    };
    let mut y = x.to_vec();
    shift(&mut y, k, n);
    return y.iter().copied().map(bounded).sum::<f64>() * first + norm(&y) * weight("a");

    fn half(n: usize) -> usize {
        n / 2
    }
    fn weight(name: &str) -> f64 {
        let mut letters: Vec<char> = name.chars().collect();
        letters.sort();
        letters.len() as f64
    }
    fn shift(y: &mut [f64], by: f64, from: usize) {
        for i in from..y.len() {
            y[i] += by * y[i - from];
        }
    }
    fn bounded(y: f64) -> f64 {
        y.tanh()
    }
    fn norm(y: &[f64]) -> f64 {
        fn squares(y: &[f64]) -> f64 {
            y.iter().map(|y| y * y).sum()
        }
        squares(y).sqrt()
    }
}

/// One calls itself, and one is generic.
#[differentiate]
fn of_kinds(x: f64, k: f64) -> (f64, f64) {
    fn power(x: f64, n: u32) -> f64 {
        if n == 0 { 1.0 } else { x * power(x, n - 1) }
    }
    fn mixed<T: Float>(a: T, b: T, share: T) -> T {
        a * share + b * (T::ONE - share)
    }
    #[differentiate(wrt(x))]
    fn outside(x: f64, k: f64) -> f64 {
        x * k
    }
    (
        mixed(power(x, 3), power(k, 2), 0.25),
        mixed(x, 2.0, k) + outside(x, 3.0),
    )
}

/// With a type of its own.
#[differentiate]
fn swung(angle: f64, length: f64, steps: usize) -> f64 {
    #[derive(Clone, Differentiable)]
    struct State {
        angle: f64,
        speed: f64,
    }

    #[differentiate]
    impl State {
        fn step(&mut self, length: f64) {
            self.speed -= 0.1 * self.angle.sin() / length;
            self.angle += 0.1 * self.speed;
        }
    }

    enum Side {
        Left,
        Right,
    }

    let mut state = State { angle, speed: 0.0 };
    for _ in 0..steps {
        state.step(length);
    }
    let side = if state.angle < 0.0 {
        Side::Left
    } else {
        Side::Right
    };
    match side {
        Side::Left => state.angle,
        Side::Right => state.angle * state.speed,
    }
}

struct Model {
    rate: f64,
}

#[differentiate]
impl Model {
    #[differentiate(wrt(x))]
    fn decay(&self, x: f64) -> f64 {
        fn faded(x: f64, rate: f64) -> f64 {
            (-rate * x).exp() * x
        }
        faded(x, self.rate) + faded(1.0, x)
    }
}

#[differentiate]
trait Shape {
    fn area(&self, scale: f64) -> f64;

    fn doubled(&self, scale: f64) -> f64 {
        fn twice(a: f64) -> f64 {
            2.0 * a
        }
        twice(self.area(scale))
    }
}

#[derive(Clone, Differentiable)]
struct Disc {
    radius: f64,
}

#[differentiate]
impl Shape for Disc {
    fn area(&self, scale: f64) -> f64 {
        fn square(a: f64) -> f64 {
            a * a
        }
        square(self.radius * scale) * std::f64::consts::PI
    }
}

#[differentiate]
fn discs(radius: f64, scale: f64) -> f64 {
    let disc = Disc { radius };
    disc.doubled(scale) + disc.area(radius)
}

#[test]
fn functions_inside() {
    check!(helped(x in 0.2..1.5, k in 0.2..1.0));
    check!(discs(radius in 0.2..1.5, scale in 0.2..1.0));
    let (a, x, k) = (vec![0.4, -0.3, 1.2, 0.9], 0.7, 1.3);
    check_grad!([a, k] of_lists(a, *k));
    check_vjp!([x, k] of_kinds(*x, *k));
    for n in [0, 1, 7, 30] {
        check_grad!([x, k] swung(*x, *k, n));
    }
    let model = Model { rate: 0.7 };
    gradcheck(|x| model.decay(*x), &0.4, &model.decay_grad(0.4)).unwrap();
}
