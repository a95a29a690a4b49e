use chainrule::prelude::*;
use std::collections::HashMap;

#[derive(Clone)]
struct Schedule;

#[derive(Clone, Differentiable)]
enum Layer {
    Dense(Matrix<2, 3>, Option<Schedule>),
    Table { scale: f64, names: HashMap<String, f64>, last: f64 },
    Nothing,
}

#[derive(Clone, Differentiable)]
enum Generic<T> {
    Many(Vec<T>),
    One { schedule: Schedule, x: T },
}

fn main() {}
