use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
enum Layer {
    Dense(Matrix<2, 3>),
    Bias { b: Vector<3> },
}

// Without `Clone`, and with a mistake in its attribute.
#[derive(Differentiable)]
#[differentiable(skipp)]
pub enum Either<A, B> {
    Left(A),
    Right(B),
}

// What uses the type is not reported again.
#[derive(Clone, Differentiable)]
struct Net {
    first: Layer,
    scale: f64,
}

fn main() {
    let net = Net { first: Layer::Bias { b: Vector::zeros([3]) }, scale: 1.0 };
    let gradient = net.zero_tangent();
    Sgd::new(0.1).step(&mut net.clone(), &gradient);
}
