use chainrule::prelude::*;

#[differentiate(wrt(x, g))]
fn f(x: f64, g: impl Fn(usize) -> f64) -> f64 {
    x * g(3)
}

fn main() {
    let _dx: f64 = f::grad(1.0, |_| 2.0);
}
