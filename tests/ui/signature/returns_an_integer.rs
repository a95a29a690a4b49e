use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> usize {
    stop_gradient(x) as usize
}

fn main() {
    f::vjp(1.0);
}
