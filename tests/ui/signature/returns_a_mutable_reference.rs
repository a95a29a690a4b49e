use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Cart {
    at: f64,
    speed: f64,
}

#[differentiate]
impl Cart {
    fn roll(&mut self, dt: f64) -> &mut Self {
        self.at += self.speed * dt;
        self
    }

    #[differentiate(skip)]
    fn at_mut(&mut self) -> &mut f64 {
        &mut self.at
    }
}

fn main() {
    let mut cart = Cart { at: 0.0, speed: 1.0 };
    *cart.at_mut() = 2.0;
    cart.roll(0.1).roll(0.1);
}
