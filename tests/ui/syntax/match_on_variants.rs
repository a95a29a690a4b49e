use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Layer {
    bias: Option<f64>,
}

#[differentiate]
fn f(layer: &Layer, x: f64) -> f64 {
    match layer.bias {
        Some(bias) => x + bias,
        None => x,
    }
}

fn main() {
    f::grad(&Layer { bias: None }, 1.0);
}
