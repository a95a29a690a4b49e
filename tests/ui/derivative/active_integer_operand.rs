use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    x.powi(x.round() as i32)
}

fn main() {
    f::grad(1.0);
}
