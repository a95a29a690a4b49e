use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64; 2]) -> f64 {
    let [a, ..] = x;
    a * 2.0
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
