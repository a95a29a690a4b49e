use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) {
    println!("{x}");
}

fn main() {
    f::vjp(1.0);
}
