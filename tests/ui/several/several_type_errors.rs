use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Mlp {
    w1: Matrix<784, 256>,
    b1: Vector<128>,
    w2: Matrix<256, 10>,
}

#[differentiate(wrt(net))]
fn loss(net: &Mlp, x: &Matrix<32, 100>, labels: &[usize]) -> f32 {
    let h = (x.matmul(&net.w1) + &net.b1).relu();
    softmax_cross_entropy(&h.matmul(&net.w3), labels)
}

fn main() {}
