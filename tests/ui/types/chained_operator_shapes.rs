use chainrule::prelude::*;

#[differentiate(wrt(w, b))]
fn f(w: &Matrix<4, 5>, b: &Vector<3>, x: &Matrix<32, 4>) -> f32 {
    let h = (x.matmul(w) + b).tanh();
    (&h * &h).sum()
}

fn main() {}
