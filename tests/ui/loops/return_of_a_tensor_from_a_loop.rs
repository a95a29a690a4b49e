use chainrule::prelude::*;

#[differentiate(wrt(x))]
fn f(x: &Vector<3>, n: usize) -> Vector<3> {
    let mut y = x.clone();
    for _ in 0..n {
        y = &y * 2.0;
        if y.sum() > 100.0 {
            return y;
        }
    }
    y
}

fn main() {
    f::vjp(&Vector::from([1.0, 2.0, 3.0]), 3);
}
