use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
enum Layer<'a> {
    Dense(&'a Matrix<2, 3>),
    Rows { rows: &'a [f64], name: &'a str },
    #[differentiable(skip)]
    Skipped(f64),
    #[differentiable(crate = chainrule)]
    Through(f64),
    #[differentiable(skp)]
    Misspelt(f64),
    #[differentiable]
    Nothing,
    Field {
        #[differentiable(crate = chainrule)]
        w: f64,
    },
}

// The mistakes do not hide the tangent.
#[derive(Clone, Differentiable)]
struct Net<'a> {
    first: Layer<'a>,
    scale: f64,
}

fn main() {
    let mut net = Net { first: Layer::Skipped(1.0), scale: 1.0 };
    let gradient = net.zero_tangent();
    Sgd::new(0.1).step(&mut net, &gradient);
}
