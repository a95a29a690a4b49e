use chainrule::prelude::*;

#[differentiate]
trait Apply {
    fn apply(&self, x: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Scale {
    factor: f64,
}

impl Apply for Scale {
    fn apply(&self, x: f64) -> f64 {
        self.factor * x
    }
}

fn main() {
    let _ = Scale { factor: 1.0 }.apply(2.0);
}
