use chainrule::prelude::*;

#[differentiate(wrt(x))]
fn f(x: f64, scale: Option<f64>) -> f64 {
    if x > 0.0 && let Some(scale) = scale { x * scale } else { x }
}

fn main() {
    f::grad(1.0, None);
}
