use chainrule::prelude::*;

#[differentiate]
fn f([a, ..]: [f64; 2]) -> f64 {
    a * 2.0
}

fn main() {
    f::grad([1.0, 2.0]);
}
