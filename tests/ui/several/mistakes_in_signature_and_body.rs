use chainrule::prelude::*;

#[differentiate(wrt(x, z), forward)]
fn f(x: f64, y: f64) -> f64 {
    let a = x.next_up();
    let b = async { 2.0 };
    drop(b);
    a * y
}

fn main() {
    let _dx: f64 = f::grad(1.0, 2.0);
}
