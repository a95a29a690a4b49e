//! Methods of the user's own that are named like those of floats, tensors and lists.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[derive(Clone, Copy, Debug, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Vec3 {
    fn new(x: f64, y: f64, z: f64) -> Self {
        Vec3 { x, y, z }
    }

    fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn cross(&self, other: &Vec3) -> Vec3 {
        Vec3::new(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    fn norm(self) -> f64 {
        self.dot(self).sqrt()
    }

    fn max(&self, k: f64) -> f64 {
        self.x * k
    }

    fn exp(&self) -> f64 {
        self.cross(&Self::new(1.0, 2.0, self.x)).norm().exp()
    }

    fn scaled(&self, k: f64) -> Vec3 {
        Vec3 {
            x: self.x * k,
            y: self.y * k,
            z: self.z * k,
        }
    }

    fn triple(&self, b: &Vec3, c: Vec3) -> f64 {
        let along: Vec3 = self.cross(b).scaled(0.5);
        along.dot(c) + c.dot(*b) * Vec3::new(c.x, 1.0, 2.0).dot(*self)
    }

    fn push(&mut self, by: f64) {
        self.x += by * self.y;
    }
}

#[differentiate]
fn with_fields(a: Vec3, b: &Vec3, k: f64) -> f64 {
    a.x * b.x + a.dot(*b) + b.norm() + b.max(k) + b.exp()
}

#[differentiate]
fn built(a: Vec3, k: f64) -> f64 {
    let mut b = Vec3 { x: k, ..a };
    b.push(k);
    let c: Vec3 = b.scaled(2.0);
    b.dot(c) + c.norm() + a.triple(&b, c)
}

/// A variable with fields may have the name of a parameter without.
#[differentiate]
fn of_the_same_name(x: f64, k: f64) -> f64 {
    let s = x.tanh() + x.powi(2);
    let x = (s.exp(), k);
    x.0 * x.1
}

type Weights = Vector<2, f64>;

#[differentiate]
fn of_an_alias(w: &Weights, x: f64, k: f64) -> f64 {
    let y = {
        let x = (k, 2.0);
        let w = (x.0, 3.0);
        w.0 * x.1
    };
    w.dot(w) * x.sin() + w.norm() * y
}

#[test]
fn vectors() {
    let a = Vec3 {
        x: 0.7,
        y: 1.2,
        z: 0.3,
    };
    let b = Vec3 {
        x: -0.4,
        y: 0.2,
        z: 1.3,
    };
    let k = 0.4;
    check_grad!([a, b, k] with_fields(*a, b, *k));
    check_grad!([a, k] built(*a, *k));
    let x = 0.3;
    check_grad!([x, k] of_the_same_name(*x, *k));
    let w = Vector::from_vec([2], vec![0.3, 0.4]);
    let x = 0.7;
    check_grad!([w, x, k] of_an_alias(w, *x, *k));
}
