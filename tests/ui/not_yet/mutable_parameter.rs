use chainrule::prelude::*;

#[differentiate]
fn f(x: &mut f64) -> f64 {
    *x *= 2.0;
    *x
}

fn main() {
    f::grad(&mut 1.0);
}
