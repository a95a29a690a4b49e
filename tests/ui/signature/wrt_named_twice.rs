use chainrule::prelude::*;

#[differentiate(wrt(weight, weight))]
fn f(weight: f64, x: f64) -> f64 {
    weight * x
}

fn main() {
    let _dw: f64 = f::grad(1.0, 2.0);
}
