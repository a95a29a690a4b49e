use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut s = x;
    let y = stop_gradient({
        s += x;
        s
    });
    s * y
}

fn main() {
    f::grad(1.0);
}
