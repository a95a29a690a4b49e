use chainrule::prelude::*;

#[derive(Clone, Copy, Differentiable)]
union Bits {
    float: f32,
    bits: u32,
}

fn main() {}
