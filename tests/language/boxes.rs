//! Boxes: built, looked into, and passed where a reference is asked for.

use chainrule::prelude::*;
use chainrule_tests::check_grad;
#[derive(Clone, Debug, Differentiable)]
struct Node {
    value: f64,
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
}
#[differentiate]
fn tree(node: &Node, k: f64) -> f64 {
    let mut s = node.value * k;
    if let Some(l) = &node.left {
        s += tree(l, k * 0.5);
    }
    match &node.right {
        Some(r) => s += tree(r, k * k),
        None => s *= 2.0,
    }
    s
}
#[derive(Clone, Debug, Differentiable)]
struct Chain {
    w: f64,
    inner: Box<f64>,
}
#[differentiate]
fn built(c: &Chain, x: f64) -> f64 {
    let b = Box::new(x * c.w);
    let d = *b + *c.inner * 2.0;
    d * *b
}
#[differentiate]
fn parameters(x: Box<f64>, y: &Box<f64>) -> f64 {
    *x * **y + x.sin()
}
#[differentiate]
fn chosen(x: f64, which: u8) -> f64 {
    let mut sum = x;
    match which {
        0 => sum += x.sin(),
        1 => sum = x * x,
        _ => sum *= 0.5,
    }
    let inner = Box::new([x, sum]);
    inner[0] * inner[1]
}

#[test]
fn boxes() {
    for which in 0..3 {
        let x = 0.3;
        check_grad!([x] chosen(*x, which));
    }
    let leaf = |v| Node {
        value: v,
        left: None,
        right: None,
    };
    let t = Node {
        value: 0.5,
        left: Some(Box::new(leaf(1.5))),
        right: Some(Box::new(Node {
            value: -0.5,
            left: None,
            right: Some(Box::new(leaf(0.3))),
        })),
    };
    let k = 0.7;
    check_grad!([t, k] tree(t, *k));
    let c = Chain {
        w: 0.3,
        inner: Box::new(0.7),
    };
    check_grad!([c, k] built(c, *k));
    let (x, y) = (Box::new(0.4), Box::new(0.9));
    check_grad!([x, y] parameters(x.clone(), y));
}
