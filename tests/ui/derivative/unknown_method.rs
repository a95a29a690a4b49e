use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    x.next_up() * 2.0
}

fn main() {
    f::grad(1.0);
}
