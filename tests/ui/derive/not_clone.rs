use chainrule::prelude::*;

#[derive(Differentiable)]
struct Net {
    w: f64,
    b: Vector<2>,
}

#[derive(Differentiable)]
struct Layer<T> {
    w: T,
}

fn main() {}
