use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let root: Result<f64, String> = Ok(x.sqrt());
    root.unwrap_or(x)
}

fn main() {
    f::grad(1.0);
}
