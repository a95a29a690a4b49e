use chainrule::prelude::*;

struct Spring;

impl Spring {
    fn energy(x: f64) -> f64 {
        0.5 * x * x
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    Spring::energy(x) + x
}

fn main() {
    f::grad(2.0);
}
