use chainrule::prelude::*;

#[differentiate]
unsafe extern "C" fn f(x: f64, _: ...) -> f64 {
    x * x
}

fn main() {
    let _dx: f64 = f::grad(1.0);
}
