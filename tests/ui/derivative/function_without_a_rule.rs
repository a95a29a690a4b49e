use chainrule::prelude::*;

fn g(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    1.0 + g(x)
}

fn main() {
    f::grad(1.0);
}
