use chainrule::prelude::*;

#[differentiate(crate = "chainrule")]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    let _dx: f64 = f::grad(1.0);
}
