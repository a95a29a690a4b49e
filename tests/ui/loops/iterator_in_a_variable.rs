use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64]) -> f64 {
    let squares = x.iter().map(|x| x * x);
    squares.sum()
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
