use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    x.powi(2, 3)
}

fn main() {
    f::grad(1.0);
}
