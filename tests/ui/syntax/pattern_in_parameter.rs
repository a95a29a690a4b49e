use chainrule::prelude::*;

#[differentiate]
fn f((ref mut a, b): (f64, f64)) -> f64 {
    *a * b
}

fn main() {
    f::grad((1.0, 2.0));
}
