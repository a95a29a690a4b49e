//! Tensors by value, by reference, in tuples, arrays, lists and structs; used once, often, or not at all.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp, uniform};

const SPAN: (f64, f64) = (-1.5, 1.5);

#[differentiate]
fn by_value(a: Matrix<2, 3, f64>, b: Vector<3, f64>) -> Matrix<2, 3, f64> {
    (a + b).tanh()
}

#[differentiate]
fn value_used_often(a: Matrix<2, 2, f64>, v: Vector<2, f64>) -> f64 {
    let b = a.matmul(&a);
    let c = b.transpose() * &a + b;
    let moved = a;
    (c.matvec(&v) * v).sum() + moved.max()
}

#[differentiate]
fn moved_on(a: Vector<3, f64>) -> Vector<3, f64> {
    let b = a;
    let c = b * 2.0;
    c.exp()
}

#[differentiate]
fn cloned(a: &Vector<3, f64>) -> Vector<3, f64> {
    let mut b = a.clone();
    b = b.clone() * a + b;
    b
}

#[differentiate]
fn tuple(p: &(Matrix<2, 2, f64>, Vector<2, f64>), (x, n): (Vector<2, f64>, usize)) -> f64 {
    let y = p.0.matvec(&x) + &p.1;
    y.powi(n as i32).sum()
}

#[differentiate]
fn tuple_by_value(p: (Vector<2, f64>, f64)) -> Vector<2, f64> {
    let (v, s) = p;
    v * s
}

#[differentiate]
fn array(layers: &[Matrix<2, 2, f64>; 2], x: &Vector<2, f64>) -> Vector<2, f64> {
    let h = layers[0].matvec(x).tanh();
    layers[1].matvec(&h) + layers[0].matvec(&h)
}

#[differentiate]
fn slice(layers: &[Matrix<2, 2, f64>], x: &Vector<2, f64>, i: usize) -> f64 {
    let h = layers[i].matvec(x).tanh();
    layers[i + 1].matvec(&h).norm()
}

#[differentiate]
fn list(layers: &Vec<Vector<2, f64>>) -> f64 {
    layers[0].dot(&layers[layers.len() - 1])
}

#[derive(Clone, Debug, Differentiable)]
struct Block {
    weight: Matrix<2, 2, f64>,
    name: String,
    inner: Inner,
}

#[derive(Clone, Debug, Differentiable)]
struct Inner {
    biases: [Vector<2, f64>; 2],
    pair: (f64, Vector<2, f64>),
}

#[differentiate]
fn nested(block: &Block, x: &Vector<2, f64>) -> f64 {
    let h = block.weight.matvec(x) + &block.inner.biases[1];
    let (scale, shift) = (block.inner.pair.0, &block.inner.pair.1);
    (h * scale + shift).sigmoid().sum() * block.inner.biases[0].max()
}

#[differentiate]
fn nested_by_value(block: Block) -> f64 {
    let inner = block.inner;
    let w = block.weight;
    (w * &inner.pair.1).sum() * inner.pair.0
}

#[differentiate]
fn several_values(
    a: &Matrix<2, 3, f64>,
    b: &Vector<3, f64>,
) -> (Matrix<2, 3, f64>, f64, Vector<2, f64>) {
    let c = a * b;
    let total = c.sum();
    let sums = c.sum_cols();
    (c, total, sums * total)
}

#[differentiate]
fn unused(a: &Vector<2, f64>, _b: &Vector<3, f64>, c: Matrix<1, 2, f64>) -> f64 {
    let _ = c.sum();
    a.sum()
}

#[differentiate(wrt(b))]
fn subset(a: &Matrix<2, 2, f64>, b: &Vector<2, f64>, labels: &[usize]) -> f64 {
    let z = a + b;
    softmax_cross_entropy(&z, labels) + a.sum()
}

#[differentiate]
fn constant(a: &Vector<2, f64>) -> Vector<2, f64> {
    let ones = Vector::full([2], 1.0);
    ones * stop_gradient(a)
}

#[differentiate]
fn stopped(a: &Vector<2, f64>) -> f64 {
    let target = stop_gradient(a * 2.0);
    let y = a.exp();
    let baseline = stop_gradient(&y);
    mse(&y, &target) + (&y - baseline).sum()
}

#[test]
fn values_and_references() {
    let (a, b) = (uniform([2, 3], SPAN, 1), uniform([3], SPAN, 2));
    check_vjp!([a, b] by_value(a.clone(), b.clone()));
    let (a, v) = (uniform([2, 2], SPAN, 3), uniform([2], SPAN, 4));
    check_grad!([a, v] value_used_often(a.clone(), v.clone()));
    let a = uniform([3], SPAN, 5);
    check_vjp!([a] moved_on(a.clone()));
    check_vjp!([a] cloned(a));
}

#[test]
fn tuples() {
    let (p, q) = (
        (uniform([2, 2], SPAN, 6), uniform([2], SPAN, 7)),
        (uniform([2], SPAN, 8), 3),
    );
    check_grad!([p, q] tuple(p, q.clone()));
    let p = (uniform([2], SPAN, 9), 0.75);
    check_vjp!([p] tuple_by_value(p.clone()));
    let (a, b) = (uniform([2, 3], SPAN, 10), uniform([3], SPAN, 11));
    check_vjp!([a, b] several_values(a, b));
}

#[test]
fn lists() {
    let (layers, x) = (
        [uniform([2, 2], SPAN, 12), uniform([2, 2], SPAN, 13)],
        uniform([2], SPAN, 14),
    );
    check_vjp!([layers, x] array(layers, x));
    let layers = layers.to_vec();
    check_grad!([layers, x] slice(layers, x, 0));
    let layers = vec![uniform([2], SPAN, 15), x.clone(), x];
    check_grad!([layers] list(layers));
}

#[test]
fn structs() {
    let block = Block {
        weight: uniform([2, 2], SPAN, 16),
        name: "block".into(),
        inner: Inner {
            biases: [uniform([2], SPAN, 17), uniform([2], SPAN, 18)],
            pair: (0.75, uniform([2], SPAN, 19)),
        },
    };
    let x = uniform([2], SPAN, 20);
    let (gradient, _): (<Block as Differentiable>::Tangent, _) =
        check_grad!([block, x] nested(block, x));
    let ([_, bias], (scale, _)): ([Vector<2, f64>; 2], (f64, Vector<2, f64>)) =
        (gradient.inner.biases, gradient.inner.pair);
    assert!(bias.norm() > 0.0 && scale != 0.0);
    check_grad!([block] nested_by_value(block.clone()));
    assert_eq!(block.name, "block");
}

#[test]
fn what_does_not_reach_the_result() {
    let (a, b, c) = (
        uniform([2], SPAN, 21),
        uniform([3], SPAN, 22),
        uniform([1, 2], SPAN, 23),
    );
    check_grad!([a, b, c] unused(a, b, c.clone()));
    let (x, b) = (uniform([2, 2], SPAN, 24), uniform([2], SPAN, 25));
    let gradient: Vector<2, f64> = check_grad!([b] subset(&x, b, &[1, 0]));
    assert!(gradient.sum().abs() < 1e-12, "probabilities sum to one");
    let (_, pullback) = constant::vjp(&a);
    assert_eq!(pullback(Vector::from([1.0, 2.0])), Vector::from([0.0, 0.0]));
    let (_, gradient) = stopped::value_and_grad(&a);
    let y = a.exp();
    let expected = (&y - &a * 2.0) * &y + &y;
    chainrule_tests::assert_near(&gradient, &expected, 1e-12);
}
