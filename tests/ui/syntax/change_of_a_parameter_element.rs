use chainrule::prelude::*;

fn weights() -> [f64; 2] {
    [1.0, 2.0]
}

#[differentiate]
fn f(x: f64) -> f64 {
    weights()[0] = x;
    x * x
}

fn main() {
    f::grad(1.0);
}
