use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Borrows<'a> {
    w: &'a Matrix<2, 3>,
    rows: &'a [f64],
    name: &'a str,
    #[differentiable(skip)]
    data: &'a [f64],
    scale: f64,
}

#[derive(Clone, Differentiable)]
struct Position<'a>(f64, &'a f64);

fn main() {}
