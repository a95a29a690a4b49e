use chainrule::prelude::*;

struct Model {
    activation: fn(f64) -> f64,
}

#[differentiate(wrt(x))]
fn f(x: f64, model: &Model) -> f64 {
    (model.activation)(x)
}

fn main() {
    f::grad(1.0, &Model { activation: f64::sin });
}
