//! How names, numbers and functions are written.

use chainrule::prelude::*;

#[differentiate]
fn named(w1: f64, x_2: f64, e: f64, z: f64) -> f64 {
    let long_name = (w1 * x_2 + e * z).exp();
    long_name * (e * z).exp()
}

#[test]
fn digits_are_subscripts_and_made_up_names_are_free() {
    assert_eq!(
        named::FORMULAS,
        "\
u₁ = w₁·x₂ + e·z
long_name = exp(u₁)
u₂ = e·z
u₃ = exp(u₂)
L = long_name·u₃

∂L/∂u₃ = long_name
∂L/∂long_name = u₃
∂L/∂u₂ = ∂L/∂u₃ · u₃
∂L/∂u₁ = ∂L/∂long_name · long_name
∂L/∂w₁ = ∂L/∂u₁ · x₂ = u₃·long_name·x₂
∂L/∂x₂ = ∂L/∂u₁ · w₁ = u₃·long_name·w₁
∂L/∂e = ∂L/∂u₁ · z + ∂L/∂u₂ · z = 2·u₃·long_name·z
∂L/∂z = ∂L/∂u₁ · e + ∂L/∂u₂ · e = 2·u₃·long_name·e"
    );
}

#[differentiate]
fn powers(x: f64, n: i32) -> f64 {
    x.powi(n) + x.powi(-2) + x.powi(n + 1) + x.powf(2.5) + x.powf(x)
}

#[test]
fn exponents_are_raised() {
    assert_eq!(
        powers::FORMULAS,
        "\
L = xⁿ + x⁻² + xⁿ⁺¹ + x^2.5 + x^x

∂L/∂x = n·xⁿ⁻¹ − 2·x⁻³ + (n + 1)·xⁿ + 2.5·x^1.5 + x^x·ln x + x·x^(x − 1)"
    );
}

#[differentiate]
fn functions(x: f64, y: f64) -> f64 {
    x.sqrt().cbrt() - x.atan2(y) + (x * y).abs() / x.recip() + y.exp2().ln_1p() + x.max(y)
}

#[test]
fn functions_are_written_as_in_books() {
    assert_eq!(
        functions::FORMULAS,
        "\
z₁ = ∛(√x)
z₂ = x·y
z₃ = |z₂|/(1/x)
L = z₁ − atan2(x, y) + z₃ + ln(1 + 2^y) + max(x, y)

∂L/∂z₃ = 1
∂L/∂z₁ = 1
∂L/∂z₂ = x·sign z₂
∂L/∂x = 1/(6·z₁²·√x) − y/(x² + y²) + ∂L/∂z₂ · y + z₃/x + [x > y]
∂L/∂y = x/(x² + y²) + ∂L/∂z₂ · x + 2^y·ln(2)/(1 + 2^y) + [y > x]"
    );
}

#[differentiate]
fn fractions(a: f64, b: f64, c: f64) -> f64 {
    let q = a / (b - c) - (a - (b - c));
    -(q * q) * 3.0 / 2.0
}

#[test]
fn parentheses_stand_where_they_must() {
    assert_eq!(
        fractions::FORMULAS,
        "\
z = a/(b − c)
q = z − (a − (b − c))
L = −q²·3/2

∂L/∂q = −3·q
∂L/∂z = ∂L/∂q
∂L/∂a = ∂L/∂q / (b − c) − ∂L/∂q = 3·q − 3·q/(b − c)
∂L/∂b = ∂L/∂q − ∂L/∂q · z/(b − c) = 3·q·z/(b − c) − 3·q
∂L/∂c = ∂L/∂q · z/(b − c) − ∂L/∂q = 3·q − 3·q·z/(b − c)"
    );
}

#[differentiate(wrt(x))]
fn written_rust(x: f64, names: &[&str], n: usize) -> f64 {
    let k = (n * n) as f64 / names.len() as f64;
    x * k * std::f64::consts::PI + stop_gradient(x)
}

#[test]
fn casts_lengths_and_constants() {
    assert_eq!(
        written_rust::FORMULAS,
        "\
k = n²/len(names)
L = x·k·π + x

∂L/∂x = π·k"
    );
}

#[differentiate]
fn parts((a, (b, n)): (f64, (f64, usize)), m: &[[f64; 2]; 2]) -> f64 {
    a * b.powi(n as i32) * m[0][1] + m[1][1]
}

#[test]
fn patterns_and_indices() {
    assert_eq!(
        parts::FORMULAS,
        "\
L = a·bⁿ·m₀₁ + m₁₁

∂L/∂a = m₀₁·bⁿ
∂L/∂b = m₀₁·a·n·bⁿ⁻¹
∂L/∂m₀₁ = a·bⁿ
∂L/∂m₁₁ = 1"
    );
}
