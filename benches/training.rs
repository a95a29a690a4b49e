//! A training step of the perceptron 784-256-128-10 with Adam, and its forward and backward sweep alone, beside the same
//! written by hand on chainrule's own and on two more matrix kernels.

use chainrule::prelude::*;
use chainrule_benches::kernel::{self, Kernel};
use chainrule_benches::perceptron::{self, Layers, Sweeps};
use chainrule_benches::{Side, compare};

const SIZES: [usize; 4] = [784, 256, 128, 10];
const RATE: f32 = 1e-4;
const KERNELS: [(&str, Kernel); 3] = [
    ("by hand, on gemmkit", kernel::gemmkit),
    ("by hand, on matrixmultiply", kernel::matrixmultiply),
    ("by hand, on gemm", kernel::gemm),
];

#[derive(Clone, Differentiable)]
struct Mlp {
    w1: Matrix<784, 256>,
    b1: Vector<256>,
    w2: Matrix<256, 128>,
    b2: Vector<128>,
    w3: Matrix<128, 10>,
    b3: Vector<10>,
}

#[differentiate(wrt(net))]
fn loss(net: &Mlp, x: &Matrix<DYN, 784>, labels: &[usize]) -> f32 {
    let h1 = (x.matmul(&net.w1) + &net.b1).relu();
    let h2 = (h1.matmul(&net.w2) + &net.b2).relu();
    let logits = h2.matmul(&net.w3) + &net.b3;
    softmax_cross_entropy(&logits, labels)
}

impl Mlp {
    fn random(rng: &mut Rng) -> Self {
        Mlp {
            w1: Matrix::random([784, 256], Init::He, rng),
            b1: Vector::zeros([256]),
            w2: Matrix::random([256, 128], Init::He, rng),
            b2: Vector::zeros([128]),
            w3: Matrix::random([128, 10], Init::He, rng),
            b3: Vector::zeros([10]),
        }
    }

    fn layers(&self) -> Layers {
        Layers([
            (self.w1.as_slice().to_vec(), self.b1.as_slice().to_vec()),
            (self.w2.as_slice().to_vec(), self.b2.as_slice().to_vec()),
            (self.w3.as_slice().to_vec(), self.b3.as_slice().to_vec()),
        ])
    }
}

fn main() {
    for batch in [32, 128] {
        let mut rng = Rng::seed(1);
        let net = Mlp::random(&mut rng);
        let x = Matrix::<DYN, 784>::random(
            [batch, 784],
            Init::Uniform {
                low: 0.0,
                high: 1.0,
            },
            &mut rng,
        );
        let labels: Vec<usize> = (0..batch).map(|row| row * 7 % 10).collect();
        check(&net, &x, &labels);

        // Every weight takes part in a product forward and in one for its gradient, and all but those of the first layer in
        // one for the cotangent of the layer before.
        let weights = |layer: usize| SIZES[layer] * SIZES[layer + 1];
        let flops = 2 * batch * (2 * weights(0) + 3 * (weights(1) + weights(2)));

        let mut g = net.zero_tangent();
        let mut sides = vec![Side::new("chainrule", || {
            std::hint::black_box(loss::value_and_grad_into(&net, &x, &labels, &mut g));
        })];
        for (name, kernel) in KERNELS {
            let (layers, mut g) = (net.layers(), Layers::zeros(SIZES));
            let mut sweeps = Sweeps::new(SIZES, batch, kernel);
            let (x, labels) = (&x, &labels);
            sides.push(Side::new(name, move || {
                std::hint::black_box(sweeps.value_and_grad(&layers, x.as_slice(), labels, &mut g));
            }));
        }
        compare(
            &format!("forward and backward, batch {batch}"),
            flops as f64,
            &mut sides,
        );
        drop(sides);

        let (mut trained, mut adam) = (net.clone(), Adam::new(f64::from(RATE)));
        let mut sides = vec![Side::new("chainrule", || {
            std::hint::black_box(loss::value_and_grad_into(&trained, &x, &labels, &mut g));
            adam.step(&mut trained, &g);
        })];
        for (name, kernel) in KERNELS {
            let (mut layers, mut g) = (net.layers(), Layers::zeros(SIZES));
            let (mut sweeps, mut adam) = (
                Sweeps::new(SIZES, batch, kernel),
                perceptron::Adam::new(RATE, SIZES),
            );
            let (x, labels) = (&x, &labels);
            sides.push(Side::new(name, move || {
                std::hint::black_box(sweeps.value_and_grad(&layers, x.as_slice(), labels, &mut g));
                adam.step(&mut layers, &g);
            }));
        }
        compare(
            &format!("training step, batch {batch}"),
            flops as f64,
            &mut sides,
        );
    }
}

/// Holds the versions against each other, so that all measure the same thing.
fn check(net: &Mlp, x: &Matrix<DYN, 784>, labels: &[usize]) {
    let (value, g) = loss::value_and_grad(net, x, labels);
    for (name, kernel) in KERNELS {
        let (layers, mut by_hand) = (net.layers(), Layers::zeros(SIZES));
        let mut sweeps = Sweeps::new(SIZES, labels.len(), kernel);
        let expected = sweeps.value_and_grad(&layers, x.as_slice(), labels, &mut by_hand);
        assert!(
            (value - expected).abs() < 1e-4,
            "{name}: {expected}, not {value}"
        );
        let leaves = [
            (g.w1.as_slice(), g.b1.as_slice()),
            (g.w2.as_slice(), g.b2.as_slice()),
            (g.w3.as_slice(), g.b3.as_slice()),
        ];
        for ((w, b), (dw, db)) in leaves.iter().zip(&by_hand.0) {
            let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
            assert!(near(w, dw) && near(b, db), "{name}: the gradients differ");
        }
    }
}
