use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> Option<f64> {
    Some(x * x)
}

fn main() {
    f::vjp(1.0);
}
