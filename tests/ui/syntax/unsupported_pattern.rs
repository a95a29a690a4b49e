use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let (ref mut a, b) = (x, 2.0);
    *a * b
}

fn main() {
    f::grad(1.0);
}
