use chainrule::prelude::*;

static mut LAST: f64 = 0.0;

#[differentiate]
fn f(x: f64) -> f64 {
    LAST = x;
    x * x
}

fn main() {
    f::grad(1.0);
}
