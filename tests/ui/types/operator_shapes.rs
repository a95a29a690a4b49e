use chainrule::prelude::*;

#[differentiate(wrt(b))]
fn f(b: &Vector<3>, x: &Matrix<32, 4>) -> f32 {
    (x + b).sum()
}

fn main() {}
