use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let y = 2.0 * (if x > 1.0 { return x } else { x });
    y * x
}

fn main() {
    f::grad(1.0);
}
