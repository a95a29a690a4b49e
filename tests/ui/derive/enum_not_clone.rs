use chainrule::prelude::*;

#[derive(Differentiable)]
enum Layer {
    Dense(Matrix<2, 3>),
    Nothing,
}

#[derive(Differentiable)]
enum Either<A, B> {
    Left(A),
    Right { right: B },
}

fn main() {}
