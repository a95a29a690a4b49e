use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let (a, b);
    (a, b) = (x, x * x);
    a * b
}

fn main() {
    f::grad(1.0);
}
