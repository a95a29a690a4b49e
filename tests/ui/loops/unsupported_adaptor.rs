use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64]) -> f64 {
    let mut y = 1.0;
    for a in x.iter().peekable() {
        y *= *a;
    }
    y
}

fn main() {
    f::grad(&[1.0]);
}
