use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Net {
    w: Matrx<2, 3>,
    b: Vec<Vectr<2>>,
    scale: f64,
}

fn main() {}
