use chainrule::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct Angle {
    radians: f64,
}

impl std::ops::Shl<u32> for Angle {
    type Output = f64;
    fn shl(self, by: u32) -> f64 {
        self.radians * f64::from(by)
    }
}

#[differentiate]
fn f(x: Angle) -> f64 {
    x << 1
}

fn main() {
    f::grad(Angle { radians: 1.0 });
}
