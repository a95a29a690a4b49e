use chainrule::prelude::*;

#[differentiate(wrt(x))]
fn g(x: f64, scale: f64) -> f64 {
    x * scale
}

#[differentiate]
fn f(x: f64, scale: f64) -> f64 {
    1.0 + g(x, 2.0 * scale)
}

fn main() {
    f::grad(1.0, 2.0);
}
