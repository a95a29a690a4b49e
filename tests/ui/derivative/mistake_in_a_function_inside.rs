use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    fn rounded(x: f64) -> f64 {
        (10.0 * x) as i64 as f64
    }
    rounded(x) * x
}

fn main() {
    f::grad(1.0);
}
