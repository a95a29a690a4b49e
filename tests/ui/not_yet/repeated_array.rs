use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let copies = [x; 3];
    copies[0] + copies[1]
}

fn main() {
    f::grad(1.0);
}
