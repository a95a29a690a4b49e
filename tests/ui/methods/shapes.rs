use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Layer {
    weights: Matrix<784, 10>,
    bias: Vector<10>,
}

#[differentiate]
impl Layer {
    fn apply(&self, x: &Matrix<32, 100>) -> Matrix<32, 10> {
        (x.matmul(&self.weights) + &self.bias).relu()
    }
}

fn main() {}
