//! Functions of a first lesson on backpropagation.

use chainrule::prelude::*;

#[differentiate(wrt(w, b))]
fn loss(w: f64, b: f64, x: f64, t: f64) -> f64 {
    let y = w * x + b;
    (y - t).powi(2)
}

#[test]
fn squared_error() {
    assert_eq!(
        loss::FORMULAS,
        "\
y = w·x + b
L = (y − t)²

∂L/∂y = 2·(y − t)
∂L/∂w = ∂L/∂y · x = 2·(y − t)·x
∂L/∂b = ∂L/∂y = 2·(y − t)"
    );
}

#[differentiate(wrt(w, b))]
fn half_squared_error(w: f64, b: f64, x: f64, t: f64) -> f64 {
    0.5 * (w * x + b - t).powi(2)
}

#[test]
fn a_value_that_is_its_own_adjoint() {
    assert_eq!(
        half_squared_error::FORMULAS,
        "\
z = w·x + b − t
L = 0.5·z²

∂L/∂z = z
∂L/∂w = ∂L/∂z · x = z·x
∂L/∂b = ∂L/∂z = z"
    );
}

#[differentiate(wrt(w, b))]
fn logistic(w: f64, b: f64, x: f64, t: f64) -> f64 {
    let p = (w * x + b).sigmoid();
    -(t * p.ln() + (1.0 - t) * (1.0 - p).ln())
}

#[test]
fn binary_cross_entropy_written_out() {
    assert_eq!(
        logistic::FORMULAS,
        "\
z = w·x + b
p = σ(z)
L = −(t·ln p + (1 − t)·ln(1 − p))

∂L/∂p = (1 − t)/(1 − p) − t/p
∂L/∂z = ∂L/∂p · p·(1 − p)
∂L/∂w = ∂L/∂z · x = ((1 − t)/(1 − p) − t/p)·p·(1 − p)·x
∂L/∂b = ∂L/∂z = ((1 − t)/(1 − p) − t/p)·p·(1 − p)"
    );
}

#[differentiate(wrt(w, b))]
fn generic<T: Float>(w: T, b: T, x: T, t: T) -> T {
    let r = w * x + b - t;
    T::lit(0.5) * r * r
}

#[test]
fn a_generic_float_is_a_float() {
    assert_eq!(
        generic::FORMULAS,
        "\
r = w·x + b − t
L = 0.5·r²

∂L/∂r = r
∂L/∂w = ∂L/∂r · x = r·x
∂L/∂b = ∂L/∂r = r"
    );
}

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

#[test]
fn a_function_called_by_a_letter_is_called_so() {
    assert_eq!(
        f::FORMULAS,
        "\
z = y − x²
f = (1 − x)² + 100·z²

∂f/∂z = 200·z
∂f/∂x = −2·(1 − x) − ∂f/∂z · 2·x = −2·(1 − x) − 400·z·x
∂f/∂y = ∂f/∂z = 200·z"
    );
}

#[differentiate]
fn reassigned(x: f64) -> f64 {
    let mut s = x.sin();
    s = s * s + x;
    s *= 2.0;
    s
}

#[test]
fn values_of_one_variable_are_numbered() {
    assert_eq!(
        reassigned::FORMULAS,
        "\
s₁ = sin x
s₂ = s₁² + x
s₃ = s₂·2

∂s₃/∂s₂ = 2
∂s₃/∂s₁ = 4·s₁
∂s₃/∂x = ∂s₃/∂s₁ · cos x + 2 = 4·s₁·cos x + 2"
    );
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
    m: f64,
}

#[differentiate(wrt(s))]
fn energy(s: &Spring, x: f64, v: f64) -> f64 {
    0.5 * s.k * x.powi(2) + 0.5 * s.m * v.powi(2)
}

#[test]
fn fields_have_adjoints_of_their_own() {
    assert_eq!(
        energy::FORMULAS,
        "\
L = 0.5·s.k·x² + 0.5·s.m·v²

∂L/∂s.k = 0.5·x²
∂L/∂s.m = 0.5·v²"
    );
}

#[differentiate]
fn constant_in_one(x: f64, y: f64) -> f64 {
    let _unused = x * y;
    y
}

#[test]
fn what_does_not_matter_is_left_out() {
    assert_eq!(
        constant_in_one::FORMULAS,
        "\
L = y

∂L/∂x = 0
∂L/∂y = 1"
    );
}
