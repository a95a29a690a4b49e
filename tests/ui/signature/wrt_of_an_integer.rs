use chainrule::prelude::*;

#[differentiate(wrt(x, labels))]
fn f(x: f64, labels: &[usize]) -> f64 {
    x * labels.len() as f64
}

fn main() {
    f::grad(1.0, &[2]);
}
