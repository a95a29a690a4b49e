use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiate]
impl Spring {
    fn soften(&mut self, x: f64) -> f64 {
        self.stiffness * x
    }
}

fn main() {
    let _ = Spring { stiffness: 1.0 }.soften(2.0);
}
