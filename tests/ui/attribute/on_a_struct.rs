use chainrule::prelude::*;

#[differentiate]
struct Line {
    slope: f64,
}

fn main() {
    let line = Line { slope: 1.0 };
    let _ = line.slope;
}
