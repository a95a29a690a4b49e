use chainrule::prelude::*;

struct Line {
    slope: f64,
}

impl Line {
    #[differentiate(wrt(x))]
    fn at(&self, x: f64) -> f64 {
        self.slope * x
    }
}

fn main() {
    let _ = Line { slope: 1.0 }.at(2.0);
}
