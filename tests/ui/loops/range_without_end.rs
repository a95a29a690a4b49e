use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x;
    for _ in 0.. {
        y *= 2.0;
        if y > 100.0 {
            break;
        }
    }
    y
}

fn main() {
    f::grad(1.0);
}
