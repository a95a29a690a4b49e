//! Three layers of sigmoids learn to tell a disc from the ring around it, with the loss as the textbooks write it, and a
//! look at how the gradient fades on its way back to the first layer.
//!
//! The textbook's formula is infinite or NaN where an output rounds to 0 or 1. `binary_cross_entropy_with_logits` is not.

use std::f32::consts::TAU;

use chainrule::prelude::*;

const HIDDEN: usize = 16;

#[derive(Clone, Differentiable)]
struct Mlp {
    w1: Matrix<2, HIDDEN>,
    b1: Vector<HIDDEN>,
    w2: Matrix<HIDDEN, HIDDEN>,
    b2: Vector<HIDDEN>,
    w3: Matrix<HIDDEN, 1>,
    b3: Vector<1>,
}

#[differentiate(wrt(net))]
fn predict(net: &Mlp, x: &Matrix<DYN, 2>) -> Matrix<DYN, 1> {
    let h1 = (x.matmul(&net.w1) + &net.b1).sigmoid();
    let h2 = (h1.matmul(&net.w2) + &net.b2).sigmoid();
    (h2.matmul(&net.w3) + &net.b3).sigmoid()
}

#[differentiate(wrt(net))]
fn loss(net: &Mlp, x: &Matrix<DYN, 2>, t: &Matrix<DYN, 1>) -> f32 {
    let y = predict(net, x);
    (-(t * y.ln() + (1.0 - t) * (1.0 - &y).ln())).mean()
}

fn main() {
    let mut rng = Rng::seed(0);
    let (x, t) = disc_and_ring(400, &mut rng);
    let mut net = random_network(&mut rng);

    println!("norm of the gradient in the weights of each layer\n");
    println!("epoch    loss    layer 1    layer 2    layer 3   first : last");
    train(&mut net, &x, &t, print_norms);
    println!("\nThe slope of a sigmoid is at most 1/4, so at first every layer on the way back");
    println!("takes most of the gradient away, and the first one hardly learns.\n");

    draw(&net);
    let accuracy = accuracy(&predict(&net, &x), &t);
    println!("\naccuracy: {:.1}%", 100.0 * accuracy);
}

fn random_network(rng: &mut Rng) -> Mlp {
    Mlp {
        w1: Matrix::random([2, HIDDEN], Init::Xavier, rng),
        b1: Vector::zeros([HIDDEN]),
        w2: Matrix::random([HIDDEN, HIDDEN], Init::Xavier, rng),
        b2: Vector::zeros([HIDDEN]),
        w3: Matrix::random([HIDDEN, 1], Init::Xavier, rng),
        b3: Vector::zeros([1]),
    }
}

fn train(
    net: &mut Mlp,
    x: &Matrix<DYN, 2>,
    t: &Matrix<DYN, 1>,
    watch: impl Fn(usize, f32, [f32; 3]),
) {
    let mut adam = Adam::new(0.02);
    for epoch in 0..=500 {
        let (value, g) = loss::value_and_grad(net, x, t);
        watch(epoch, value, [g.w1.norm(), g.w2.norm(), g.w3.norm()]);
        adam.step(&mut *net, &g);
    }
}

fn print_norms(epoch: usize, loss: f32, [first, second, last]: [f32; 3]) {
    if [0, 1, 10, 50, 100, 200, 500].contains(&epoch) {
        let ratio = last / first;
        println!("{epoch:5}  {loss:.4}  {first:9.6}  {second:9.6}  {last:9.6}   1 : {ratio:.0}");
    }
}

/// Points within a radius of 0.5 (target 1) and from there to 1 (target 0).
fn disc_and_ring(count: usize, rng: &mut Rng) -> (Matrix<DYN, 2>, Matrix<DYN, 1>) {
    let (mut points, mut targets) = (Vec::new(), Vec::new());
    for i in 0..count {
        let inside = i % 2 == 0;
        let radius = 0.5 * rng.uniform() as f32 + if inside { 0.0 } else { 0.5 };
        let (sin, cos) = (TAU * rng.uniform() as f32).sin_cos();
        points.extend([radius * cos, radius * sin]);
        targets.push(f32::from(u8::from(inside)));
    }
    (
        Matrix::from_vec([count, 2], points),
        Matrix::from_vec([count, 1], targets),
    )
}

fn accuracy(y: &Matrix<DYN, 1>, t: &Matrix<DYN, 1>) -> f32 {
    let pairs = y.as_slice().iter().zip(t.as_slice());
    let correct = pairs.filter(|(y, t)| (**y > 0.5) == (**t > 0.5)).count();
    correct as f32 / t.len() as f32
}

/// The output of the network over the square from -1 to 1.
fn draw(net: &Mlp) {
    const ROWS: usize = 20;
    const COLUMNS: usize = 40;
    let at = |index: usize, count: usize| 2.0 * (index as f32 + 0.5) / count as f32 - 1.0;
    let grid = (0..ROWS * COLUMNS)
        .flat_map(|i| [at(i % COLUMNS, COLUMNS), at(i / COLUMNS, ROWS)])
        .collect();
    let y = predict(net, &Matrix::from_vec([ROWS * COLUMNS, 2], grid));
    for row in y.as_slice().chunks(COLUMNS) {
        let line: String = row
            .iter()
            .map(|y| [' ', '░', '▒', '▓', '█'][(4.99 * y) as usize])
            .collect();
        println!("{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule::gradcheck;

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let mut rng = Rng::seed(1);
        let (x, t) = disc_and_ring(8, &mut rng);
        let net = random_network(&mut rng);
        gradcheck(|net| loss(net, &x, &t), &net, &loss::grad(&net, &x, &t)).unwrap();
    }

    #[test]
    fn the_loss_is_that_of_the_library() {
        let mut rng = Rng::seed(2);
        let (x, t) = disc_and_ring(50, &mut rng);
        let net = random_network(&mut rng);
        let expected = binary_cross_entropy(&predict(&net, &x), &t);
        assert!((loss(&net, &x, &t) - expected).abs() < 1e-6);
    }

    #[test]
    fn the_first_gradient_fades_and_the_network_learns_all_the_same() {
        let mut rng = Rng::seed(0);
        let (x, t) = disc_and_ring(400, &mut rng);
        let mut net = random_network(&mut rng);
        train(&mut net, &x, &t, |epoch, _, [first, _, last]| {
            assert!(epoch > 0 || last > 10.0 * first, "{first} {last}");
        });
        assert!(accuracy(&predict(&net, &x), &t) > 0.98);
    }
}
