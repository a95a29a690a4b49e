use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Line {
    slope: f64,
}

#[differentiate]
fn f(line: &Line) -> f32 {
    line.slope as f32
}

fn main() {
    f::grad(&Line { slope: 1.0 });
}
