use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Angle {
    radians: f64,
}

impl Angle {
    fn powi(&self, n: i32, scale: f64) -> f64 {
        self.radians.powi(n) * scale
    }
}

#[differentiate]
fn f(x: &Angle) -> f64 {
    x.powi(2, 3.0)
}

fn main() {
    f::grad(&Angle { radians: 1.0 });
}
