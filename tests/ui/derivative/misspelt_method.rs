use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    x.sqtr() * 2.0
}

fn main() {
    f::grad(1.0);
}
