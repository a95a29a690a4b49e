use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiate]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * (x as i64) as f64
    }

    fn force(&self, x: f64) -> f64 {
        -self.stiffness * x
    }
}

fn main() {
    let _ = Spring { stiffness: 1.0 }.energy_grad(2.0);
    let _ = Spring { stiffness: 1.0 }.force_grad(2.0);
}
