use chainrule::prelude::*;
use std::ops::Add;

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

impl Add for Point {
    type Output = Point;

    fn add(self, other: Point) -> Point {
        Point {
            x: self.x + other.x,
            y: self.y + other.y,
        }
    }
}

#[differentiate]
fn product(a: Point, b: Point) -> f64 {
    let sum = a + b;
    sum.x * sum.y
}

fn main() {
    product::grad(Point { x: 1.0, y: 2.0 }, Point { x: 3.0, y: 4.0 });
}
