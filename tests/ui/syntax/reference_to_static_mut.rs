use chainrule::prelude::*;

static mut SCALE: f64 = 2.0;

#[differentiate]
fn f(x: f64) -> f64 {
    let scale = unsafe { &*&raw const SCALE };
    x * *scale
}

fn main() {
    f::grad(1.0);
}
