use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    let running = |v: &f64| {
        sum += v;
        sum
    };
    x.iter().map(running).zip(y).map(|(a, b)| a * b).sum()
}

fn main() {
    f::grad(&[1.0, 2.0], &[3.0, 4.0]);
}
