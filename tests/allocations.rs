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

#[differentiate]
fn grown(x: &[f64], rates: &[f64], years: usize) -> f64 {
    let n = x.len();
    let mut size = x.to_vec();
    for year in 0..years {
        for i in 0..n {
            size[i] *= rates[year * n + i];
        }
    }
    size.iter().sum()
}

#[differentiate]
fn grown_in_parts(x: &[Vec<f64>], rate: f64, years: usize) -> f64 {
    let mut total = 0.0;
    let mut size = x.to_vec();
    for _ in 0..years {
        for part in 0..x.len() {
            for i in 0..size[0].len() {
                size[part][i] *= rate;
                total += size[part][i];
            }
        }
    }
    total
}

/// How often the gradients of both allocate, and how many bytes, for so many years.
fn of_years(years: usize) -> [(u64, u64); 2] {
    let (x, rates) = (vec![0.5; 10], vec![0.9; 10 * years]);
    let parts = vec![x.clone(); 4];
    let mut g = grown::grad(&x, &rates, years);
    let flat = measure(|| {
        grown::value_and_grad_into(&x, &rates, years, &mut g);
    });
    let mut g = grown_in_parts::grad(&parts, 0.9, years);
    let nested = measure(|| {
        grown_in_parts::value_and_grad_into(&parts, 0.9, years, &mut g);
    });
    [flat, nested].map(|counts| (counts.count_total, counts.bytes_total))
}

#[test]
fn of_loops_within_loops_allocate_once() {
    let ([few, few_in_parts], [many, many_in_parts]) = (of_years(10), of_years(1000));
    assert_eq!(few.0, many.0);
    // One number of each of 10 elements is kept a year.
    assert!(many.1 - few.1 <= 990 * 10 * 8, "{few:?}, {many:?}");
    // The innermost range is that of a list which may change: its trace grows.
    assert!(
        many_in_parts.0 - few_in_parts.0 <= 8,
        "{few_in_parts:?}, {many_in_parts:?}"
    );
}

#[differentiate]
fn of_points(x: &[f64], w: &[f64]) -> f64 {
    let mut total = 0.0;
    for x in x.chunks_exact(4) {
        let hidden: Vec<f64> = x.iter().zip(w).map(|(x, w)| (x * w).tanh()).collect();
        let mut squares = vec![0.0; w.len()];
        for i in 0..w.len() {
            squares[i] = hidden[i] * hidden[i] * w[i];
        }
        total += squares.iter().sum::<f64>();
    }
    total
}

#[test]
fn lists_of_all_points_share_their_memory() {
    let w = [0.5, 0.2, -0.4, 0.9];
    let of = |points: usize| {
        let x = vec![0.3; 4 * points];
        let mut g = of_points::grad(&x, &w);
        let step = || {
            of_points::value_and_grad_into(&x, &w, &mut g);
        };
        measure(step).count_total
    };
    assert_eq!(of(2), of(500));
}
