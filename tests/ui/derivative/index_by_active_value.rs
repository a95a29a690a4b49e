use chainrule::prelude::*;

#[differentiate]
fn f(x: f64, table: &[f64]) -> f64 {
    table[x as usize]
}

fn main() {
    f::grad(1.0, &[1.0, 2.0]);
}
