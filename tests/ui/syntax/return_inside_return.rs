use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    return (if x > 1.0 { return x } else { x * x }) + 1.0;
}

fn main() {
    f::grad(1.0);
}
