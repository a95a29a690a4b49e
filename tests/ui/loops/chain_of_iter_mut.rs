use chainrule::prelude::*;

#[differentiate]
fn f(x: &[f64], y: &[f64]) -> f64 {
    let (mut a, mut b) = (x.to_vec(), y.to_vec());
    for v in a.iter_mut().chain(b.iter_mut()) {
        *v *= 2.0;
    }
    a[0] + b[0]
}

fn main() {
    f::grad(&[1.0], &[2.0]);
}
