use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
#[differentiable(crat = chainrule, skip)]
#[differentiable(crate)]
#[differentiable(crate = "chainrule")]
#[differentiable(crate = 3)]
struct OnTheType {
    w: f64,
}

#[derive(Clone, Differentiable)]
#[differentiable(crate = chainrule, crate = ::chainrule)]
struct Twice {
    #[differentiable(skip, skip)]
    w: f64,
}

#[derive(Clone, Differentiable)]
struct OnFields {
    #[differentiable(skpi)]
    a: f64,
    #[differentiable(frozen(always), 3, ignore)]
    b: f64,
    #[differentiable(crate = chainrule)]
    c: f64,
    #[differentiable(skip = true)]
    d: f64,
    #[differentiable(skip always)]
    e: f64,
    #[differentiable]
    f: f64,
    #[differentiable = "skip"]
    g: f64,
    #[differentiable()]
    h: f64,
}

// The trait is implemented all the same.
fn main() {
    let _ = OnTheType { w: 1.0 }.zero_tangent().w;
    let value = OnFields { a: 0.0, b: 0.0, c: 0.0, d: 0.0, e: 0.0, f: 0.0, g: 0.0, h: 0.0 };
    let gradient = value.zero_tangent();
    let _ = (gradient.a, gradient.b, gradient.c, gradient.f, gradient.g, gradient.h);
}
