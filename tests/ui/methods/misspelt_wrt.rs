use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiate]
impl Spring {
    #[differentiate(wrt(lenght))]
    fn energy(&self, length: f64) -> f64 {
        0.5 * self.stiffness * length * length
    }
}

fn main() {
    let _: f64 = Spring { stiffness: 1.0 }.energy_grad(2.0);
}
