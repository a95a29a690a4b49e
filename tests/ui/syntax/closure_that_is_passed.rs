use chainrule::prelude::*;

fn twice(f: impl Fn(f64) -> f64) -> f64 {
    f(f(1.0))
}

#[differentiate]
fn f(x: f64) -> f64 {
    let scaled = |factor: f64| factor * x;
    twice(scaled)
}

fn main() {
    f::grad(1.0);
}
