use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let (scaled, offset) = (|factor: f64| factor * x, 1.0);
    scaled(2.0) + offset
}

fn main() {
    f::grad(1.0);
}
