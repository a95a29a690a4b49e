use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    'out: {
        if x > 1.0 {
            break 'out x;
        }
        x * x
    }
}

fn main() {
    f::grad(1.0);
}
