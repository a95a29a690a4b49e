use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64; 2]) -> f64 {
    let [a, b] = x;
    a * b
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
