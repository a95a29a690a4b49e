use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Oven {
    gain: f64,
    #[differentiable(skip)]
    rate: f64,
    #[differentiable(skip)]
    limits: (f64, f64),
}

// Fields that are left out are read.
#[differentiate]
fn scaled(oven: &Oven, x: f64) -> f64 {
    oven.gain * x * oven.rate
}

#[differentiate]
fn limited(oven: &Oven, x: f64) -> f64 {
    let (low, high) = oven.limits;
    oven.gain * x.clamp(low, high)
}

// Without a derivative they may be.
#[differentiate]
fn said(oven: &Oven, x: f64) -> f64 {
    let (low, high) = stop_gradient(oven.limits);
    oven.gain * x.clamp(low, high) * stop_gradient(oven.rate)
}

fn main() {}
