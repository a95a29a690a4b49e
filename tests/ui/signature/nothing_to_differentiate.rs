use chainrule::prelude::*;

#[differentiate]
fn f(n: usize, name: &str) -> f64 {
    (n + name.len()) as f64
}

fn main() {
    f::grad(1, "");
}
