use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut total = 0.0;
    let mut add = || {
        total += x;
        total
    };
    assert!(matches!(add(), sum if sum > 0.0));
    total
}

fn main() {
    f::grad(1.0);
}
