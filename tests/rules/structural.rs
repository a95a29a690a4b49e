//! Structural rows: one entry a row, on static and dynamic shapes, in both precisions.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp, number, uniform};

/// The entry that tests a row.
const ENTRIES: &[(&str, fn())] = &[
    ("matmul", matmul),
    ("matvec", matvec),
    ("dot", dot),
    ("transpose", transpose),
    ("sum", sum),
    ("mean", mean),
    ("maximum", maximum),
    ("minimum", minimum),
    ("norm", norm),
    ("sum_rows", sum_rows),
    ("sum_cols", sum_cols),
    ("softmax", softmax),
    ("log_softmax", log_softmax),
    ("reshape", reshape),
    ("into_dyn", into_dyn),
    ("fixed", fixed),
    ("concat", concat),
    ("conv2d", conv2d),
    ("max_pool2d", max_pool2d),
    ("avg_pool2d", avg_pool2d),
    ("gather", gather),
];

macro_rules! rows {
    ($($name:ident $class:ident $operands:tt $body:tt $domain:tt;)*) => {
        mod row {
            $(row! { $class $name })*
        }
    };
}

macro_rules! row {
    (structural $name:ident) => {
        #[test]
        fn $name() {
            super::run(stringify!($name));
        }
    };
    ($class:ident $name:ident) => {};
}

fn run(name: &str) {
    let entry = ENTRIES.iter().find(|entry| entry.0 == name);
    let (_, test) = entry.unwrap_or_else(|| panic!("the structural row `{name}` has no entry"));
    test();
}

chainrule::__walk_rules!(rows);

const SPAN: (f64, f64) = (-2.0, 2.0);

#[differentiate]
fn matrices<const R: usize, const K: usize, const C: usize, T: Float>(
    a: &Matrix<R, K, T>,
    b: &Matrix<K, C, T>,
) -> Matrix<R, C, T> {
    a.matmul(b)
}

#[differentiate]
fn vector_matrix<const K: usize, const C: usize, T: Float>(
    v: &Vector<K, T>,
    m: &Matrix<K, C, T>,
) -> Vector<C, T> {
    v.matmul(m)
}

#[differentiate]
fn square_sum(a: &Matrix<2, 2>) -> f32 {
    let b = a.matmul(a);
    b.matmul(&b).sum()
}

fn matmul() {
    let a: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    let b: Matrix<3, 4, f64> = uniform([3, 4], SPAN, 2);
    let v: Vector<3, f64> = uniform([3], SPAN, 3);
    check_vjp!(both [a, b] matrices(a, b));
    check_vjp!(both [v, b] vector_matrix(v, b));
    let (a, b, v) = (a.into_dyn(), b.into_dyn(), v.into_dyn());
    check_vjp!(both [a, b] matrices(a, b));
    check_vjp!(both [v, b] vector_matrix(v, b));

    // d Σ a⁴ = Σₖ (aᵀ)ᵏ · 1 · (aᵀ)³⁻ᵏ
    let a = Matrix::from([[1.0, 2.0], [0.0, -1.0]]);
    assert_eq!(square_sum::grad(&a), Matrix::from([[8.0, 0.0], [8.0, 0.0]]));
}

#[differentiate]
fn matrix_vector<const R: usize, const K: usize, T: Float>(
    m: &Matrix<R, K, T>,
    v: &Vector<K, T>,
) -> Vector<R, T> {
    m.matvec(v)
}

fn matvec() {
    let m: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    let v: Vector<3, f64> = uniform([3], SPAN, 2);
    check_vjp!(both [m, v] matrix_vector(m, v));
    let (m, v) = (m.into_dyn(), v.into_dyn());
    check_vjp!(both [m, v] matrix_vector(m, v));
}

#[differentiate]
fn inner_product<const K: usize, T: Float>(u: &Vector<K, T>, v: &Vector<K, T>) -> T {
    u.dot(v)
}

#[differentiate]
fn square_length(v: Vector<3>) -> f32 {
    v.dot(&v)
}

fn dot() {
    let u: Vector<3, f64> = uniform([3], SPAN, 1);
    let v: Vector<3, f64> = uniform([3], SPAN, 2);
    check_grad!(both [u, v] inner_product(u, v));
    let (u, v) = (u.into_dyn(), v.into_dyn());
    check_grad!(both [u, v] inner_product(u, v));
    let v = Vector::from([1.0, -2.0, 3.0]);
    assert_eq!(square_length::grad(v), Vector::from([2.0, -4.0, 6.0]));
}

#[differentiate]
fn transposed<const R: usize, const C: usize, T: Float>(x: &Matrix<R, C, T>) -> Matrix<C, R, T> {
    x.transpose()
}

fn transpose() {
    let x: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    check_vjp!(both [x] transposed(x));
    let x = x.into_dyn();
    check_vjp!(both [x] transposed(x));
}

/// A function of a tensor of any rank, checked on static, partly dynamic and dynamic ones.
macro_rules! reduction {
    ($row:ident $of_matrix:ident $of_vector:ident $of_images:ident |$x:ident| $value:expr) => {
        #[differentiate]
        fn $of_matrix<const R: usize, const C: usize, T: Float>($x: &Matrix<R, C, T>) -> T {
            $value
        }

        #[differentiate]
        fn $of_vector<T: Float>($x: &Vector<DYN, T>) -> T {
            $value
        }

        #[differentiate]
        fn $of_images<T: Float>($x: Tensor4<2, DYN, 2, 1, T>) -> T {
            $value
        }

        fn $row() {
            let x: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
            check_grad!(both [x] $of_matrix(x));
            let x = x.into_dyn();
            check_grad!(both [x] $of_matrix(x));
            let x = uniform([5], SPAN, 2);
            check_grad!(both [x] $of_vector(x));
            let x = uniform([2, 3, 2, 1], SPAN, 3);
            check_grad!(both [x] $of_images(x.clone()));
        }
    };
}

reduction!(sum total total_of_vector total_of_images |x| x.sum());
reduction!(mean average average_of_vector average_of_images |x| x.mean());
reduction!(maximum largest largest_of_vector largest_of_images |x| x.max());
reduction!(minimum smallest smallest_of_vector smallest_of_images |x| x.min());
reduction!(norm length length_of_vector length_of_images |x| x.norm());

#[differentiate]
fn over_rows<const R: usize, const C: usize, T: Float>(x: &Matrix<R, C, T>) -> Vector<C, T> {
    x.sum_rows()
}

fn sum_rows() {
    let x: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    check_vjp!(both [x] over_rows(x));
    let x = x.into_dyn();
    check_vjp!(both [x] over_rows(x));
}

#[differentiate]
fn over_cols<const R: usize, const C: usize, T: Float>(x: &Matrix<R, C, T>) -> Vector<R, T> {
    x.sum_cols()
}

fn sum_cols() {
    let x: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    check_vjp!(both [x] over_cols(x));
    let x = x.into_dyn();
    check_vjp!(both [x] over_cols(x));
}

/// A function that keeps the shape, checked on a static matrix, a dynamic matrix and a vector.
macro_rules! same_shape {
    ($row:ident $of_matrix:ident $of_vector:ident |$x:ident| $value:expr) => {
        #[differentiate]
        fn $of_matrix<const R: usize, const C: usize, T: Float>($x: &Matrix<R, C, T>) -> Matrix<R, C, T> {
            $value
        }

        #[differentiate]
        fn $of_vector<T: Float>($x: &Vector<4, T>) -> Vector<4, T> {
            $value
        }

        fn $row() {
            let x: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
            check_vjp!(both [x] $of_matrix(x));
            let x = x.into_dyn();
            check_vjp!(both [x] $of_matrix(x));
            let x = uniform([4], SPAN, 2);
            check_vjp!(both [x] $of_vector(x));
        }
    };
}

same_shape!(softmax probabilities probabilities_of_vector |x| x.softmax());
same_shape!(log_softmax log_probabilities log_probabilities_of_vector |x| x.log_softmax());

#[differentiate]
fn flat_by_context<T: Float>(x: &Matrix<2, 3, T>) -> Vector<6, T> {
    x.reshape([6])
}

#[differentiate]
fn flat_by_turbofish<const N: usize, T: Float>(x: &Matrix<DYN, N, T>) -> Vector<DYN, T> {
    let flat = x.reshape::<Rank1<DYN>>([x.dims()[0] * N]);
    &flat * &flat
}

#[differentiate]
fn to_four_axes(x: &Vector<DYN, f64>, channels: usize) -> Tensor4<DYN, DYN, 2, 1, f64> {
    x.reshape::<Rank4<DYN, DYN, 2, 1>>([x.len() / (2 * channels), channels, 2, 1])
        .exp()
}

fn reshape() {
    let x: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    check_vjp!(both [x] flat_by_context(x));
    let x: Matrix<DYN, 3, f64> = uniform([2, 3], SPAN, 2);
    check_vjp!(both [x] flat_by_turbofish(x));
    let x = uniform([12], SPAN, 3);
    check_vjp!([x] to_four_axes(x, 3));
}

#[differentiate]
fn dynamic<const R: usize, const C: usize, T: Float>(
    x: Matrix<R, C, T>,
    y: &Matrix<DYN, DYN, T>,
) -> Matrix<DYN, DYN, T> {
    x.into_dyn() * y
}

fn into_dyn() {
    let x: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    let y = uniform([2, 3], SPAN, 2);
    check_vjp!(both [x, y] dynamic(x.clone(), y));
    let x: Matrix<DYN, 3, f64> = x.into_dyn().fixed();
    check_vjp!(both [x, y] dynamic(x.clone(), y));
}

#[differentiate]
fn by_context<T: Float>(x: Matrix<DYN, DYN, T>) -> Matrix<2, 3, T> {
    x.fixed()
}

#[differentiate]
fn by_turbofish<T: Float>(x: &Matrix<DYN, DYN, T>, y: &Matrix<DYN, 3, T>) -> T {
    let x = x.clone().fixed::<DYN, 3>();
    (x * y).sum()
}

fn fixed() {
    let x = uniform([2, 3], SPAN, 1);
    check_vjp!(both [x] by_context(x.clone()));
    let y = uniform([2, 3], SPAN, 2);
    check_grad!(both [x, y] by_turbofish(x, y));
}

#[differentiate]
fn stacked<T: Float>(a: &Matrix<2, 3, T>, b: &Matrix<DYN, 3, T>) -> Matrix<DYN, DYN, T> {
    a.concat(b, 0)
}

#[differentiate]
fn beside<const A: usize, const B: usize, T: Float>(
    a: &Matrix<2, A, T>,
    b: &Matrix<2, B, T>,
) -> Matrix<DYN, DYN, T> {
    let both = a.concat(b, 1);
    &both * &both
}

#[differentiate]
fn doubled(v: &Vector<2>) -> f32 {
    let w = v.concat(v, 0);
    (&w * &w).sum()
}

fn concat() {
    let a: Matrix<2, 3, f64> = uniform([2, 3], SPAN, 1);
    let b = uniform([4, 3], SPAN, 2);
    check_vjp!(both [a, b] stacked(a, b));
    let b: Matrix<2, 1, f64> = uniform([2, 1], SPAN, 3);
    check_vjp!(both [a, b] beside(a, b));
    let b: Matrix<2, DYN, f64> = uniform([2, 2], SPAN, 4);
    check_vjp!(both [a, b] beside(a, b));
    assert_eq!(
        doubled::grad(&Vector::from([1.0, -3.0])),
        Vector::from([4.0, -12.0])
    );
}

#[differentiate]
fn convolved<const N: usize, const H: usize, T: Float>(
    x: &Tensor4<N, 2, H, 5, T>,
    k: &Tensor4<3, 2, 2, 3, T>,
    stride: usize,
    padding: usize,
) -> Tensor4<N, 3, DYN, DYN, T> {
    x.conv2d(k, stride, padding)
}

fn conv2d() {
    let x: Tensor4<2, 2, 4, 5, f64> = uniform([2, 2, 4, 5], SPAN, 1);
    let k = uniform([3, 2, 2, 3], SPAN, 2);
    for (stride, padding) in [(1, 0), (2, 1), (3, 2)] {
        check_vjp!(both [x, k] convolved(x, k, stride, padding));
    }
    let x: Tensor4<DYN, 2, DYN, 5, f64> = uniform([1, 2, 3, 5], SPAN, 3);
    check_vjp!(both [x, k] convolved(x, k, 1, 1));
}

/// Pooling, with windows that touch, overlap, and leave elements out.
macro_rules! pooling {
    ($row:ident $function:ident) => {
        #[differentiate]
        fn $function<const N: usize, const H: usize, T: Float>(
            x: &Tensor4<N, 2, H, 5, T>,
            size: usize,
            stride: usize,
        ) -> Tensor4<N, 2, DYN, DYN, T> {
            x.$row(size, stride)
        }

        fn $row() {
            let x: Tensor4<2, 2, 4, 5, f64> = uniform([2, 2, 4, 5], SPAN, 1);
            for (size, stride) in [(2, 2), (3, 1), (2, 3), (1, 1)] {
                check_vjp!(both [x] $function(x, size, stride));
            }
            let x: Tensor4<DYN, 2, DYN, 5, f64> = uniform([1, 2, 3, 5], SPAN, 2);
            check_vjp!(both [x] $function(x, 2, 2));
        }
    };
}

pooling!(max_pool2d largest_of_windows);
pooling!(avg_pool2d mean_of_windows);

#[differentiate]
fn gathered_rows<const R: usize, T: Float>(
    x: &Matrix<R, 3, T>,
    indices: &[usize],
) -> Matrix<DYN, 3, T> {
    x.gather(indices)
}

#[differentiate]
fn gathered_elements<const N: usize, T: Float>(x: &Vector<N, T>, scale: T) -> Vector<DYN, T> {
    x.gather(&[2, 0, 2]) * scale
}

fn gather() {
    let x: Matrix<4, 3, f64> = uniform([4, 3], SPAN, 1);
    check_vjp!(both [x] gathered_rows(x, &[2, 0, 2, 2, 3]));
    let x = x.fixed::<DYN, 3>();
    check_vjp!(both [x] gathered_rows(x, &[1]));
    let (x, scale): (Vector<3, f64>, _) = (uniform([3], SPAN, 2), number(SPAN, 3));
    check_vjp!(both [x, scale] gathered_elements(x, *scale));
    let x = x.into_dyn();
    check_vjp!(both [x, scale] gathered_elements(x, *scale));
}
