//! Scalars with tensors and vectors with rows, on either side, as parameters, fields and intermediate values.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp, number, uniform};

const SPAN: (f64, f64) = (-1.5, 1.5);
const POSITIVE: (f64, f64) = (0.5, 1.5);

#[derive(Clone, Debug, Differentiable)]
struct Affine {
    scale: f64,
    gain: Vector<3, f64>,
    bias: Vector<3, f64>,
    image: Matrix<2, 3, f64>,
}

fn affine() -> Affine {
    Affine {
        scale: number(POSITIVE, 1),
        gain: uniform([3], POSITIVE, 2),
        bias: uniform([3], SPAN, 3),
        image: uniform([2, 3], SPAN, 4),
    }
}

#[differentiate]
fn fields_on_the_right(p: &Affine, x: &Matrix<DYN, 3, f64>) -> Matrix<DYN, 3, f64> {
    (x * &p.gain + &p.bias) * p.scale
}

#[differentiate]
fn fields_on_the_left(p: &Affine, x: &Matrix<DYN, 3, f64>) -> Matrix<DYN, 3, f64> {
    p.scale * (&p.bias + &p.gain * x)
}

#[differentiate]
fn differences_and_quotients(p: &Affine, x: &Matrix<DYN, 3, f64>) -> Matrix<DYN, 3, f64> {
    let left = (&p.bias - x) / &p.gain - x / p.scale;
    let right = p.scale - &p.gain / (x * x + 1.0) - 1.0 / (p.scale + &p.gain);
    left * right
}

#[differentiate]
fn literals(x: &Matrix<2, 3, f64>) -> Matrix<2, 3, f64> {
    2.0 * x + 1.0 / (3.0 - x) - (x - 0.5) / 4.0 * -x
}

#[differentiate]
fn literals_f32(x: &Vector<3>) -> f32 {
    let y = 2.0 * x + 1.0 / (3.0 - x) - (x - 0.5) / 4.0;
    (y * 0.5_f32).sum()
}

#[differentiate]
fn higher_ranks(x: &Tensor4<2, 2, 2, 3, f64>, p: &Affine, y: &Tensor3<2, 2, 3, f64>) -> f64 {
    let z = (x + &p.image) * &p.gain - y * p.scale;
    (z * y).tanh().sum()
}

#[differentiate]
fn of_reductions(x: &Matrix<DYN, 3, f64>) -> f64 {
    let column_means = x.sum_rows() / x.rows() as f64;
    let centred = x - &column_means;
    let deviation = (&centred * &centred).mean().sqrt();
    let scaled = centred / deviation * x.max() + x.mean();
    scaled.softmax().ln().sum()
}

#[differentiate]
fn of_locals(x: f64, v: &Vector<3, f64>, m: &Matrix<2, 3, f64>) -> f64 {
    let s = x.exp();
    let a = v * s;
    let b = s * m;
    let c = &a + &b;
    (c * s / x).sum() + (s - a).norm()
}

#[differentiate]
fn generic<const N: usize, T: Float>(s: T, v: &Vector<N, T>, m: &Matrix<DYN, N, T>) -> T {
    let half = T::lit(0.5);
    let y = (m * v - s) * half + v * s;
    (y * T::ONE).sigmoid().sum() * s
}

#[differentiate]
fn dynamic(m: &Matrix<DYN, DYN>, v: &Vector<DYN>) -> f32 {
    ((m + v) * (v - m)).sum()
}

#[test]
fn fields() {
    let (p, x) = (affine(), uniform([4, 3], SPAN, 5));
    check_vjp!([p, x] fields_on_the_right(p, x));
    check_vjp!([p, x] fields_on_the_left(p, x));
    check_vjp!([p, x] differences_and_quotients(p, x));
}

#[test]
fn literals_on_either_side() {
    let x = uniform([2, 3], SPAN, 6);
    check_vjp!([x] literals(x));
    let x = Vector::from([0.5, -1.0, 2.0]);
    let gradient = chainrule_tests::answers!(literals_f32(&x); 0.75).agreed(0.75);
    gradcheck(literals_f32, &x, &gradient).unwrap();
}

#[test]
fn ranks() {
    let (x, p, y) = (
        uniform([2, 2, 2, 3], SPAN, 7),
        affine(),
        uniform([2, 2, 3], SPAN, 8),
    );
    check_grad!([x, p, y] higher_ranks(x, p, y));
}

#[test]
fn intermediate_values() {
    let x = uniform([4, 3], SPAN, 9);
    check_grad!([x] of_reductions(x));
    let (x, v, m) = (0.75, uniform([3], SPAN, 10), uniform([2, 3], SPAN, 11));
    check_grad!([x, v, m] of_locals(*x, v, m));
}

#[test]
fn generics() {
    let (s, v, m): (_, Vector<3, f64>, _) =
        (0.75, uniform([3], SPAN, 12), uniform([4, 3], SPAN, 13));
    check_grad!(both [s, v, m] generic(*s, v, m));
    let (m, v) = (Matrix::full([2, 2], 0.5), Vector::from(vec![0.25, 1.0]));
    let gradient = chainrule_tests::answers!(dynamic(&m, &v); 0.75).agreed(0.75);
    gradcheck(
        |p: &(Matrix<DYN, DYN>, Vector<DYN>)| dynamic(&p.0, &p.1),
        &(m, v),
        &gradient,
    )
    .unwrap();
}
