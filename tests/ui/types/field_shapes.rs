use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Layer {
    weights: Matrix<4, 5>,
    bias: Vector<3>,
}

#[differentiate(wrt(layer))]
fn f(layer: &Layer, x: &Matrix<32, 4>) -> f32 {
    (x.matmul(&layer.weights) + &layer.bias).relu().sum()
}

fn main() {}
