use chainrule::prelude::*;

struct Model {
    activation: fn(&f64) -> f64,
}

#[differentiate(wrt(x))]
fn f(x: &[f64], model: &Model) -> f64 {
    x.iter().map(model.activation).sum()
}

fn main() {
    f::grad(&[1.0], &Model { activation: |x| *x });
}
