use chainrule::prelude::*;
use std::collections::HashMap;

#[derive(Clone)]
struct Schedule;

#[derive(Clone, Differentiable)]
struct Net {
    w: Matrix<2, 3>,
    schedule: Option<Schedule>,
    names: HashMap<String, f64>,
}

#[derive(Clone, Differentiable)]
struct Generic<T> {
    layers: Vec<T>,
    schedule: Schedule,
}

#[derive(Clone, Differentiable)]
struct Tuple(f64, Schedule, f64);

fn main() {}
