use chainrule::prelude::*;

trait Apply {
    fn apply(&self, x: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Scale {
    factor: f64,
}

#[differentiate]
impl Apply for Scale {
    fn apply(&self, x: f64) -> f64 {
        self.factor * x
    }
}

fn main() {
    let _ = Scale { factor: 1.0 }.apply(2.0);
}
