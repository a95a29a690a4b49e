use chainrule::prelude::*;

#[differentiate(wrt)]
fn f(x: f64, n: f64) -> f64 {
    x * n
}

fn main() {
    f::grad(1.0, 2.0);
}
