//! Calls of functions that have derivatives of their own.

use chainrule::prelude::*;

#[differentiate]
fn g(a: f64, b: f64) -> f64 {
    a.hypot(b)
}

#[differentiate]
fn one_call(a: f64, b: f64) -> f64 {
    let z = g(a, b);
    z.sin() * a
}

#[test]
fn a_nested_call() {
    assert_eq!(
        one_call::FORMULAS,
        "\
z = g(a, b)
L = sin(z)·a

∂L/∂z = a·cos z
∂L/∂a = ∂L/∂z · ∂g/∂a + sin z = a·cos(z) · ∂g/∂a + sin z
∂L/∂b = ∂L/∂z · ∂g/∂b = a·cos(z) · ∂g/∂b"
    );
}

#[test]
fn its_own_derivation() {
    assert_eq!(
        g::FORMULAS,
        "\
g = √(a² + b²)

∂g/∂a = a/g
∂g/∂b = b/g"
    );
}

#[differentiate]
fn two_calls(a: f64) -> f64 {
    g(a.sin(), a) + g(a, 2.0)
}

#[test]
fn calls_of_one_function_are_told_apart_by_their_values() {
    assert_eq!(
        two_calls::FORMULAS,
        "\
z₁ = sin a
z₂ = g(z₁, a)
z₃ = g(a, 2)
L = z₂ + z₃

∂L/∂z₃ = 1
∂L/∂z₂ = 1
∂L/∂z₁ = ∂z₂/∂z₁
∂L/∂a = ∂L/∂z₁ · cos a + ∂z₂/∂a + ∂z₃/∂a = ∂z₂/∂z₁ · cos a + ∂z₂/∂a + ∂z₃/∂a"
    );
}

#[differentiate]
fn same_argument(a: f64) -> f64 {
    g(a, a)
}

#[test]
fn arguments_of_one_name_are_told_apart_by_their_numbers() {
    assert_eq!(
        same_argument::FORMULAS,
        "\
L = g(a, a)

∂L/∂a = ∂₂g + ∂₁g"
    );
}

#[differentiate]
fn product(x: &[f64]) -> f64 {
    x[0] * x[1]
}

#[allow(clippy::needless_range_loop, reason = "the index is in the formulas")]
#[differentiate]
fn calls_on_a_variable_that_changes(x: &[f64]) -> f64 {
    let mut t = x.to_vec();
    for i in 0..x.len() {
        t[i] = t[i] * t[i];
    }
    let a = product(&t);
    t[0] *= 3.0;
    a.sin() * product(&t) + t[1]
}

#[test]
fn what_a_variable_receives_from_calls_is_told_apart() {
    assert_eq!(
        calls_on_a_variable_that_changes::FORMULAS,
        "\
t = x
for i = 0, …, len(x) − 1:
    tᵢ ← tᵢ²
a = product(t)
t₀ ← t₀·3
z = product(t)
L = sin(a)·z + t₁

∂L/∂z = sin a
∂L/∂t₁ += 1
∂L/∂a = z·cos a
∂L/∂t += sin(a) · ∂z/∂t
∂L/∂t₀ ← 3·∂L/∂t₀
∂L/∂t += ∂L/∂a · ∂a/∂t
for i = len(x) − 1, …, 0:
    ∂L/∂tᵢ ← ∂L/∂tᵢ · 2·tᵢ
∂L/∂x = ∂L/∂t"
    );
}
