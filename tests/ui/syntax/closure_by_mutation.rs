use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut total = x;
    let mut add = || total += x;
    add();
    total
}

fn main() {
    f::grad(1.0);
}
