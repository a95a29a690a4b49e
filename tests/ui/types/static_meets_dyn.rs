use chainrule::prelude::*;

#[differentiate(wrt(a))]
fn f(a: &Vector<3>, b: &Vector<DYN>) -> f32 {
    (a * b).sum()
}

fn main() {}
