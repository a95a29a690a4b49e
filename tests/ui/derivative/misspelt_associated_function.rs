use chainrule::prelude::*;

struct Angle;

impl Angle {
    fn tahn(x: f64) -> f64 {
        x.tanh()
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    Angle::tahn(x)
}

fn main() {
    f::grad(1.0);
}
