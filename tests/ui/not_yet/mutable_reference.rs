use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x;
    let place = &mut y;
    *place *= 2.0;
    y
}

fn main() {
    f::grad(1.0);
}
