use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64; 2]) -> f64 {
    let y = x;
    y[0] = 2.0;
    y[0] * y[1]
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
