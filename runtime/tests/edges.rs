//! Values at the edge: kinks, ties, infinities, NaN, empty tensors.

use chainrule::prelude::*;
use chainrule::private as p;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[track_caller]
fn same(a: f64, b: f64) {
    assert!(a == b || (a.is_nan() && b.is_nan()), "{a} is not {b}");
}

#[test]
fn partials() {
    for (x, sign) in [
        (2.0, 1.0),
        (-2.0, -1.0),
        (0.0, 0.0),
        (-0.0, 0.0),
        (NAN, NAN),
        (-INF, -1.0),
    ] {
        same(p::sign(x), sign);
    }
    for (a, b, share) in [
        (2.0, 1.0, 1.0),
        (1.0, 2.0, 0.0),
        (1.0, 1.0, 0.5),
        (1.0, NAN, 1.0),
        (NAN, 1.0, 0.0),
    ] {
        same(p::max_share(a, b), share);
        same(p::min_share(-a, -b), share);
    }
    for (x, share) in [
        (-1.0, 0.0),
        (0.0, 0.5),
        (0.5, 1.0),
        (1.0, 0.5),
        (2.0, 0.0),
        (NAN, 1.0),
    ] {
        same(p::clamp_share(x, 0.0, 1.0), share);
    }
    same(p::clamp_share(1.0, 1.0, 1.0), 0.0);
    for (x, n, slope) in [
        (0.0, 0, 0.0),
        (NAN, 0, 0.0),
        (0.0, 1, 1.0),
        (0.0, 2, 0.0),
        (3.0, 3, 27.0),
        (2.0, -1, -0.25),
    ] {
        same(p::powi_slope(x, n), slope);
    }
    same(p::powi_slope(1.0, i32::MIN), f64::from(i32::MIN));
    for (a, b, slope) in [
        (-2.0, 3.0, 12.0),
        (0.0, 0.0, 0.0),
        (0.0, 1.0, 1.0),
        (2.0, 0.0, 0.0),
        (0.0, 0.5, INF),
    ] {
        same(p::powf_slope(a, b), slope);
    }
    for (a, b, slope) in [
        (0.0, 2.0, 0.0),
        (0.0, 0.0, NAN),
        (-2.0, 3.0, NAN),
        (1.0, 5.0, 0.0),
    ] {
        same(p::powf_log(a, b, a.powf(b)), slope);
    }
    for (a, b, share) in [
        (0.0, 0.0, 0.0),
        (3.0, 4.0, 0.6),
        (INF, 1.0, 1.0),
        (-INF, INF, -1.0),
        (1.0, INF, 0.0),
    ] {
        same(p::hypot_share(a, f64::hypot(a, b)), share);
    }
    for (a, s, slope) in [
        (2.0, -1.0, -1.0),
        (-2.0, -1.0, 1.0),
        (0.0, 1.0, 0.0),
        (2.0, -0.0, -1.0),
    ] {
        same(p::copysign_slope(a, s), slope);
    }
    for (a, b) in [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0)] {
        same(a - b * p::trunc_div(a, b), a % b);
    }
    assert_eq!(
        p::int_to_float::<f32, _>(u64::MAX - 1),
        (u64::MAX - 1) as f32
    );
    assert_eq!(
        p::int_to_float::<f32, _>(9_007_199_791_611_905_u64),
        9_007_199_791_611_905_u64 as f32
    );
    assert_eq!(p::int_to_float::<f64, _>(true), 1.0);
}

#[test]
fn activations() {
    assert!(f64::NAN.relu().is_nan());
    assert!((-0.0_f64).relu().is_sign_positive());
    for x in [
        -1000.0, -700.0, -20.0, -1e-9, 0.0, 1e-9, 20.0, 700.0, 1000.0_f64,
    ] {
        let (y, z) = (x.sigmoid(), (-x).sigmoid());
        assert!((y + z - 1.0).abs() <= f64::EPSILON && (0.0..=1.0).contains(&y));
        assert!((x.softplus() - (-x).softplus() - x).abs() <= 4.0 * f64::EPSILON * (1.0 + x.abs()));
        assert!(x.softplus() >= 0.0 && x.softplus().is_finite());
    }
    assert!((-100.0_f32).sigmoid() > 0.0, "small probabilities are kept");
    assert!(NAN.sigmoid().is_nan() && NAN.softplus().is_nan());
}

#[test]
fn ties_share() {
    let x = Vector::from([3.0, 1.0, 3.0, 3.0_f64]);
    assert_eq!(
        p::max_pull(&x, &x.max(), &3.0),
        Vector::from([1.0, 0.0, 1.0, 1.0])
    );
    let x: Tensor4<1, 1, 2, 2, f64> = Tensor::from_vec([1, 1, 2, 2], vec![1.0, 2.0, 2.0, 0.0]);
    let (y, g) = (
        x.max_pool2d(2, 2),
        Tensor4::<1, 1, DYN, DYN, f64>::full([1, 1, 1, 1], 4.0),
    );
    assert_eq!(
        p::max_pool2d_pull(&x, &y, &g, 2, 2).as_slice(),
        [0.0, 2.0, 2.0, 0.0]
    );
    let zero = Vector::from([0.0, 0.0_f64]);
    assert_eq!(p::norm_pull(&zero, &zero.norm(), &1.0), zero);
}

#[test]
fn softmax_is_stable() {
    let x = Matrix::from([[1e30, -1e30, 1e30], [-1e4, -1e4, -1e4_f32]]);
    let y = x.softmax();
    assert_eq!(y.row(0), [0.5, 0.0, 0.5]);
    assert!((y.row(1)[0] - 1.0 / 3.0).abs() < 1e-6);
    assert!(x.log_softmax().as_slice().iter().all(|y| y.is_finite()));
    let (value, g) = softmax_cross_entropy::value_and_grad(&x, &[1, 2]);
    assert!(value.is_finite() && g.as_slice().iter().all(|g| g.is_finite()));
    let z = Vector::from([-1e30, 1e30, 0.0_f32]);
    let t = Vector::from([1.0, 0.0, 0.5]);
    let (value, g) = binary_cross_entropy_with_logits::value_and_grad(&z, &t);
    assert!(value.is_finite() && g.as_slice().iter().all(|g| g.is_finite()));
}

#[test]
fn empty_tensors() {
    let x: Matrix<DYN, 3> = Matrix::zeros([0, 3]);
    assert_eq!(x.sum(), 0.0);
    assert!(x.mean().is_nan());
    assert_eq!(x.sum_rows(), Vector::from([0.0; 3]));
    assert_eq!((&x + &Vector::from([1.0; 3])).dims(), [0, 3]);
    assert_eq!(x.softmax().dims(), [0, 3]);
    assert_eq!(x.matmul(&Matrix::<3, 2>::zeros([3, 2])).dims(), [0, 2]);
    let none: Matrix<2, DYN> = Matrix::zeros([2, 0]);
    assert_eq!(
        none.matmul(&Matrix::<DYN, 2>::zeros([0, 2])),
        Matrix::from([[0.0; 2]; 2])
    );
    assert_eq!(
        p::matmul_tn(&x, &Matrix::<DYN, 2>::zeros([0, 2])),
        Matrix::<3, 2>::zeros([3, 2])
    );
    assert_eq!(
        p::zip_to(&Vector::from([1.0_f32; 3]), (&x,), |x| x),
        Vector::from([0.0; 3])
    );
    assert_eq!(p::zip_to(&1.0_f32, (&x,), |x| x), 0.0);
    let (value, g) = softmax_cross_entropy::value_and_grad(&x, &[]);
    assert!(value.is_nan() && g.is_empty());
    let (value, g) = mse::value_and_grad(&x, &x);
    assert!(value.is_nan() && g.is_empty());
}

/// What a panic says.
fn message<R>(f: impl FnOnce() -> R + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(f)
        .map(drop)
        .expect_err("it must panic");
    payload
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| payload.downcast_ref::<&str>().unwrap().to_string())
}

#[test]
fn messages_name_the_operation_and_the_shapes() {
    let m = |r, c| Matrix::<DYN, DYN>::zeros([r, c]);
    let v = |n| Vector::<DYN>::zeros([n]);
    let cases: Vec<(String, &str)> = vec![
        (
            message(|| m(32, 784).matmul(&m(100, 256))),
            "matmul: inner dimensions differ: [32, 784] x [100, 256]",
        ),
        (
            message(|| m(2, 3).matvec(&v(4))),
            "matvec: inner dimensions differ: [2, 3] x [4]",
        ),
        (
            message(|| v(3).dot(&v(4))),
            "dot: lengths differ: [3] and [4]",
        ),
        (
            message(|| m(32, 10) + v(20)),
            "elementwise: shapes [32, 10] and [20] do not broadcast (equal shapes do, and a shape with its trailing part)",
        ),
        (
            message(|| Matrix::<2, 3>::zeros([2, 4])),
            "full: dimensions [2, 4] do not fit the type's [2, 3]",
        ),
        (
            message(|| Matrix::<DYN, 3>::from_vec([2, 3], vec![0.0; 5])),
            "from_vec: 5 elements do not fill [2, 3]",
        ),
        (
            message(|| m(2, 3).fixed::<DYN, 4>()),
            "fixed: dimensions [2, 3] do not fit the type's [_, 4]",
        ),
        (
            message(|| m(2, 3).reshape::<Rank1<DYN>>([5])),
            "reshape: [2, 3] has 6 elements, [5] takes 5",
        ),
        (
            message(|| m(2, 3).concat(&m(3, 3), 1)),
            "concat: [2, 3] and [3, 3] do not join along axis 1",
        ),
        (
            message(|| m(2, 3).gather(&[0, 2])),
            "gather: index 2 at 1 is not below the 2 of [2, 3]",
        ),
        (message(|| v(0).max()), "max: the tensor [0] is empty"),
        (
            message(|| softmax_cross_entropy(&m(2, 10), &[3, 12])),
            "softmax_cross_entropy: label 12 of row 1 is not below the 10 classes",
        ),
        (
            message(|| softmax_cross_entropy(&m(2, 10), &[3])),
            "softmax_cross_entropy: 1 labels for the logits [2, 10]",
        ),
        (
            message(|| mse(&v(2), &v(3))),
            "mse: shapes differ: [2] and [3]",
        ),
        (
            message(|| {
                let mut adam = Adam::new(0.1);
                adam.step(&mut v(2), &v(2));
                adam.step(&mut v(3), &v(3));
            }),
            "Adam: parameter leaf 0 has 3 elements, where its first step had 2",
        ),
    ];
    for (said, expected) in cases {
        assert_eq!(said, expected);
    }
}
