use chainrule::prelude::*;

#[differentiate]
trait Layer {
    fn apply(&self, x: f64) -> f64;
}

fn main() {}
