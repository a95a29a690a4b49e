//! Functions whose value is not a scalar.

use chainrule::prelude::*;

#[differentiate]
fn polar(r: f64, phi: f64) -> (f64, f64) {
    (r * phi.cos(), r * phi.sin())
}

#[test]
fn the_parts_of_a_tuple() {
    assert_eq!(
        polar::FORMULAS,
        "\
y₁ = r·cos phi
y₂ = r·sin phi

given ∂L/∂y₁, ∂L/∂y₂
∂L/∂r = ∂L/∂y₁ · cos phi + ∂L/∂y₂ · sin phi
∂L/∂phi = ∂L/∂y₂ · r·cos phi − ∂L/∂y₁ · r·sin phi"
    );
}

#[differentiate]
fn sum_and_product(x: f64, y: f64) -> (f64, f64) {
    let s = x + y;
    let p = s * x;
    (s, p)
}

#[test]
fn a_part_that_others_use_has_two_names() {
    assert_eq!(
        sum_and_product::FORMULAS,
        "\
s = x + y
p = s·x
f₁ = s

given ∂L/∂f₁, ∂L/∂p
∂L/∂s = ∂L/∂p · x + ∂L/∂f₁
∂L/∂x = ∂L/∂s + ∂L/∂p · s = ∂L/∂p · x + ∂L/∂f₁ + ∂L/∂p · s
∂L/∂y = ∂L/∂s = ∂L/∂p · x + ∂L/∂f₁"
    );
}

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate(wrt(a))]
fn midpoint(a: Point, b: Point) -> Point {
    Point {
        x: (a.x + b.x) / 2.0,
        y: (a.y + b.y) / 2.0,
    }
}

#[test]
fn a_struct() {
    assert_eq!(
        midpoint::FORMULAS,
        "\
y = Point((a.x + b.x)/2, (a.y + b.y)/2)

given ∂L/∂y
∂L/∂a.x = ∂L/∂y.x / 2
∂L/∂a.y = ∂L/∂y.y / 2"
    );
}
