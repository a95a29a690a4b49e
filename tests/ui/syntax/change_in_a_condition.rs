use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut s = x;
    if { s *= 2.0; s > 1.0 } { s } else { x }
}

fn main() {
    f::grad(1.0);
}
