use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    if x > 0.0 {
        const SCALE: f64 = 2.0;
        x * SCALE
    } else {
        x
    }
}

fn main() {
    f::grad(1.0);
}
