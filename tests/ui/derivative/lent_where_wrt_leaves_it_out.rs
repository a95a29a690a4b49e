use chainrule::prelude::*;

#[differentiate(wrt(y))]
fn ignores(x: &mut f64, y: f64) -> f64 {
    let old = *x;
    *x = 0.0;
    old * y
}

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    let mut z = x * y;
    ignores(&mut z, y) + z
}

fn main() {
    f::grad(1.0, 1.0);
}
