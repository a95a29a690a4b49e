use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.0).chain(y).sum()
}

fn main() {
    f::grad(&[1.0], &[2.0]);
}
