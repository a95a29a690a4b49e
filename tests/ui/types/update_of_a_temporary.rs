use chainrule::prelude::*;

fn main() {
    let (w, b) = (1.0, 2.0);
    Sgd::new(0.1).step(&mut (w, b), &(1.0, 1.0));
}
