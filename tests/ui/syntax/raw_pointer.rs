use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let _address = &raw const x;
    x * x
}

fn main() {
    f::grad(1.0);
}
