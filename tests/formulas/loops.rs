//! Loops and variables that change in place.

use chainrule::prelude::*;

#[differentiate(wrt(w, b))]
fn regression(w: f64, b: f64, xs: &[f64], ts: &[f64]) -> f64 {
    let mut total = 0.0;
    for (x, t) in xs.iter().zip(ts) {
        let r = w * x + b - t;
        total += r * r;
    }
    total / xs.len() as f64
}

#[test]
fn a_sum_over_iterations() {
    assert_eq!(
        regression::FORMULAS,
        "\
total = 0
for i = 0, …, min(len(xs), len(ts)) − 1:
    r = w·xsᵢ + b − tsᵢ
    total += r²
L = total/len(xs)

∂L/∂total = 1/len(xs)
for i = min(len(xs), len(ts)) − 1, …, 0:
    ∂L/∂r = ∂L/∂total · 2·r
∂L/∂w = Σᵢ ∂L/∂r · xsᵢ
∂L/∂b = Σᵢ ∂L/∂r"
    );
}

#[differentiate(wrt(w))]
fn recurrent(w: f64, u: f64, xs: &[f64]) -> f64 {
    let mut h = 0.0;
    for x in xs {
        let a = w * h + u * x;
        h = a.tanh();
    }
    h * h
}

#[test]
fn a_state_from_one_iteration_to_the_next() {
    assert_eq!(
        recurrent::FORMULAS,
        "\
h = 0
for i = 0, …, len(xs) − 1  (h⁺ becomes the next h):
    a = w·h + u·xsᵢ
    h⁺ = tanh a
L = h²

∂L/∂h = 2·h
for i = len(xs) − 1, …, 0  (∂L/∂h becomes the next ∂L/∂h⁺):
    ∂L/∂a = ∂L/∂h⁺ · (1 − (tanh a)²)
    ∂L/∂h = ∂L/∂a · w
∂L/∂w = Σᵢ ∂L/∂a · h"
    );
}

#[differentiate]
fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = 0.5 * (x + a / x);
    }
    x
}

#[test]
fn a_loop_with_a_condition() {
    assert_eq!(
        newton::FORMULAS,
        "\
x = a
while |x² − a| > 1e-12  (x⁺ becomes the next x):
    z = x + a/x
    x⁺ = 0.5·z
L = x

∂L/∂x = 1
for each iteration, last first  (∂L/∂x becomes the next ∂L/∂x⁺):
    ∂L/∂z = 0.5·∂L/∂x⁺
    ∂L/∂x = ∂L/∂z − ∂L/∂z · a/x²
∂L/∂a = ∂L/∂x + Σ ∂L/∂z / x"
    );
}

#[differentiate(wrt(w))]
fn product(w: &[f64], x: &[f64], n: usize) -> f64 {
    let mut y = vec![0.0; n];
    for i in 0..n {
        let mut a = 0.0;
        for j in 0..n {
            a += w[i * n + j] * x[j];
        }
        y[i] = a.tanh();
    }
    let mut s = 0.0;
    for a in &y {
        s += a * a;
    }
    s
}

#[test]
fn lists_that_are_filled() {
    assert_eq!(
        product::FORMULAS,
        "\
y = [0 × n]
for i = 0, …, n − 1:
    a = 0
    for j = 0, …, n − 1:
        a += w[i·n + j]·xⱼ
    yᵢ ← tanh a
s = 0
for k = 0, …, len(y) − 1:
    s += yₖ²
L = s

∂L/∂s = 1
for k = len(y) − 1, …, 0:
    ∂L/∂yₖ += ∂L/∂s · 2·yₖ
for i = n − 1, …, 0:
    ∂L/∂a = ∂L/∂yᵢ · (1 − (tanh a)²)
∂L/∂w[i·n + j] += ∂L/∂a · xⱼ"
    );
}

#[differentiate]
fn in_place(x: &[f64; 2]) -> f64 {
    let mut y = [0.0; 2];
    y[0] = x[0] * x[1];
    y[1] += y[0].sin();
    y[0] * y[1]
}

#[test]
fn elements_that_are_assigned() {
    assert_eq!(
        in_place::FORMULAS,
        "\
y = [0 × 2]
y₀ ← x₀·x₁
y₁ += sin y₀
L = y₀·y₁

∂L/∂y₁ = y₀
∂L/∂y₀ = y₁
∂L/∂y₀ += ∂L/∂y₁ · cos y₀
∂L/∂x₀ = ∂L/∂y₀ · x₁
∂L/∂x₁ = ∂L/∂y₀ · x₀"
    );
}

#[differentiate]
#[allow(clippy::needless_range_loop, reason = "the index is in the formulas")]
fn elements_that_change(x: [f64; 3], k: f64) -> f64 {
    let mut y = x;
    for i in 0..3 {
        y[i] *= k;
        y[i] += y[i].sin();
    }
    y[0] = y[1] * k;
    y[0] + y[1]
}

#[test]
fn an_assigned_element_begins_anew() {
    let text = elements_that_change::FORMULAS;
    assert!(text.contains("    ∂L/∂yᵢ ← ∂L/∂yᵢ · k"), "{text}");
    assert!(text.contains("∂L/∂y₀ ← 0"), "{text}");
}

#[differentiate]
fn bump(a: &mut f64, b: f64) -> f64 {
    let old = *a;
    *a = old * b;
    old * *a
}

#[differentiate]
fn lends(a: f64, b: f64) -> f64 {
    let mut t = a * b;
    let u = bump(&mut t, a);
    u + t
}

#[test]
fn places_lent_to_calls() {
    assert_eq!(
        bump::FORMULAS,
        "a⁺ = a·b\nL = a·a⁺\n\n∂L/∂a⁺ = a\n∂L/∂a = a⁺ + ∂L/∂a⁺ · b\n∂L/∂b = ∂L/∂a⁺ · a"
    );
    let text = lends::FORMULAS;
    assert!(text.contains("u, t ← bump(t, a)"), "{text}");
    assert!(
        text.contains("∂L/∂t = ∂L/∂t⁺ · ∂t⁺/∂t + ∂bump/∂t"),
        "{text}"
    );
}

#[differentiate]
fn multiples(x: f64) -> [f64; 3] {
    std::array::from_fn(|i| x * i as f64)
}

#[test]
fn an_array_of_unknown_length() {
    let text = multiples::FORMULAS;
    assert!(text.contains("for i = 0, …, length − 1:"), "{text}");
}
