use chainrule::prelude::*;

#[differentiate]
fn f(x: &[(f64, f64)]) -> f64 {
    let mut sorted = x.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    sorted[0].1
}

fn main() {
    f::grad(&[(1.0, 2.0), (1.0, 3.0)]);
}
