use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    x * scale
}

fn main() {
    f::grad(1.0);
}
