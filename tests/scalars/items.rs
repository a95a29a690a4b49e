//! Constants, imports and aliases that a function declares inside.

use chainrule::gradcheck;
use chainrule::prelude::*;

#[differentiate]
fn pressure(n: f64, t: f64, v: f64) -> f64 {
    const R: f64 = 8.314;
    let (a, b) = (0.1382, 3.186e-5);
    n * R * t / (v - n * b) - a * (n / v).powi(2)
}

#[test]
fn a_constant() {
    let point = (1.0, 300.0, 0.02);
    let gradient = pressure::grad(point.0, point.1, point.2);
    gradcheck(|&(n, t, v)| pressure(n, t, v), &point, &gradient).unwrap();
}

#[differentiate]
fn series(x: f32) -> f32 {
    use std::f32::consts::PI;
    const TERMS: usize = 4;
    const SCALE: f32 = 0.5;
    type Index = usize;
    let mut sum = 0.0;
    for k in 0..TERMS {
        let index: Index = k + 1;
        sum += SCALE * (x * PI * index as f32).sin() / index as f32;
    }
    sum
}

#[test]
fn an_import_and_an_alias() {
    gradcheck(|&x| series(x), &0.3_f32, &series::grad(0.3)).unwrap();
    let mut into = 0.0;
    assert_eq!(series::value_and_grad_into(0.3, &mut into), series(0.3));
    assert_eq!(into, series::grad(0.3));
    assert_eq!(series::vjp(0.3).1(2.0), 2.0 * into);
}
