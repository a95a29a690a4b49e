//! Whole networks in one function, in both precisions.

use chainrule::prelude::*;
use chainrule_tests::{
    Narrow, SINGLE, answers, assert_identical, assert_near, check_grad, uniform,
};

const SPAN: (f64, f64) = (-1.0, 1.0);

#[derive(Clone, Debug, Differentiable)]
struct Mlp<T: Float = f32> {
    w1: Matrix<5, 4, T>,
    b1: Vector<4, T>,
    w2: Matrix<4, 3, T>,
    b2: Vector<3, T>,
    temperature: T,
    classes: usize,
}

impl Narrow for Mlp<f64> {
    type Single = Mlp<f32>;
    fn narrow(&self) -> Mlp<f32> {
        Mlp {
            w1: self.w1.narrow(),
            b1: self.b1.narrow(),
            w2: self.w2.narrow(),
            b2: self.b2.narrow(),
            temperature: self.temperature as f32,
            classes: self.classes,
        }
    }
}

fn mlp() -> Mlp<f64> {
    Mlp {
        w1: uniform([5, 4], SPAN, 1),
        b1: uniform([4], SPAN, 2),
        w2: uniform([4, 3], SPAN, 3),
        b2: uniform([3], SPAN, 4),
        temperature: 0.75,
        classes: 3,
    }
}

/// The network of the documentation, in the default precision.
#[differentiate(wrt(net))]
fn classifier(net: &Mlp, x: &Matrix<DYN, 5>, labels: &[usize]) -> f32 {
    let h = (x.matmul(&net.w1) + &net.b1).relu();
    let logits = (h.matmul(&net.w2) + &net.b2) / net.temperature;
    softmax_cross_entropy(&logits, labels)
}

#[differentiate(wrt(net))]
fn classifier_f64(net: &Mlp<f64>, x: &Matrix<DYN, 5, f64>, labels: &[usize]) -> f64 {
    let h = (x.matmul(&net.w1) + &net.b1).relu();
    let logits = (h.matmul(&net.w2) + &net.b2) / net.temperature;
    softmax_cross_entropy(&logits, labels)
}

#[differentiate]
fn regression<T: Float>(net: &Mlp<T>, x: &Matrix<DYN, 5, T>, t: &Matrix<DYN, 3, T>) -> T {
    let a = x.matmul(&net.w1) + &net.b1;
    let h = &a * a.sigmoid();
    let y = (h.matmul(&net.w2) + &net.b2).softmax();
    let penalty = (&net.w1 * &net.w1).sum() + (&net.w2 * &net.w2).sum();
    mse(&y, t) + penalty * T::lit(0.01) / net.temperature
}

#[differentiate(wrt(net))]
fn probabilities<T: Float>(net: &Mlp<T>, x: &Matrix<DYN, 5, T>, one_hot: &Matrix<DYN, 3, T>) -> T {
    let h = (x.matmul(&net.w1) + &net.b1).softplus();
    let p = (h.matmul(&net.w2) + &net.b2).softmax();
    cross_entropy(&p, one_hot) + binary_cross_entropy(&p, one_hot)
}

#[derive(Clone, Debug, Differentiable)]
struct Cnn {
    kernel: Tensor4<3, 1, 3, 3, f64>,
    bias: Vector<2, f64>,
    head: Matrix<DYN, 2, f64>,
}

#[differentiate]
fn convolutional(net: &Cnn, images: &Tensor4<DYN, 1, 6, 6, f64>, labels: &[usize]) -> f64 {
    let maps = images.conv2d(&net.kernel, 1, 1).tanh();
    let large = maps.max_pool2d(2, 2);
    let mean = maps.avg_pool2d(2, 2);
    let flat = (large + mean).reshape::<Rank2<DYN, DYN>>([images.dims()[0], 27]);
    let logits = flat.matmul(&net.head.clone().into_dyn()).fixed::<DYN, 2>() + &net.bias;
    softmax_cross_entropy(&logits, labels)
}

#[differentiate]
fn attention<T: Float>(
    x: &Matrix<4, 5, T>,
    query: &Matrix<5, 3, T>,
    key: &Matrix<5, 3, T>,
    value: &Matrix<5, 2, T>,
) -> Matrix<4, 2, T> {
    let (q, k) = (x.matmul(query), x.matmul(key));
    let scores = q.matmul(&k.transpose()) / T::lit(3.0).sqrt();
    scores.softmax().matmul(&x.matmul(value))
}

#[test]
fn of_the_default_precision() {
    let (net, x, labels) = (mlp().narrow(), uniform([6, 5], SPAN, 5), [0, 2, 1, 1, 0, 2]);
    let single = answers!(classifier(&net, &x.narrow(), &labels); 0.75).agreed(0.75);
    gradcheck(|net| classifier(net, &x.narrow(), &labels), &net, &single).unwrap();
    let net = mlp();
    let double = check_grad!([net] classifier_f64(net, &x, &labels));
    assert_near(&single, &double, SINGLE);
}

#[test]
fn generic_networks() {
    let (net, x, t) = (
        mlp(),
        uniform([6, 5], SPAN, 6),
        uniform([6, 3], (0.0, 1.0), 7),
    );
    check_grad!(both [net, x, t] regression(net, x, t));
    let one_hot = Matrix::from([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]).fixed::<DYN, 3>();
    let x = uniform([2, 5], SPAN, 8);
    check_grad!([net] probabilities(net, &x, &one_hot));
}

#[test]
fn convolutions() {
    let net = Cnn {
        kernel: uniform([3, 1, 3, 3], SPAN, 9),
        bias: uniform([2], SPAN, 10),
        head: uniform([27, 2], SPAN, 11),
    };
    let images = uniform([2, 1, 6, 6], SPAN, 12);
    check_grad!([net, images] convolutional(net, images, &[1, 0]));
}

#[test]
fn attention_over_rows() {
    let (x, q, k, v) = (
        uniform([4, 5], SPAN, 13),
        uniform([5, 3], SPAN, 14),
        uniform([5, 3], SPAN, 15),
        uniform([5, 2], SPAN, 16),
    );
    chainrule_tests::check_vjp!(both [x, q, k, v] attention(x, q, k, v));
}

#[test]
fn a_few_steps_of_training_lower_the_loss() {
    let (mut net, x, labels) = (
        mlp().narrow(),
        uniform([6, 5], SPAN, 17).narrow(),
        [0, 2, 1, 1, 0, 2],
    );
    let before = classifier(&net, &x, &labels);
    let mut adam = Adam::new(0.05);
    let mut gradient = net.zero_tangent();
    for _ in 0..100 {
        let value = classifier::value_and_grad_into(&net, &x, &labels, &mut gradient);
        let (expected, grad) = classifier::value_and_grad(&net, &x, &labels);
        assert_identical(&value, &expected);
        assert_identical(&gradient, &grad);
        gradient.temperature = 0.0;
        adam.step(&mut net, &gradient);
    }
    let after = classifier(&net, &x, &labels);
    assert!(after < 0.1 * before, "{after} after {before}");
}
