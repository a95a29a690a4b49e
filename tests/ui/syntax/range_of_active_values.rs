use chainrule::prelude::*;

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    let range = x..y;
    range.end - range.start
}

fn main() {
    f::grad(1.0, 2.0);
}
