use chainrule::prelude::*;

#[differentiate]
fn scale(x: &mut f64, k: f64) -> f64 {
    *x *= k;
    *x
}

#[differentiate]
fn asserted(x: f64, k: f64) -> f64 {
    let mut s = x;
    assert!(scale(&mut s, k) > 0.0, "{name}", name = k);
    s * k
}

#[differentiate]
fn passed_on(x: &mut f64, k: f64) -> f64 {
    assert!((*x).is_finite() && f64::is_finite(*x));
    debug_assert!(scale(x, k) > 0.0);
    *x * k
}

fn main() {
    asserted::grad(1.0, 2.0);
    passed_on::grad(&mut 1.0, 2.0);
}
