use chainrule::prelude::*;

#[differentiate]
fn root(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.sqrt()) } else { None }
}

#[differentiate]
fn f(x: f64) -> Option<f64> {
    let fourth = |v: f64| Some(root(root(v)?)? * x);
    fourth(x)
}

fn main() {
    f::vjp(1.0);
}
