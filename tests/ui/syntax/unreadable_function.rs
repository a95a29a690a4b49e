use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    x.use
}

fn main() {}
