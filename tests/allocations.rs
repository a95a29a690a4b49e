//! `value_and_grad_into` allocates nothing once the buffers of its thread are warm.

use allocation_counter::measure;
use chainrule::prelude::*;

#[derive(Clone, Debug, Differentiable)]
struct Mlp {
    w1: Matrix<16, 12>,
    b1: Vector<12>,
    w2: Matrix<12, 4>,
    b2: Vector<4>,
    scale: f32,
}

fn mlp() -> Mlp {
    let mut rng = Rng::seed(1);
    Mlp {
        w1: Matrix::random([16, 12], Init::Xavier, &mut rng),
        b1: Vector::zeros([12]),
        w2: Matrix::random([12, 4], Init::Xavier, &mut rng),
        b2: Vector::zeros([4]),
        scale: 0.5,
    }
}

#[differentiate(wrt(net))]
fn straight(net: &Mlp, x: &Matrix<DYN, 16>, labels: &[usize]) -> f32 {
    let h = (x.matmul(&net.w1) + &net.b1).relu();
    let logits = (h.matmul(&net.w2) + &net.b2) * net.scale;
    softmax_cross_entropy(&logits, labels)
}

#[differentiate]
fn dense<const I: usize, const O: usize>(
    x: &Matrix<DYN, I>,
    w: &Matrix<I, O>,
    b: &Vector<O>,
) -> Matrix<DYN, O> {
    (x.matmul(w) + b).tanh()
}

#[differentiate(wrt(net))]
fn composed(net: &Mlp, x: &Matrix<DYN, 16>, t: &Matrix<DYN, 4>) -> f32 {
    let h = dense(x, &net.w1, &net.b1);
    let y = dense(&h, &net.w2, &net.b2);
    mse(&y, t) + (&net.w1 * &net.w1).sum() * 0.01
}

#[differentiate(wrt(net))]
fn branching(net: &Mlp, x: &Matrix<DYN, 16>, t: &Matrix<DYN, 4>) -> f32 {
    let mut h = x.matmul(&net.w1) + &net.b1;
    if net.scale > 0.0 {
        h = h.sigmoid() * net.scale;
    } else {
        return h.mean();
    }
    let y = h.matmul(&net.w2).softmax();
    if y.max() > 2.0 { y.sum() } else { mse(&y, t) }
}

#[differentiate]
fn scalars(x: f64, y: &[f64; 8]) -> f64 {
    let a = if x > 0.0 { x * y[0] } else { y[1].exp() };
    a.sin() * y[7]
}

/// Checks that calls after the third allocate nothing; the first ones make the buffers.
#[track_caller]
fn assert_warm(mut step: impl FnMut()) {
    (0..3).for_each(|_| step());
    let counts = measure(|| (0..5).for_each(|_| step()));
    assert_eq!(counts.count_total, 0, "{counts:?}");
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(vec![0_u8; 10])).count_total, 1);
}

#[test]
fn of_floats() {
    let (x, y) = (0.5, [0.25; 8]);
    let mut g = (0.0, [0.0; 8]);
    assert_warm(|| {
        scalars::value_and_grad_into(x, &y, &mut g);
    });
}

#[test]
fn of_a_network() {
    let (net, mut rng) = (mlp(), Rng::seed(2));
    let mut g = net.zero_tangent();
    let x = Matrix::random([6, 16], Init::Xavier, &mut rng);
    assert_warm(|| {
        straight::value_and_grad_into(&net, &x, &[0, 1, 2, 3, 0, 1], &mut g);
    });
}

#[test]
fn of_nested_calls() {
    let (net, mut rng) = (mlp(), Rng::seed(3));
    let mut g = net.zero_tangent();
    let x = Matrix::random([6, 16], Init::Xavier, &mut rng);
    let t = Matrix::random([6, 4], Init::Xavier, &mut rng);
    assert_warm(|| {
        composed::value_and_grad_into(&net, &x, &t, &mut g);
    });
}

#[test]
fn of_branches() {
    let (mut net, mut rng) = (mlp(), Rng::seed(4));
    let mut g = net.zero_tangent();
    let x = Matrix::random([6, 16], Init::Xavier, &mut rng);
    let t = Matrix::random([6, 4], Init::Xavier, &mut rng);
    for scale in [0.5, -0.5] {
        net.scale = scale;
        assert_warm(|| {
            branching::value_and_grad_into(&net, &x, &t, &mut g);
        });
    }
}

#[test]
fn of_a_training_step() {
    let (mut net, mut rng) = (mlp(), Rng::seed(5));
    let mut g = net.zero_tangent();
    let x = Matrix::random([6, 16], Init::Xavier, &mut rng);
    let mut adam = Adam::new(1e-3);
    assert_warm(|| {
        straight::value_and_grad_into(&net, &x, &[0, 1, 2, 3, 0, 1], &mut g);
        adam.step(&mut net, &g);
    });
}
