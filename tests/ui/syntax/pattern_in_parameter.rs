use chainrule::prelude::*;

#[differentiate]
fn f([a, b]: [f64; 2]) -> f64 {
    a * b
}

fn main() {
    f::grad([1.0, 2.0]);
}
