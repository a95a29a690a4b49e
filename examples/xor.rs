//! A network of two inputs, four hidden units and one output learns exclusive or, which no single line separates.

use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Mlp {
    w1: Matrix<2, 4>,
    b1: Vector<4>,
    w2: Matrix<4, 1>,
    b2: Vector<1>,
}

#[differentiate(wrt(net))]
fn predict(net: &Mlp, x: &Matrix<4, 2>) -> Matrix<4, 1> {
    let hidden = (x.matmul(&net.w1) + &net.b1).sigmoid();
    (hidden.matmul(&net.w2) + &net.b2).sigmoid()
}

#[differentiate(wrt(net))]
fn loss(net: &Mlp, x: &Matrix<4, 2>, t: &Matrix<4, 1>) -> f32 {
    binary_cross_entropy(&predict(net, x), t)
}

const EPOCHS: usize = 2000;
const GOOD_ENOUGH: f32 = 0.01;

fn main() {
    let (x, t) = truth_table();
    let net = train(&x, &t, &mut Rng::seed(1));
    let y = predict(&net, &x);
    println!("\na  b  a xor b  network");
    for row in 0..4 {
        let [a, b] = [x.row(row)[0], x.row(row)[1]];
        println!("{a}  {b}     {}     {:.3}", t.row(row)[0], y.row(row)[0]);
    }
}

fn truth_table() -> (Matrix<4, 2>, Matrix<4, 1>) {
    let x = Matrix::from([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    let t = Matrix::from([[0.0], [1.0], [1.0], [0.0]]);
    (x, t)
}

fn train(x: &Matrix<4, 2>, t: &Matrix<4, 1>, rng: &mut Rng) -> Mlp {
    let mut net = Mlp {
        w1: Matrix::random([2, 4], Init::Xavier, rng),
        b1: Vector::zeros([4]),
        w2: Matrix::random([4, 1], Init::Xavier, rng),
        b2: Vector::zeros([1]),
    };
    let mut adam = Adam::new(0.05);
    for epoch in 1..=EPOCHS {
        let (value, gradient) = loss::value_and_grad(&net, x, t);
        if value < GOOD_ENOUGH {
            println!("epoch {epoch:4}  loss {value:.4}  is below {GOOD_ENOUGH}");
            break;
        }
        if epoch == 1 || epoch.is_multiple_of(50) {
            println!("epoch {epoch:4}  loss {value:.4}");
        }
        adam.step(&mut net, &gradient);
    }
    net
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_truth_table_is_learnt_from_most_starts() {
        let (x, t) = truth_table();
        let learnt = (0..20)
            .filter(|&seed| loss(&train(&x, &t, &mut Rng::seed(seed)), &x, &t) < 2.0 * GOOD_ENOUGH)
            .count();
        assert!(learnt >= 15, "{learnt} of 20");
    }
}
