use chainrule::prelude::*;

#[differentiate(wrt(x), wrt(y))]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    f::grad(1.0, 2.0);
}
