use chainrule::prelude::*;

struct Line;

impl Line {
    #[differentiate]
    fn square(x: f64) -> f64 {
        x * x
    }
}

fn main() {
    let _ = Line::square(2.0);
}
