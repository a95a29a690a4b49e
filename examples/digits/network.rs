//! The network, its loss, and what it makes of an image.

use anyhow::Result;
use chainrule::prelude::*;

use crate::data::CLASSES;
use crate::weights::{Array, Weights};

/// Two hidden layers of `H1` and `H2` rectified units on `I` pixels. A size may be `DYN`.
#[derive(Clone, Differentiable)]
pub(crate) struct Mlp<const I: usize, const H1: usize, const H2: usize> {
    w1: Matrix<I, H1>,
    b1: Vector<H1>,
    w2: Matrix<H1, H2>,
    b2: Vector<H2>,
    w3: Matrix<H2, CLASSES>,
    b3: Vector<CLASSES>,
}

/// The unnormalised log-probabilities of the digits, a row for each image.
#[differentiate(wrt(net))]
pub(crate) fn logits<const I: usize, const H1: usize, const H2: usize>(
    net: &Mlp<I, H1, H2>,
    x: &Matrix<DYN, I>,
) -> Matrix<DYN, CLASSES> {
    let h1 = (x.matmul(&net.w1) + &net.b1).relu();
    let h2 = (h1.matmul(&net.w2) + &net.b2).relu();
    h2.matmul(&net.w3) + &net.b3
}

/// The mean cross entropy of a batch.
#[differentiate(wrt(net))]
pub(crate) fn loss<const I: usize, const H1: usize, const H2: usize>(
    net: &Mlp<I, H1, H2>,
    x: &Matrix<DYN, I>,
    labels: &[usize],
) -> f32 {
    softmax_cross_entropy(&logits(net, x), labels)
}

impl<const I: usize, const H1: usize, const H2: usize> Mlp<I, H1, H2> {
    /// Random weights for layers of these sizes, which must be `I`, `H1` and `H2` unless those are `DYN`.
    pub(crate) fn random([i, h1, h2]: [usize; 3], rng: &mut Rng) -> Self {
        Self {
            w1: Matrix::random([i, h1], Init::He, rng),
            b1: Vector::zeros([h1]),
            w2: Matrix::random([h1, h2], Init::He, rng),
            b2: Vector::zeros([h2]),
            w3: Matrix::random([h2, CLASSES], Init::He, rng),
            b3: Vector::zeros([CLASSES]),
        }
    }

    pub(crate) fn from_weights(weights: &Weights, [i, h1, h2]: [usize; 3]) -> Result<Self> {
        Ok(Self {
            w1: Matrix::from_vec([i, h1], weights.get("w1", &[i, h1])?),
            b1: Vector::from_vec([h1], weights.get("b1", &[h1])?),
            w2: Matrix::from_vec([h1, h2], weights.get("w2", &[h1, h2])?),
            b2: Vector::from_vec([h2], weights.get("b2", &[h2])?),
            w3: Matrix::from_vec([h2, CLASSES], weights.get("w3", &[h2, CLASSES])?),
            b3: Vector::from_vec([CLASSES], weights.get("b3", &[CLASSES])?),
        })
    }

    pub(crate) fn weights(&self) -> Weights {
        let array = |name: &str, dims: &[usize], values: &[f32]| {
            let (dims, values) = (dims.to_vec(), values.to_vec());
            (name.to_owned(), Array { dims, values })
        };
        let arrays = [
            array("w1", &self.w1.dims(), self.w1.as_slice()),
            array("b1", &self.b1.dims(), self.b1.as_slice()),
            array("w2", &self.w2.dims(), self.w2.as_slice()),
            array("b2", &self.b2.dims(), self.b2.as_slice()),
            array("w3", &self.w3.dims(), self.w3.as_slice()),
            array("b3", &self.b3.dims(), self.b3.as_slice()),
        ];
        Weights(arrays.into())
    }

    /// The probability of every digit, a row for each image.
    pub(crate) fn probabilities(&self, x: &Matrix<DYN, I>) -> Matrix<DYN, CLASSES> {
        logits(self, x).softmax()
    }
}

/// The most probable digit in each row of logits or probabilities.
pub(crate) fn most_probable(rows: &Matrix<DYN, CLASSES>) -> Vec<usize> {
    let argmax = |row: &[f32]| (0..CLASSES).max_by(|&a, &b| row[a].total_cmp(&row[b]));
    rows.as_slice()
        .chunks(CLASSES)
        .map(|row| argmax(row).expect("there are digits"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule::gradcheck;

    const LABELS: [usize; 5] = [3, 0, 9, 9, 4];

    fn images<const I: usize>() -> Matrix<DYN, I> {
        Matrix::random(
            [5, 6],
            Init::Normal {
                mean: 0.0,
                deviation: 1.0,
            },
            &mut Rng::seed(1),
        )
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let net = Mlp::<6, 5, 4>::random([6, 5, 4], &mut Rng::seed(0));
        let gradient = loss::grad(&net, &images(), &LABELS);
        gradcheck(|net| loss(net, &images(), &LABELS), &net, &gradient).unwrap();
    }

    #[test]
    fn sizes_may_be_known_at_run_time() {
        let fixed = Mlp::<6, 5, 4>::random([6, 5, 4], &mut Rng::seed(0));
        let dynamic = Mlp::<DYN, DYN, DYN>::random([6, 5, 4], &mut Rng::seed(0));
        let (value, gradient) = loss::value_and_grad(&fixed, &images(), &LABELS);
        let (dynamic_value, dynamic_gradient) = loss::value_and_grad(&dynamic, &images(), &LABELS);
        assert_eq!(value, dynamic_value);
        assert_eq!(gradient.w1.as_slice(), dynamic_gradient.w1.as_slice());
    }

    #[test]
    fn weights_survive_a_round_trip() {
        let net = Mlp::<6, 5, 4>::random([6, 5, 4], &mut Rng::seed(0));
        let same = Mlp::<6, 5, 4>::from_weights(&net.weights(), [6, 5, 4]).unwrap();
        assert_eq!(
            loss(&same, &images(), &LABELS),
            loss(&net, &images(), &LABELS)
        );
        let error = Mlp::<DYN, DYN, DYN>::from_weights(&net.weights(), [7, 5, 4])
            .err()
            .unwrap();
        assert!(
            error.to_string().contains("`w1` has the shape [6, 5]"),
            "{error}"
        );
    }

    #[test]
    fn the_most_probable_digit_has_the_largest_logit() {
        let rows = Matrix::from_fn(
            [2, CLASSES],
            |[row, column]| if column == 7 * row { 1.0 } else { -1.0 },
        );
        assert_eq!(most_probable(&rows), [0, 7]);
    }
}
