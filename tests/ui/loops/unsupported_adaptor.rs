use chainrule::prelude::*;

fn is_large(x: &&f64) -> bool {
    **x > 1.0
}

#[differentiate]
fn f(x: &[f64]) -> f64 {
    let mut y = 1.0;
    for a in x.iter().filter(is_large) {
        y *= *a;
    }
    y
}

fn main() {
    f::grad(&[1.0]);
}
