use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut sum = 0.0;
    let mut one = |v: f64| sum += v;
    let mut ten = |v: f64| {
        (one(v), one(v), one(v), one(v), one(v));
        (one(v), one(v), one(v), one(v), one(v));
    };
    let mut hundred = |v: f64| {
        (ten(v), ten(v), ten(v), ten(v), ten(v));
        (ten(v), ten(v), ten(v), ten(v), ten(v));
    };
    for _ in 0..3 {
        (hundred(x), hundred(x), hundred(x), hundred(x), hundred(x));
        (hundred(x), hundred(x), hundred(x), hundred(x), hundred(x));
    }
    sum
}

fn main() {
    f::grad(1.0);
}
