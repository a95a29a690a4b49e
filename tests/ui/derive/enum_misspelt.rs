use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
enum Layer {
    Dense(Matrx<2, 3>, f64),
    Rows { rows: Vec<Vectr<2>>, scale: f64 },
}

fn main() {}
