use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
enum Layer {
    Dense(f64, #[differentiable(skip)] f64),
    Scaled { by: f64, count: usize },
}

// The field that is left out is read.
#[differentiate(wrt(layer))]
fn apply(layer: &Layer, x: f64) -> f64 {
    match layer {
        Layer::Dense(w, rate) => w * x * rate,
        Layer::Scaled { by, count } => by * x + { let n: usize = *count; n as f64 },
    }
}

// And given a value that carries a derivative.
#[differentiate]
fn built(w: f64, rate: f64) -> f64 {
    let layer = Layer::Dense(w, rate);
    match layer {
        Layer::Dense(w, _) => w * w,
        Layer::Scaled { by, .. } => by,
    }
}

// So it is read, and written, without a derivative.
#[differentiate]
fn built_without(w: f64, rate: f64) -> f64 {
    let layer = Layer::Dense(w, stop_gradient(rate));
    match layer {
        Layer::Dense(w, _) => w * w,
        Layer::Scaled { by, .. } => by,
    }
}

#[differentiate(wrt(layer))]
fn stopped(layer: &Layer, x: f64) -> f64 {
    match layer {
        Layer::Dense(w, rate) => w * x * stop_gradient(*rate),
        Layer::Scaled { by, count } => by * x * { let n: usize = *count; n as f64 },
    }
}

fn main() {}
