use chainrule::prelude::*;

#[differentiate]
fn f(x: f64, y: f32) -> f64 {
    x * y
}

fn main() {
    f::grad(1.0, 2.0);
}
