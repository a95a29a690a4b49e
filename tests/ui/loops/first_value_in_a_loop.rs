use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let y;
    loop {
        y = x * x;
        break;
    }
    y
}

fn main() {
    f::grad(1.0);
}
