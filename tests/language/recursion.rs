//! Functions that call each other.

use chainrule::prelude::*;
use chainrule_tests::{assert_near, check_grad};

#[differentiate(recursive)]
fn even(x: f64, k: f64, n: usize) -> f64 {
    if n == 0 {
        return x;
    }
    odd(x * k, k, n - 1) + x.sin()
}

#[differentiate]
fn odd(x: f64, k: f64, n: usize) -> f64 {
    if n == 0 {
        x * x
    } else {
        k * even(x + k, k, n - 1)
    }
}

#[test]
fn two_functions() {
    let (x, k) = (0.6, 1.2);
    for n in [0, 1, 2, 5] {
        check_grad!([x, k] even(*x, *k, n));
        check_grad!([x, k] odd(*x, *k, n));
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Node {
    weight: f64,
    children: Vec<Node>,
}

#[differentiate]
impl Node {
    #[differentiate(recursive)]
    fn total(&self, x: f64) -> f64 {
        self.weight * x + self.below(x)
    }

    fn below(&self, x: f64) -> f64 {
        let mut sum = 0.0;
        for child in &self.children {
            sum += child.total(x * self.weight);
        }
        sum
    }
}

#[test]
fn methods() {
    let node = |weight, children| Node { weight, children };
    let tree = |w: f64| node(w, vec![node(2.0, vec![node(0.5, vec![])]), node(w, vec![])]);
    let (d, dx) = tree(0.7).total_grad(1.3);
    let step = 1e-6;
    let slope = (tree(0.7 + step).total(1.3) - tree(0.7 - step).total(1.3)) / (2.0 * step);
    assert_near(&(d.weight + d.children[1].weight), &slope, 1e-8);
    assert_near(&dx, &(tree(0.7).total(1.3) / 1.3), 1e-12);
}

#[derive(Clone, Debug, Differentiable)]
struct Branch {
    key: f64,
    left: Option<Box<Branch>>,
    right: Option<Box<Branch>>,
}

#[differentiate]
impl Branch {
    fn sum(&self, k: f64) -> f64 {
        let left = match &self.left {
            Some(left) => Branch::sum(left, 0.5 * k),
            None => 0.0,
        };
        let right = if let Some(right) = &self.right {
            right.sum(k * k)
        } else {
            0.0
        };
        self.key * k + left + right
    }
}

#[test]
fn optional_branches() {
    let leaf = |key| Branch {
        key,
        left: None,
        right: None,
    };
    let tree = |key| Branch {
        key,
        left: Some(Box::new(leaf(2.0 * key))),
        right: Some(Box::new(leaf(3.0))),
    };
    let (d, dk) = tree(0.4).sum_grad(1.5);
    let step = 1e-6;
    let slope = (tree(0.4).sum(1.5 + step) - tree(0.4).sum(1.5 - step)) / (2.0 * step);
    assert_near(&dk, &slope, 1e-8);
    let [left, right] = [d.left.unwrap(), d.right.unwrap()];
    assert_near(&[d.key, left.key, right.key], &[1.5, 0.75, 2.25], 1e-12);
}
