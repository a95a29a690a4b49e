//! Every structural adjoint against finite differences of its operation, in both precisions.

use chainrule::prelude::*;
use chainrule::private as p;
use chainrule::{Gradcheck, Operand, TensorLike};

/// A fixed weighting of an output, so that its cotangent differs from element to element.
fn weights<Y: TensorLike>(y: &Y) -> Y {
    let mut w = y.clone();
    for (i, w) in w.as_mut_slice().iter_mut().enumerate() {
        *w = Y::Elem::lit((1.3 * i as f64 + 0.4).sin());
    }
    w
}

/// The weighted sum of an output: a scalar function whose gradient is the pulled-back weights.
fn weigh<Y: TensorLike>(y: &Y) -> Y::Elem {
    let w = weights(y);
    y.as_slice()
        .iter()
        .zip(w.as_slice())
        .map(|(&y, &w)| y * w)
        .sum()
}

fn random<T: Float, S: chainrule::Shape>(dims: S::Dims, seed: u64) -> Tensor<T, S> {
    Tensor::random(
        dims,
        Init::Uniform {
            low: -1.5,
            high: 1.5,
        },
        &mut Rng::seed(seed),
    )
}

/// Compares `pull(x, cotangent)` with the differences of the weighted `f`.
#[track_caller]
fn check<X, Y>(x: &X, f: impl Fn(&X) -> Y, pull: impl Fn(&X, &Y, &Y) -> X)
where
    X: TensorLike,
    Y: TensorLike<Elem = X::Elem>,
{
    let y = f(x);
    let gradient = pull(x, &y, &weights(&y));
    let step = if X::Elem::EPSILON.to_f64() > 1e-10 {
        1e-2
    } else {
        1e-5
    };
    if let Err(error) = Gradcheck::new()
        .step(step)
        .run(|x| weigh(&f(x)), x, &gradient)
    {
        panic!("{error}");
    }
}

macro_rules! both {
    ($($name:ident<$T:ident> $body:block)*) => {
        mod single { use super::*; $(#[test] fn $name() { type $T = f32; $body })* }
        mod double { use super::*; $(#[test] fn $name() { type $T = f64; $body })* }
    };
}

both! {
    matmul<T> {
        let (a, b): (Matrix<5, 4, T>, Matrix<4, 3, T>) = (random([5, 4], 1), random([4, 3], 2));
        check(&a, |a| a.matmul(&b), |_, _, g| p::matmul_nt(g, &b));
        check(&b, |b| a.matmul(b), |_, _, g| p::matmul_tn(&a, g));
        let (v, m): (Vector<4, T>, Matrix<4, 3, T>) = (random([4], 3), random([4, 3], 4));
        check(&v, |v| v.matmul(&m), |_, _, g| p::matmul_nt(g, &m));
        check(&m, |m| v.matmul(m), |_, _, g| p::matmul_tn(&v, g));
    }
    matmul_beyond_the_tiny<T> {
        let (a, b): (Matrix<DYN, 23, T>, Matrix<23, DYN, T>) = (random([17, 23], 1), random([23, 19], 2));
        let slow = Matrix::<DYN, DYN, T>::from_fn([17, 19], |[r, c]| (0..23).map(|k| a.row(r)[k] * b.row(k)[c]).sum());
        for (x, y) in a.matmul(&b).as_slice().iter().zip(slow.as_slice()) {
            assert!((x - y).abs() < 100.0 * T::EPSILON);
        }
        let g: Matrix<DYN, DYN, T> = random([17, 19], 3);
        let close = |x: &[T], y: &[T]| x.iter().zip(y).for_each(|(x, y)| assert!((x - y).abs() < 100.0 * T::EPSILON, "{x} {y}"));
        close(p::matmul_nt(&g, &b).as_slice(), g.matmul(&b.transpose()).as_slice());
        close(p::matmul_tn(&a, &g).as_slice(), a.transpose().matmul(&g).as_slice());
        let mut acc: Matrix<23, DYN, T> = random([23, 19], 4);
        let expected = &acc + &a.transpose().matmul(&g);
        p::matmul_tn_into(&mut acc, &a, &g);
        close(acc.as_slice(), expected.as_slice());
        let mut acc: Matrix<DYN, 23, T> = random([17, 23], 5);
        let expected = &acc + &g.matmul(&b.transpose());
        p::matmul_nt_into(&mut acc, &g, &b);
        close(acc.as_slice(), expected.as_slice());
    }
    vectors<T> {
        let (m, v): (Matrix<3, 4, T>, Vector<4, T>) = (random([3, 4], 1), random([4], 2));
        check(&m, |m| m.matvec(&v), |_, _, g| p::matvec_pull_lhs(&v, g));
        check(&v, |v| m.matvec(v), |_, _, g| p::matvec_pull_rhs(&m, g));
        let u: Vector<4, T> = random([4], 3);
        check(&u, |u| u.dot(&v), |_, _, g| p::dot_pull_lhs(&v, g));
        check(&v, |v| u.dot(v), |_, _, g| p::dot_pull_rhs(&u, g));
        check(&m, |m| m.transpose(), |_, _, g| p::transpose(g));
    }
    reductions<T> {
        let x: Matrix<4, 3, T> = random([4, 3], 1);
        check(&x, |x| x.sum(), |x, _, g| p::expand(g, x));
        check(&x, |x| x.sum_rows(), |x, _, g| p::expand(g, x));
        check(&x, |x| x.sum_cols(), |x, _, g| p::expand_cols(x, g));
        check(&x, |x| x.mean(), |x, _, g| p::mean_pull(x, g));
        check(&x, |x| x.max(), p::max_pull);
        check(&x, |x| x.min(), p::min_pull);
        check(&x, |x| x.norm(), p::norm_pull);
    }
    softmax<T> {
        let x: Matrix<4, 3, T> = random([4, 3], 1);
        check(&x, |x| x.softmax(), |_, y, g| p::softmax_pull(y, g));
        check(&x, |x| x.log_softmax(), |_, y, g| p::log_softmax_pull(y, g));
        let v: Vector<5, T> = random([5], 2);
        check(&v, |v| v.softmax(), |_, y, g| p::softmax_pull(y, g));
    }
    assembling<T> {
        let (a, b): (Tensor3<2, 3, 2, T>, Tensor3<2, 1, 2, T>) = (random([2, 3, 2], 1), random([2, 1, 2], 2));
        check(&a, |a| a.concat(&b, 1), |a, _, g| p::concat_pull_lhs(a, g, 1));
        check(&b, |b| a.concat(b, 1), |b, _, g| p::concat_pull_rhs(b, g, 1));
        check(&a, |x| a.concat(x, 0), |x, _, g| p::concat_pull_rhs(x, g, 0));
        check(&a, |x| x.concat(&a, 2), |x, _, g| p::concat_pull_lhs(x, g, 2));
        let table: Matrix<4, 3, T> = random([4, 3], 3);
        let rows = [2, 0, 2, 3, 2];
        check(&table, |t| t.gather(&rows), |t, _, g| p::gather_pull(t, g, &rows));
        let v: Vector<4, T> = random([4], 4);
        check(&v, |v| v.gather(&rows), |v, _, g| p::gather_pull(v, g, &rows));
        check(&table, |t| -> Tensor3<2, 2, 3, T> { t.reshape([2, 2, 3]) }, |t, _, g| p::reshape_like(g, t));
        check(&table, |t| t.clone().into_dyn(), |t, _, g| p::reshape_like(g, t));
    }
    convolution<T> {
        for (stride, padding) in [(1, 0), (1, 1), (2, 0), (2, 1), (3, 2), (1, 3)] {
            let (x, k): (Tensor4<2, 3, 6, 5, T>, Tensor4<2, 3, 3, 2, T>) = (random([2, 3, 6, 5], 1), random([2, 3, 3, 2], 2));
            check(&x, |x| x.conv2d(&k, stride, padding), |x, _, g| p::conv2d_pull_input(x, &k, g, stride, padding));
            check(&k, |k| x.conv2d(k, stride, padding), |k, _, g| p::conv2d_pull_kernel(&x, k, g, stride, padding));
        }
    }
    pooling<T> {
        // All elements differ by more than the step, so that no difference crosses a kink.
        let mut place = 0;
        let x = Tensor4::<2, 2, 5, 6, T>::from_fn([2, 2, 5, 6], |_| {
            place = (place + 37) % 120;
            T::lit(0.05 * place as f64 - 3.0)
        });
        for (size, stride) in [(2, 2), (3, 1), (2, 3), (1, 1)] {
            check(&x, |x| x.max_pool2d(size, stride), |x, y, g| p::max_pool2d_pull(x, y, g, size, stride));
            check(&x, |x| x.avg_pool2d(size, stride), |x, _, g| p::avg_pool2d_pull(x, g, size, stride));
        }
    }
    broadcasting<T> {
        let (m, v, s): (Tensor3<2, 4, 3, T>, Vector<3, T>, T) = (random([2, 4, 3], 1), random([3], 2), 0.7);
        let n: Matrix<4, 3, T> = random([4, 3], 3);
        let f = |m: &Tensor3<2, 4, 3, T>, n: &Matrix<4, 3, T>, v: &Vector<3, T>, s: &T| {
            p::zip((m, n, v, s), |m, n, v, s| m * n.sin() * v.exp() + s * m * n)
        };
        let slope = |g: T, m: T, n: T, v: T, _s: T| g * m * n.sin() * v.exp();
        check(&v, |v| f(&m, &n, v, &s), |v, _, g| p::zip_to(v, (g, &m, &n, v, &s), slope));
        check(&n, |n| f(&m, n, &v, &s), |n, _, g| {
            p::zip_to(n, (g, &m, n, &v, s), |g, m, n, v, s| g * (m * n.cos() * v.exp() + s * m))
        });
        check(&s, |s| f(&m, &n, &v, s), |s, _, g| p::zip_to(s, (g, &m, &n), |g, m, n| g * m * n));
        check(&m, |m| f(m, &n, &v, &s), |m, _, g| {
            let mut acc = m.zeros_like();
            p::zip_into(&mut acc, (g, &n, &v, s), |g, n, v, s| g * (n.sin() * v.exp() + s * n));
            acc
        });
    }
}

/// The naive definition of convolution, element by element.
#[test]
fn convolution_follows_its_definition() {
    let x: Tensor4<2, 3, 7, 5, f64> = random([2, 3, 7, 5], 1);
    let k: Tensor4<4, 3, 3, 2, f64> = random([4, 3, 3, 2], 2);
    for (stride, padding) in [(1, 0), (2, 1), (3, 2), (1, 3)] {
        let y = x.conv2d(&k, stride, padding);
        let at = |n: usize, c: usize, r: usize, q: usize| {
            let (r, q) = (r.wrapping_sub(padding), q.wrapping_sub(padding));
            if r < 7 && q < 5 {
                x.as_slice()[((n * 3 + c) * 7 + r) * 5 + q]
            } else {
                0.0
            }
        };
        let expected =
            Tensor4::<DYN, DYN, DYN, DYN, f64>::from_fn(Operand::dims(&y), |[n, o, r, q]| {
                let mut sum = 0.0;
                for c in 0..3 {
                    for i in 0..3 {
                        for j in 0..2 {
                            sum += at(n, c, r * stride + i, q * stride + j)
                                * k.as_slice()[((o * 3 + c) * 3 + i) * 2 + j];
                        }
                    }
                }
                sum
            });
        assert!(
            y.as_slice()
                .iter()
                .zip(expected.as_slice())
                .all(|(a, b)| (a - b).abs() < 1e-12)
        );
    }
}
