use chainrule::prelude::*;

fn product(x: f64, y: f64) -> Option<f64> {
    Some(x * y)
}

#[differentiate(wrt(x))]
fn f(x: f64, text: &str) -> Option<f64> {
    let scale = text.parse().ok()?;
    product(x, scale)
}

fn main() {
    f::vjp(1.0, "2");
}
