use chainrule::prelude::*;

#[differentiate]
trait Apply {
    fn apply(&self, x: f64) -> f64;

    fn rounded(&self, x: f64) -> f64 {
        let n = self.apply(x) as i32;
        f64::from(n)
    }
}

#[derive(Clone, Differentiable)]
struct Scale {
    factor: f64,
}

#[differentiate]
impl Apply for Scale {
    fn apply(&self, x: f64) -> f64 {
        self.factor.tahn() * x
    }
}

fn main() {
    let _ = Scale { factor: 1.0 }.rounded_grad(2.0);
}
