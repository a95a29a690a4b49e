//! Methods of the user's own that have the names of tensor operations.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[derive(Clone, Copy, Debug, Differentiable)]
struct Arrow {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Arrow {
    fn dot(&self, other: &Arrow) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }

    fn sum(self, other: Arrow) -> Arrow {
        Arrow {
            x: self.x + other.x,
            y: self.y + other.y,
            ..self
        }
    }

    fn stretch(&mut self, k: f64) {
        self.x *= k;
        self.z += k;
    }
}

#[differentiate]
fn alignment(a: Arrow, b: Arrow, k: f64) -> f64 {
    let mut c = Arrow::sum(a, b);
    Arrow::stretch(&mut c, k);
    c.stretch(0.5 * k);
    Arrow::dot(&c, &b) / (Arrow::norm(&a) * Arrow::norm(&Arrow::sum(b, a)))
}

#[test]
fn by_path_and_on_self() {
    let a = Arrow {
        x: 1.0,
        y: 0.2,
        z: 0.3,
    };
    let b = Arrow {
        x: -0.4,
        y: 1.5,
        z: 0.2,
    };
    let k = 0.7;
    check_grad!([a, b, k] alignment(*a, *b, *k));
}

#[differentiate]
fn assignments_at_the_end(x: f64, list: &[f64]) -> f64 {
    let (mut low, mut high) = (x, 2.0 * x);
    let mut list = list.to_vec();
    for i in 0..4 {
        let middle = 0.5 * (low + high) * x;
        if i % 2 == 0 {
            low = middle
        } else {
            high += middle
        }
        list.reverse();
        list[0] *= middle
    }
    low * high + list[0] * list[1]
}

#[test]
fn without_a_semicolon() {
    let x = 0.8;
    let list = vec![0.3, -0.5, 0.9];
    check_grad!([x, list] assignments_at_the_end(*x, list));
}
