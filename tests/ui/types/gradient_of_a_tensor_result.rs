use chainrule::prelude::*;

#[differentiate]
fn f(x: &Vector<3>) -> Vector<3> {
    x * 2.0
}

fn main() {
    f::grad(&Vector::from([1.0, 2.0, 3.0]));
}
