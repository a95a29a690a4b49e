use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn f(origin: Point, x: f64) -> Point {
    Point { x, ..origin }
}

fn main() {
    f::vjp(Point { x: 1.0, y: 2.0 }, 1.0);
}
