use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let powers = vec![x, x * x];
    powers[0] + powers[1]
}

fn main() {
    f::grad(1.0);
}
