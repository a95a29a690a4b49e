use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let y = x * x;
    #[cfg(debug_assertions)]
    let y = y + x;
    y
}

fn main() {
    f::grad(1.0);
}
