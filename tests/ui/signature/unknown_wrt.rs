use chainrule::prelude::*;

#[differentiate(wrt(weight, bias))]
fn f(weight: f64, x: f64) -> f64 {
    weight * x
}

fn main() {
    f::grad(1.0, 2.0);
}
