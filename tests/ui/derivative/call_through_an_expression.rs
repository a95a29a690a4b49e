use chainrule::prelude::*;

#[differentiate(wrt(x))]
fn f(x: f64, up: bool) -> f64 {
    (if up { f64::exp } else { f64::sin })(x)
}

fn main() {
    f::grad(1.0, true);
}
