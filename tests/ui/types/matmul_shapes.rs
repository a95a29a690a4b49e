use chainrule::prelude::*;

#[differentiate(wrt(w))]
fn f(w: &Matrix<784, 10>, x: &Matrix<32, 100>) -> f32 {
    x.matmul(w).sum()
}

fn main() {}
