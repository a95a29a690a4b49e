use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    f64::next_up(x)
}

fn main() {
    f::grad(1.0);
}
