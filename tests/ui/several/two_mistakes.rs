use chainrule::prelude::*;

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    let a = x.next_up();
    let b = y as i32;
    a * f64::from(b)
}

fn main() {
    f::grad(1.0, 2.0);
}
