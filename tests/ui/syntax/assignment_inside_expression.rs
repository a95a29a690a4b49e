use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let y;
    let () = y = x * x;
    y
}

fn main() {
    f::grad(1.0);
}
