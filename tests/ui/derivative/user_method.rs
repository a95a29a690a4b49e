use chainrule::prelude::*;

trait Energy {
    fn energy(&self) -> f64;
}

impl Energy for f64 {
    fn energy(&self) -> f64 {
        self * self
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    0.5 * x.energy()
}

fn main() {
    f::grad(1.0);
}
