use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    (|y: f64| y * y)(x)
}

fn main() {
    f::grad(1.0);
}
