use chainrule::prelude::*;

struct Config {
    rate: f64,
}

#[differentiate]
fn f(x: f64, config: &Config) -> f64 {
    x * config.rate
}

fn main() {
    f::grad(1.0, &Config { rate: 0.1 });
}
