use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in ..2 {
        sum += x[i];
    }
    sum
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
