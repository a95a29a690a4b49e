use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let _later = async { 1.0 };
    x * x
}

fn main() {
    f::grad(1.0);
}
