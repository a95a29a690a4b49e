use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiate]
impl Spring {
    fn force(self: Box<Self>, x: f64) -> f64 {
        self.stiffness * x
    }
}

fn main() {
    let _ = Box::new(Spring { stiffness: 1.0 }).force(2.0);
}
