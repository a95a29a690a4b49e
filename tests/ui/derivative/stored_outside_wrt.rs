use chainrule::prelude::*;

#[differentiate(wrt(x))]
fn f(out: &mut [f64], x: f64) -> f64 {
    out[0] = x * x;
    x
}

fn main() {
    f::grad(&mut [0.0], 1.0);
}
