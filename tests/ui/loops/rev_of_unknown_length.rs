use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for y in x.iter().flat_map(|y| [*y, 2.0 * y]).rev() {
        sum = sum * 0.5 + y;
    }
    sum
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
