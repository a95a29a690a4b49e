use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64]) -> f64 {
    let mut squares = x.iter().map(|x| x * x);
    let first = squares.next();
    squares.sum::<f64>() / first.unwrap_or(1.0)
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
