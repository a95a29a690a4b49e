//! Layers as functions, generic over their sizes and precision, composed by calls.

use chainrule::prelude::*;
use chainrule_tests::{Narrow, check_grad, check_vjp, uniform};

const SPAN: (f64, f64) = (-1.0, 1.0);

#[derive(Clone, Debug, Differentiable)]
struct Dense<const I: usize, const O: usize, T: Float = f32> {
    weight: Matrix<I, O, T>,
    bias: Vector<O, T>,
}

impl<const I: usize, const O: usize> Narrow for Dense<I, O, f64> {
    type Single = Dense<I, O, f32>;
    fn narrow(&self) -> Dense<I, O, f32> {
        Dense {
            weight: self.weight.narrow(),
            bias: self.bias.narrow(),
        }
    }
}

fn random<const I: usize, const O: usize>(seed: u64) -> Dense<I, O, f64> {
    Dense {
        weight: uniform([I, O], SPAN, seed),
        bias: uniform([O], SPAN, seed + 1),
    }
}

#[differentiate]
fn dense<const I: usize, const O: usize, T: Float>(
    layer: &Dense<I, O, T>,
    x: &Matrix<DYN, I, T>,
) -> Matrix<DYN, O, T> {
    x.matmul(&layer.weight) + &layer.bias
}

#[differentiate]
fn activated<const I: usize, const O: usize, T: Float>(
    layer: &Dense<I, O, T>,
    x: &Matrix<DYN, I, T>,
) -> Matrix<DYN, O, T> {
    let y = dense(layer, x);
    y.tanh()
}

#[differentiate]
fn of_parts<const I: usize, const O: usize, T: Float>(
    x: &Matrix<DYN, I, T>,
    weight: &Matrix<I, O, T>,
    bias: &Vector<O, T>,
) -> Matrix<DYN, O, T> {
    (x.matmul(weight) + bias).sigmoid()
}

#[differentiate(wrt(first, second))]
fn two_layers<T: Float>(
    first: &Dense<3, 4, T>,
    second: &Dense<4, 2, T>,
    x: &Matrix<DYN, 3, T>,
    labels: &[usize],
) -> T {
    let h = activated(first, x);
    softmax_cross_entropy(&dense::<4, 2, T>(second, &h), labels)
}

#[differentiate]
fn shared_weights(layer: &Dense<3, 3, f64>, x: &Matrix<DYN, 3, f64>) -> f64 {
    let once = activated(layer, x);
    let twice = activated(layer, &once);
    let parts = of_parts(&once, &layer.weight, &layer.bias);
    mse(&twice, &parts) + (&layer.weight * &layer.weight).sum()
}

#[derive(Clone, Debug, Differentiable)]
struct Deep {
    layers: [Dense<3, 3, f64>; 2],
    head: Dense<3, 1, f64>,
    residual: f64,
}

#[differentiate]
fn deep(net: &Deep, x: &Matrix<DYN, 3, f64>) -> Matrix<DYN, 1, f64> {
    let h = activated(&net.layers[0], x) + x * net.residual;
    let h = activated(&net.layers[1], &h) + h * net.residual;
    dense(&net.head, &h)
}

#[differentiate(wrt(net))]
fn deep_loss(net: &Deep, x: &Matrix<DYN, 3, f64>, t: &Matrix<DYN, 1, f64>, use_bce: bool) -> f64 {
    let z = deep(net, x);
    if use_bce {
        return binary_cross_entropy_with_logits(&z, t);
    }
    mse(&z, t)
}

#[differentiate]
fn by_value<const N: usize>(layer: Dense<N, N, f64>, x: Vector<N, f64>) -> Vector<N, f64> {
    x.matmul(&layer.weight) * layer.bias
}

#[differentiate]
fn calls_by_value(layer: &Dense<2, 2, f64>, x: &Vector<2, f64>) -> f64 {
    let y = by_value(layer.clone(), x.clone());
    let z = by_value(layer.clone(), y);
    z.sum()
}

fn deep_net() -> Deep {
    Deep {
        layers: [random(1), random(3)],
        head: random(5),
        residual: 0.5,
    }
}

#[test]
fn generic_layers() {
    let (layer, x): (Dense<3, 2, f64>, _) = (random(1), uniform([4, 3], SPAN, 3));
    check_vjp!(both [layer, x] dense(layer, x));
    check_vjp!(both [layer, x] activated(layer, x));
    let Dense { weight, bias } = layer;
    check_vjp!(both [x, weight, bias] of_parts(x, weight, bias));
}

#[test]
fn composed() {
    let (first, second, x) = (random(1), random(3), uniform([4, 3], SPAN, 5));
    check_grad!([first, second] two_layers(first, second, &x, &[0, 1, 1, 0]));
    let x = x.narrow();
    let single = two_layers::grad(&first.narrow(), &second.narrow(), &x, &[0, 1, 1, 0]);
    let net = (first.narrow(), second.narrow());
    gradcheck(
        |net: &(Dense<3, 4>, Dense<4, 2>)| two_layers(&net.0, &net.1, &x, &[0, 1, 1, 0]),
        &net,
        &single,
    )
    .unwrap();
}

#[test]
fn shared() {
    let (layer, x) = (random(1), uniform([4, 3], SPAN, 3));
    check_grad!([layer, x] shared_weights(layer, x));
    let (layer, x) = (random(4), uniform([2], SPAN, 5));
    check_grad!([layer, x] calls_by_value(layer, x));
}

#[test]
fn deep_networks() {
    let (net, x, t) = (
        deep_net(),
        uniform([4, 3], SPAN, 7),
        uniform([4, 1], (0.1, 0.9), 8),
    );
    check_vjp!([net, x] deep(net, x));
    for use_bce in [false, true] {
        check_grad!([net] deep_loss(net, &x, &t, use_bce));
    }
}
