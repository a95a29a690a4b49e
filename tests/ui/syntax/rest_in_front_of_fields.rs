use chainrule::prelude::*;

#[differentiate]
fn f(x: f64, pair: Option<(f64, f64)>) -> f64 {
    match pair {
        Some(.., pair) => x * pair.0,
        _ => x,
    }
}

fn main() {
    f::grad(1.0, None);
}
