use chainrule::prelude::*;

fn count(x: f64) -> i32 {
    x as i32
}

#[differentiate]
fn f(x: f64) -> f64 {
    x.powi(count(x))
}

fn main() {
    f::grad(1.0);
}
