//! Parameters by `&mut`: the function changes them, and the gradient is with respect to what they held before.

use chainrule::prelude::*;
use chainrule_tests::{assert_identical, assert_near, check_grad};

/// The derivatives of `f` by central differences.
pub(crate) fn differences<const N: usize>(f: impl Fn(&[f64; N]) -> f64, at: [f64; N]) -> [f64; N] {
    std::array::from_fn(|index| {
        let step = 1e-5;
        let [mut above, mut below] = [at, at];
        above[index] += step;
        below[index] -= step;
        (f(&above) - f(&below)) / (2.0 * step)
    })
}

#[differentiate]
fn bump(a: &mut f64, b: f64) -> f64 {
    let old = *a;
    *a = old * b;
    *a += b.sin();
    old * *a
}

#[test]
fn a_float() {
    let mut a = 0.7;
    let mut plain = 0.7;
    let (value, gradient) = bump::value_and_grad(&mut a, 1.2);
    assert_eq!(value, bump(&mut plain, 1.2));
    assert_eq!(a, plain);
    let expected = differences(|&[mut a, b]| bump(&mut a, b), [0.7, 1.2]);
    assert_near(&gradient, &(expected[0], expected[1]), 1e-8);
    assert_identical(&bump::grad(&mut 0.7, 1.2), &gradient);
    let mut into = (3.0, 4.0);
    assert_eq!(bump::value_and_grad_into(&mut 0.7, 1.2, &mut into), value);
    assert_identical(&into, &gradient);
}

#[test]
fn cotangents_travel_through_the_place() {
    let mut a = 0.7;
    let (_, pullback) = bump::vjp(&mut a, 1.2);
    let mut a_bar = 2.0;
    let b_bar = pullback(3.0, &mut a_bar);
    let both = |&[mut a, b]: &[f64; 2]| {
        let value = bump(&mut a, b);
        3.0 * value + 2.0 * a
    };
    assert_near(&[a_bar, b_bar], &differences(both, [0.7, 1.2]), 1e-8);
}

#[differentiate]
fn scale(x: &mut [f64], k: f64) {
    for i in 0..x.len() {
        x[i] *= k;
        x[i] += x[i].sin();
    }
}

#[test]
fn a_slice_and_no_result() {
    let at = [0.3, -0.5, 0.9, 1.1];
    let cotangent = [1.0, 2.0, -0.5];
    let mut x = [at[0], at[1], at[2]];
    let ((), pullback) = scale::vjp(&mut x, at[3]);
    let mut x_bar = cotangent.to_vec();
    let k_bar = pullback((), &mut x_bar);
    let weighted = |at: &[f64; 4]| {
        let mut x = [at[0], at[1], at[2]];
        scale(&mut x, at[3]);
        x.iter().zip(&cotangent).map(|(x, c)| x * c).sum()
    };
    x_bar.push(k_bar);
    assert_near(&x_bar, &differences(weighted, at).to_vec(), 1e-8);
}

#[differentiate]
fn grow(x: &mut Vec<f64>, by: f64, n: usize) -> f64 {
    for i in 0..n {
        x.push(x[i] * by);
    }
    x[0] = by;
    x.iter().map(|x| x * x).sum()
}

#[test]
fn a_list_that_grows() {
    let at = [0.3, -0.5, 1.1];
    let value = |at: &[f64; 3]| grow(&mut vec![at[0], at[1]], at[2], 5);
    let mut x = vec![at[0], at[1]];
    let (found, (x_bar, by_bar)) = grow::value_and_grad(&mut x, at[2], 5);
    assert_eq!(found, value(&at));
    assert_eq!(x.len(), 7);
    let expected = differences(value, at);
    assert_near(&x_bar, &expected[..2].to_vec(), 1e-7);
    assert_near(&by_bar, &expected[2], 1e-7);

    let mut into = (vec![5.0; 9], 7.0);
    grow::value_and_grad_into(&mut vec![at[0], at[1]], at[2], 5, &mut into);
    assert_identical(&into, &(x_bar, by_bar));
}

/// Solves l·y = b in place, by forward substitution.
#[differentiate(wrt(l, b))]
fn substitute(l: &[[f64; 3]; 3], b: &mut [f64; 3], order: &mut Vec<usize>) -> f64 {
    for i in 0..3 {
        for j in 0..i {
            b[i] -= l[i][j] * b[j];
        }
        b[i] /= l[i][i];
        order.push(i);
    }
    b[0] * b[2] + order.len() as f64
}

#[test]
fn a_parameter_without_floats_and_an_array() {
    let l = [[2.0, 0.0, 0.0], [0.5, 1.5, 0.0], [-0.3, 0.8, 1.2]];
    let b = [0.4, -1.0, 0.7];
    let value = |at: &[f64; 12]| {
        let row = |i: usize| [at[3 * i], at[3 * i + 1], at[3 * i + 2]];
        substitute(&[row(0), row(1), row(2)], &mut row(3), &mut Vec::new())
    };
    let mut at = [0.0; 12];
    at[..9].copy_from_slice(l.as_flattened());
    at[9..].copy_from_slice(&b);
    let mut order = Vec::new();
    let (l_bar, b_bar) = substitute::grad(&l, &mut b.clone(), &mut order);
    assert_eq!(order, [0, 1, 2]);
    let expected = differences(value, at);
    assert_near(
        &l_bar.as_flattened().to_vec(),
        &expected[..9].to_vec(),
        1e-8,
    );
    assert_near(&b_bar, &[expected[9], expected[10], expected[11]], 1e-8);
}

#[derive(Clone, Debug, Differentiable)]
struct Adam {
    m: f64,
    v: f64,
    steps: usize,
}

#[differentiate]
fn advance(state: &mut Adam, x: f64, g: f64) -> f64 {
    state.steps += 1;
    state.m = 0.9 * state.m + 0.1 * g;
    state.v = 0.99 * state.v + 0.01 * g * g;
    x - 0.1 * state.m / (state.v.sqrt() + 1e-3)
}

#[test]
fn a_struct() {
    let state = |m, v| Adam { m, v, steps: 0 };
    let value = |&[m, v, x, g]: &[f64; 4]| advance(&mut state(m, v), x, g);
    let mut changed = state(0.2, 0.3);
    let (d_state, dx, dg) = advance::grad(&mut changed, 1.0, 0.5);
    assert_eq!(changed.steps, 1);
    let found = [d_state.m, d_state.v, dx, dg];
    assert_near(&found, &differences(value, [0.2, 0.3, 1.0, 0.5]), 1e-8);
}

#[differentiate]
fn flow<T: Float>(x: &mut T, rate: T, turns: usize) -> T {
    for turn in 0..turns {
        if turn % 2 == 0 {
            *x = *x * rate;
        } else {
            *x += rate;
        }
        if turn == 3 {
            return *x * rate;
        }
    }
    *x
}

#[test]
fn a_generic_float_and_early_returns() {
    for turns in [0, 1, 2, 7] {
        let value = |&[mut x, rate]: &[f64; 2]| flow(&mut x, rate, turns);
        let found = flow::grad(&mut 0.6, 1.3, turns);
        let expected = differences(value, [0.6, 1.3]);
        assert_near(&found, &(expected[0], expected[1]), 1e-8);
        let single = flow::grad(&mut 0.6_f32, 1.3_f32, turns);
        assert_near(&single, &found, 1e-5);
    }
}

#[differentiate]
fn descend(w: &mut Matrix<2, 3>, g: &Matrix<2, 3>, rate: f32) -> f32 {
    *w = &*w - &(g * rate);
    w.sum() + (&*w * &*w).sum()
}

#[test]
fn a_tensor() {
    let (w, g) = (
        Matrix::from([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]),
        Matrix::full([2, 3], 0.5),
    );
    let (w_bar, g_bar, rate_bar) = descend::grad(&mut w.clone(), &g, 0.1);
    let after: Vec<f64> = w.as_slice().iter().map(|w| f64::from(*w) - 0.05).collect();
    let slope: Vec<f64> = after.iter().map(|w| 1.0 + 2.0 * w).collect();
    let near = |tensor: &Matrix<2, 3>, factor: f64| {
        for (found, slope) in tensor.as_slice().iter().zip(&slope) {
            assert!((f64::from(*found) - factor * slope).abs() < 1e-5);
        }
    };
    near(&w_bar, 1.0);
    near(&g_bar, -0.1);
    let expected: f64 = slope.iter().map(|slope| -0.5 * slope).sum();
    assert!((f64::from(rate_bar) - expected).abs() < 1e-5);
}

#[differentiate]
fn another_shape(x: f64, option: &mut Option<f64>, list: &mut Vec<f64>) -> f64 {
    let before = option.unwrap_or(x) * list[2];
    *option = if x > 1.0 { Some(x) } else { None };
    *list = vec![x; 2];
    before * list[1]
}

#[test]
fn what_is_replaced_by_another_shape() {
    for x in [0.5, 2.0] {
        let (mut option, mut list) = (Some(3.0), vec![4.0, 5.0, 6.0]);
        let (value, gradient) = another_shape::value_and_grad(x, &mut option, &mut list);
        assert_eq!(value, 18.0 * x);
        assert_eq!(gradient, (18.0, Some(6.0 * x), vec![0.0, 0.0, 3.0 * x]));
        assert_eq!((option.is_some(), list.len()), (x > 1.0, 2));
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Weights {
    list: Vec<f64>,
    bias: f64,
}

/// Another length than before.
#[differentiate]
fn pruned(w: &mut Weights, x: f64) {
    *w = Weights {
        list: vec![w.list[0] * x, w.bias],
        bias: w.list[1],
    };
}

#[differentiate]
fn relisted(w: &mut Weights, x: f64) {
    w.list = vec![w.list[1] * x; 4];
    w.bias *= x;
}

#[differentiate]
fn of_replaced(list: &[f64], bias: f64, x: f64) -> f64 {
    let mut w = Weights {
        list: list.to_vec(),
        bias,
    };
    pruned(&mut w, x);
    let first = w.list[0] * w.list[1] + w.bias;
    relisted(&mut w, x);
    first + w.list[3] * w.bias
}

#[test]
fn structs_of_another_length() {
    let (list, bias, x) = (vec![0.3, -0.8, 1.1], 0.6, 1.4);
    check_grad!([list, bias, x] of_replaced(list, *bias, *x));
    let mut w = Weights { list, bias };
    let ((), pullback) = pruned::vjp(&mut w, x);
    let mut bar = w.zero_tangent();
    bar.list[0] = 1.0;
    pullback((), &mut bar);
    assert_eq!(bar.list, [x, 0.0, 0.0]);
}

fn all_finite(x: &[f64]) -> bool {
    x.iter().all(|x| x.is_finite())
}

/// Functions that only read what is lent, in conditions and assertions.
#[differentiate]
fn guarded(x: &mut [f64], k: f64) -> f64 {
    assert!(all_finite(&*x), "{x:?}");
    if all_finite(&*x) && all_finite(&x[1..]) {
        x[0] *= k;
    }
    x[0] * x[1]
}

#[differentiate]
fn of_guarded(start: &[f64], k: f64) -> f64 {
    let mut x = start.to_vec();
    guarded(&mut x, k) + x[0]
}

#[test]
fn readers_of_what_is_lent() {
    let (start, k) = (vec![0.6, 1.2], 0.8);
    check_grad!([start, k] of_guarded(start, *k));
}

/// What is lent is only read by these.
#[differentiate]
fn stepped(y: &mut [f64], k: f64) -> f64 {
    let mut s = 0.0;
    for ((one, two), i) in y[1..].windows(1).zip(y.windows(2)).zip(0..3) {
        s += k * one[0] * two[1] * two[0] + i as f64;
    }
    y[0] *= s;
    s
}

#[differentiate]
fn of_stepped(start: &[f64], k: f64) -> f64 {
    let mut y = start.to_vec();
    stepped(&mut y, k) + y[0] * y[1]
}

#[test]
fn sequences_of_what_is_lent() {
    let (start, k) = (vec![0.5, -0.7, 1.1, 0.4], 0.6);
    check_grad!([start, k] of_stepped(start, *k));
}
