use chainrule::prelude::*;

#[differentiate]
fn g(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiate]
fn f(x: f64) -> f64 {
    2.0 * g(x)
}

fn main() {
    f::grad(1.0);
}
