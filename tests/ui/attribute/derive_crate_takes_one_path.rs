use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
#[differentiable(crate = chainrule private)]
struct Line {
    slope: f64,
}

fn main() {
    let _ = Line { slope: 1.0 }.zero_tangent().slope;
}
