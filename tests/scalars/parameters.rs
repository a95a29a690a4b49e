//! Signatures: what is passed how, which parameters are differentiated, and in which order the gradient names them.

use chainrule::prelude::*;
use chainrule_tests::{answers, assert_near, check, check_grad};

#[differentiate]
fn by_reference(x: &f64, y: f64) -> f64 {
    x * x * y + *x
}

#[differentiate]
fn tuples(p: (f64, f64), (a, (b, n)): (f64, (f64, usize))) -> f64 {
    p.0 * a + p.1.powi(n as i32) * b
}

#[differentiate]
fn tuple_by_reference(p: &(f64, f32), scale: f64) -> f64 {
    p.0 * p.0 * scale + f64::from(2_u8) * p.1 as f64
}

#[differentiate]
fn array(x: &[f64; 3], y: f64) -> f64 {
    x[0] * x[1] + x[2].sin() * y + x[0]
}

#[differentiate]
fn array_taken_apart([a, b]: [f64; 2], &[c, _]: &[f64; 2]) -> f64 {
    a * a * b - c.exp() * b
}

#[differentiate]
fn array_by_value(x: [f64; 2]) -> f64 {
    x[0] * x[1].exp()
}

#[differentiate]
fn slice(x: &[f64], n: usize) -> f64 {
    let last = x[x.len() - 1];
    let middle = x[n / 2] * x[n - 1];
    last * middle + x[0]
}

#[differentiate]
fn vector(x: &Vec<f64>, i: usize) -> f64 {
    x[i] * x[i + 1] - x[2 * i]
}

#[differentiate]
fn vector_by_value(x: Vec<f32>, scale: f32) -> f32 {
    x[0] * x[1] * scale
}

#[differentiate]
fn nested_containers(m: &[[f64; 2]; 2], pairs: &[(f64, usize)]) -> f64 {
    let determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    determinant * pairs[1].0 + pairs[0].0.powi(pairs[0].1 as i32)
}

#[differentiate]
fn unused(x: f64, _y: f64, _: f64, z: f64) -> f64 {
    let _ = z;
    x * x
}

#[differentiate]
fn constant(_x: f64, n: usize) -> f64 {
    n as f64
}

#[differentiate]
fn literal(_x: &[f64; 2]) -> f64 {
    3.0
}

#[differentiate]
fn identity(x: f64) -> f64 {
    x
}

#[differentiate]
fn parts(x: &[f64; 3]) -> f64 {
    x[1]
}

#[differentiate(wrt(c, a))]
fn chosen(a: f64, b: f64, c: &[f64; 2], n: usize) -> f64 {
    a * a * b + c[0] * b.powi(n as i32) * c[1] * a
}

#[differentiate(wrt(b))]
fn only_the_second(a: f64, b: f64) -> f64 {
    let c = (a * 2.0).floor() as usize + a as usize;
    b.powi(c as i32) * a
}

#[differentiate]
fn without_floats(
    flag: bool,
    name: &str,
    letter: char,
    x: f64,
    ids: &[u32],
    words: Vec<String>,
) -> f64 {
    let long = name.len() > 3 || letter == 'x' || words.is_empty();
    if flag && long {
        x * ids[0] as f64
    } else {
        x * x
    }
}

#[differentiate]
fn function_parameter(x: f64, scale: impl Fn(usize) -> f64) -> f64 {
    x * x * scale(3)
}

#[differentiate]
fn const_generic<const N: usize>(c: &[f64; N], x: f64) -> f64 {
    c[0] + c[N - 1] * x.powi(N as i32 - 1)
}

#[differentiate]
fn float_generic<T>(c: &[T], x: T) -> T
where
    T: Float,
{
    c[0] * x + c[1].sin()
}

#[differentiate]
fn both_generic<'a, T: Float, const N: usize>(c: &'a [T; N], x: &'a T) -> T {
    c[N / 2] * x.exp() + c[0]
}

#[differentiate]
fn lifetimes<'a, 'b: 'a>(x: &'a f64, c: &'b [f64]) -> f64 {
    x * c[0] * c[1]
}

#[test]
fn array_patterns() {
    let (x, y) = ([0.5, -1.5], [0.25, 2.0]);
    check_grad!([x, y] array_taken_apart(*x, y));
}

#[test]
fn references_and_tuples() {
    let (x, y) = (0.75, -1.25);
    check_grad!([x, y] by_reference(x, *y));
    let (p, q) = ((0.5, 1.5), (0.25, (-0.75, 3)));
    let gradient: ((f64, f64), (f64, (f64, ()))) = check_grad!([p, q] tuples(*p, *q));
    assert_near(
        &gradient,
        &((0.25, 3.0 * 2.25 * -0.75), (0.5, (3.375, ()))),
        1e-12,
    );
    let gradient: ((f64, f32), f64) =
        answers!(tuple_by_reference(&(3.0, 0.5), 2.0); 0.75).agreed(0.75);
    assert_eq!(gradient, ((12.0, 2.0), 9.0));
}

#[test]
fn arrays_and_slices() {
    let (x, y) = ([0.5, -1.5, 2.0], 0.75);
    check_grad!([x, y] array(x, *y));
    let x = [0.5, -1.5];
    let _: [f64; 2] = check_grad!([x] array_by_value(*x));
    let x = vec![0.5, -1.5, 2.0, 0.25];
    let gradient: Vec<f64> = check_grad!([x] slice(x, 3));
    assert_eq!(gradient.len(), 4);
    for i in 0..2 {
        let gradient: Vec<f64> = check_grad!([x] vector(x, i));
        assert_eq!(gradient.len(), 4);
    }
    let (value, gradient) = vector_by_value::value_and_grad(vec![2.0, 3.0, 4.0], 0.5);
    assert_eq!((value, gradient), (3.0, (vec![1.5, 1.0, 0.0], 6.0)));
    let (m, pairs) = ([[0.5, 1.5], [-1.0, 2.0]], vec![(0.5, 2), (1.5, 0)]);
    let gradient: ([[f64; 2]; 2], Vec<(f64, ())>) =
        check_grad!([m, pairs] nested_containers(m, pairs));
    assert_eq!(gradient.1, [(1.0, ()), (2.5, ())]);
}

#[test]
fn what_does_not_reach_the_result() {
    let gradient: (f64, f64, f64) = answers!(unused(3.0, 1.0, 2.0, 4.0); 0.75).agreed(0.75);
    assert_eq!(gradient, (6.0, 0.0, 0.0));
    assert_eq!(answers!(constant(1.5, 2); 0.75).agreed(0.75), 0.0);
    assert_eq!(answers!(literal(&[1.0, 2.0]); 0.75).agreed(0.75), [0.0; 2]);
    assert_eq!(answers!(identity(1.5); 0.75).agreed(0.75), 1.0);
    assert_eq!(
        answers!(parts(&[1.0, 2.0, 3.0]); 0.75).agreed(0.75),
        [0.0, 1.0, 0.0]
    );
}

#[test]
fn chosen_parameters() {
    let gradient: ([f64; 2], f64) = answers!(chosen(0.5, 2.0, &[3.0, -1.0], 2); 0.75).agreed(0.75);
    assert_eq!(gradient, ([-2.0, 6.0], 2.0 - 12.0));
    let (a, b) = (1.75, 0.5);
    let gradient: f64 = check_grad!([b] only_the_second(a, *b));
    assert_near(&gradient, &(1.75 * 4.0 * 0.125), 1e-12);
}

#[test]
fn parameters_without_floats() {
    let (x, words) = (1.5, vec![String::from("one")]);
    for flag in [false, true] {
        check_grad!([x] without_floats(flag, "name", 'x', *x, &[3], words.clone()));
    }
    check_grad!([x] function_parameter(*x, |n| n as f64));
}

#[test]
fn generic_parameters() {
    let (c, x) = ([0.5, -1.5, 2.0], 0.75);
    check_grad!([c, x] const_generic(c, *x));
    check_grad!(both [c, x] float_generic(c, *x));
    check_grad!(both [c, x] both_generic(c, x));
    let c = vec![0.5, 2.5];
    check_grad!([x, c] lifetimes(x, c));
    check!(identity(x in -1.0..1.0));
}
