use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let scaled = |factor: f64| factor * x;
    scaled(x, 2.0)
}

fn main() {
    f::grad(1.0);
}
