use chainrule::prelude::*;

#[differentiate(wrt(x))]
fn f(x: f64, scale: Option<f64>) -> f64 {
    let Some(scale) = scale else { panic!("no scale") };
    x * scale
}

fn main() {
    f::grad(1.0, None);
}
