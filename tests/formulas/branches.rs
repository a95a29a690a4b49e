//! `if`, `match` and early returns.

use chainrule::prelude::*;

#[differentiate]
fn branch(x: f64, y: f64) -> f64 {
    let e = (x * y).exp();
    let s = if x > 0.0 { e * 2.0 } else { y };
    s * x
}

#[test]
fn a_value_by_cases() {
    assert_eq!(
        branch::FORMULAS,
        "\
z = x·y
e = exp(z)
s = ⎧ e·2   if x > 0
    ⎩ y     otherwise
L = s·x

∂L/∂s = x
∂L/∂e = [x > 0]·2·∂L/∂s
∂L/∂z = ∂L/∂e · e
∂L/∂x = ∂L/∂z · y + s
∂L/∂y = ∂L/∂z · x + [x ≤ 0]·∂L/∂s"
    );
}

#[differentiate]
fn arms_of_several_statements(x: f64, y: f64) -> f64 {
    let a = x * y;
    let r = if x > 0.0 {
        let e = (a * x).exp();
        let q = e * e * x;
        (q + e) * y
    } else {
        y
    };
    r * a
}

#[test]
fn arms_with_values_of_their_own() {
    assert_eq!(
        arms_of_several_statements::FORMULAS,
        "\
a = x·y
if x > 0:
    z = a·x
    e = exp(z)
    q = e²·x
    r = (q + e)·y
otherwise:
    r = y
L = r·a

∂L/∂r = a
if x > 0:
    ∂L/∂q = ∂L/∂r · y
    ∂L/∂e = ∂L/∂q · 2·x·e + ∂L/∂q
    ∂L/∂z = ∂L/∂e · e
∂L/∂a = [x > 0]·∂L/∂z · x + r
∂L/∂x = ∂L/∂a · y + [x > 0]·(∂L/∂z · a + ∂L/∂q · e²)
∂L/∂y = ∂L/∂a · x + [x > 0]·∂L/∂r · (q + e) + [x ≤ 0]·∂L/∂r"
    );
}

#[differentiate]
fn chain(x: f64) -> f64 {
    if x < -1.0 {
        x * x
    } else if x < 0.0 {
        -x
    } else {
        x.sqrt()
    }
}

#[test]
fn else_if_is_one_more_case() {
    assert_eq!(
        chain::FORMULAS,
        "\
L = ⎧ x²   if x < −1
    ⎨ −x   if x < 0
    ⎩ √x   otherwise

∂L/∂x = ⎧ 2·x       if x < −1
        ⎨ −1        if x < 0
        ⎩ 1/(2·L)   otherwise"
    );
}

#[differentiate]
fn early(x: f64) -> f64 {
    if x < 0.0 {
        return x * x;
    }
    let y = x.sin();
    if y > 0.5 {
        return y;
    }
    y * x
}

#[test]
fn early_returns() {
    assert_eq!(
        early::FORMULAS,
        "\
if x < 0:
    L = x²
otherwise:
    y = sin x
    L = ⎧ y     if y > 0.5
        ⎩ y·x   otherwise

if x ≥ 0:
    ∂L/∂y = ⎧ 1   if y > 0.5
            ⎩ x   otherwise
∂L/∂x = ⎧ 2·x                           if x < 0
        ⎩ ∂L/∂y · cos x + [y ≤ 0.5]·y   otherwise"
    );
}

#[differentiate]
fn by_kind(x: f64, kind: u8) -> f64 {
    match kind {
        0 => x,
        1 => x * x,
        _ => {
            let s = x.sin();
            s * s + s
        }
    }
}

#[test]
fn patterns_are_conditions() {
    assert_eq!(
        by_kind::FORMULAS,
        "\
if kind = 0:
    L = x
otherwise if kind = 1:
    L = x²
otherwise:
    s = sin x
    L = s² + s

if kind ≠ 0 and kind ≠ 1:
    ∂L/∂s = 2·s + 1
∂L/∂x = ⎧ 1               if kind = 0
        ⎨ 2·x             if kind = 1
        ⎩ ∂L/∂s · cos x   otherwise"
    );
}

#[differentiate]
fn conditions(a: f64, b: f64) -> f64 {
    let mut s = 0.0;
    if a > b && a > 0.0 || b > 1.0 && a < 3.0 {
        s = a;
    }
    s * b
}

#[test]
fn a_long_condition_has_a_name() {
    assert_eq!(
        conditions::FORMULAS,
        "\
c = a > b and a > 0 or b > 1 and a < 3
s = ⎧ a   if c
    ⎩ 0   otherwise
L = s·b

∂L/∂s = b
∂L/∂a = [c]·∂L/∂s
∂L/∂b = s"
    );
}
