use chainrule::prelude::*;

#[differentiate(wrt = x)]
fn f(x: f64, n: f64) -> f64 {
    x * n
}

fn main() {
    let (_dx, _dn): (f64, f64) = f::grad(1.0, 2.0);
}
