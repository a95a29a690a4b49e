use chainrule::prelude::*;

#[differentiate]
fn f(x: f64, g: impl Fn(f64) -> f64) -> f64 {
    g(x) * 2.0
}

fn main() {
    f::grad(1.0, |x| x);
}
