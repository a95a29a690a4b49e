use chainrule::prelude::*;

#[differentiate]
fn f(x: f64, y: Option<Option<f64>>) -> f64 {
    if let Some(Some(z) | Some(z)) = y { x * z } else { x }
}

fn main() {
    f::grad(1.0, None);
}
