use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x * x;
    #[cfg(debug_assertions)]
    {
        y = y + x;
    }
    y
}

fn main() {
    f::grad(1.0);
}
