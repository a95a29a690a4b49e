//! Results of calls are of any type: floats by what is computed with them, tensors and lists beside them.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_vjp};

#[differentiate]
fn pair<T: Float>(x: T, y: T) -> [T; 2] {
    [x * y, x - y]
}

#[differentiate]
fn length<T: Float>(x: &Vector<3, T>) -> T {
    x.norm()
}

#[differentiate]
fn scaled<T: Float>(x: &Vector<3, T>, factor: T) -> Vector<3, T> {
    x * factor
}

#[differentiate]
fn shifted<T: Float>(x: T) -> T {
    x + T::ONE
}

#[differentiate]
fn floats<T: Float>(x: T, y: T) -> T {
    let [a, b] = pair(x, y);
    let mut sum = shifted(a);
    let parts = [shifted(b), sum * b];
    for part in parts {
        sum += part * part / (shifted(x) + T::lit(4.0));
    }
    let z = if shifted(y) > T::ZERO {
        shifted(sum)
    } else {
        a
    };
    z.sin() / (T::ONE + z * z)
}

/// Floats and tensors, results of calls both, in one expression.
#[differentiate]
fn mixed<T: Float>(x: &Vector<3, T>, k: T) -> T {
    let long = length(x);
    let y = scaled(x, shifted(long)) * long + shifted(k);
    let mut z = scaled(&y, k) - x;
    z += length(&y) * k;
    (z * shifted(k)).sum() / long
}

#[differentiate]
fn of_tensors<T: Float>(x: &Vector<3, T>, k: T) -> Vector<3, T> {
    let y = scaled(x, k);
    let ratio = length(&y) / shifted(k);
    y.exp() * ratio + x * shifted(ratio)
}

#[differentiate]
fn listed(x: f64, y: f64) -> (f64, [f64; 2], Vec<f64>) {
    let [a, b] = pair(x, y);
    let c = shifted(a) * b;
    (shifted(c), [a, shifted(b) / c], vec![c * c, b])
}

#[test]
fn results() {
    check!(floats(x in -1.5..1.5, y in -0.9..1.5));
    check!(f32 floats as floats(x in -1.5..1.5, y in -0.9..1.5));
    let (x, k) = (Vector::from([0.5, -1.25, 0.75]), 0.5);
    check_grad!(both [x, k] mixed(x, *k));
    check_vjp!(both [x, k] of_tensors(x, *k));
    let y = 0.75;
    check_vjp!([k, y] listed(*k, *y));
}

#[differentiate]
fn halved<T: Float>(x: T) -> T {
    x * T::lit(0.5)
}

/// What a call gives, to a power below zero, beside floats of a generic type.
#[differentiate]
fn inverses<T: Float>(x: T, y: T, at: usize) -> T {
    let t = [halved(x).powi(-1), y, halved(y).powi(-3)];
    t[at] * t[2]
}

#[test]
fn negative_powers_of_results() {
    let (x, y) = (0.7, -1.3);
    check_grad!(both [x, y] inverses(*x, *y, 0));
    check_grad!(both [x, y] inverses(*x, *y, 1));
}
