use chainrule::prelude::*;

#[differentiate]
fn twice(x: f64) -> f64 {
    fn twice(x: f64) -> f64 {
        2.0 * x
    }
    twice(x)
}

fn main() {
    twice::grad(1.0);
}
