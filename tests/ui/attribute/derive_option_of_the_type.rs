use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Line {
    #[differentiable(crat = chainrule)]
    slope: f64,
}

fn main() {
    let _ = Line { slope: 1.0 }.zero_tangent().slope;
}
