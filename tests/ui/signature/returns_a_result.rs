use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> Result<f64, String> {
    Ok(x * x)
}

fn main() {
    f(1.0).unwrap();
}
