use chainrule::prelude::*;

#[differentiate]
fn f(x: &Vector<3>) -> f32 {
    x * x
}

fn main() {
    f::grad(&Vector::from([1.0, 2.0, 3.0]));
}
