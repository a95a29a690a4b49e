use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in x.iter().filter(|y| **y < 1.0).zip(x.iter().filter(|y| **y > 1.0)) {
        sum += a * b;
    }
    sum
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
