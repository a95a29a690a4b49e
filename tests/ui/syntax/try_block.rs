use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let _scale: Option<f64> = try { 2.0 };
    x * x
}

fn main() {
    f::grad(1.0);
}
