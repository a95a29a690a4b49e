use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Line {
    slope: f64,
}

#[differentiate]
fn f(line: &Line, x: f64) -> f64 {
    line.slop * x
}

fn main() {
    f::grad(&Line { slope: 1.0 }, 2.0);
}
