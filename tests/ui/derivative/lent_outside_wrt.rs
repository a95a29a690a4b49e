use chainrule::prelude::*;

#[differentiate]
fn double(x: &mut f64, y: f64) {
    *x += 2.0 * y;
}

#[differentiate(wrt(y))]
fn f(x: &mut f64, y: f64) -> f64 {
    double(x, y);
    *x * y
}

fn main() {
    f::grad(&mut 1.0, 1.0);
}
