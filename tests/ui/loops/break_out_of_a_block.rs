use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    if x > 1.0 {
        break;
    }
    x * x
}

fn main() {
    f::grad(1.0);
}
