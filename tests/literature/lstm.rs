//! A character model: layers of LSTM units without connections across units, in plain loops.

use chainrule::prelude::*;

/// One weight and one bias a unit.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Gate {
    pub(crate) weight: Vec<f64>,
    pub(crate) bias: Vec<f64>,
}

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Layer {
    pub(crate) forget: Gate,
    pub(crate) ingate: Gate,
    pub(crate) outgate: Gate,
    pub(crate) change: Gate,
}

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Model {
    pub(crate) layers: Vec<Layer>,
    pub(crate) in_weight: Vec<f64>,
    pub(crate) out_weight: Vec<f64>,
    pub(crate) out_bias: Vec<f64>,
}

/// What a layer remembers.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct State {
    pub(crate) hidden: Vec<f64>,
    pub(crate) cell: Vec<f64>,
}

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiate]
impl Gate {
    fn open(&self, i: usize, x: f64) -> f64 {
        sigmoid(x * self.weight[i] + self.bias[i])
    }

    fn propose(&self, i: usize, x: f64) -> f64 {
        (x * self.weight[i] + self.bias[i]).tanh()
    }
}

/// The mean cross entropy of the next character, one bit a unit.
#[differentiate(wrt(model))]
pub(crate) fn loss(model: &Model, start: &[State], sequence: &[Vec<f64>]) -> f64 {
    let bits = model.in_weight.len();
    let steps = sequence.len() - 1;
    let mut state = start.to_vec();
    let mut total = 0.0;
    for t in 0..steps {
        let mut x = vec![0.0; bits];
        for i in 0..bits {
            x[i] = sequence[t][i] * model.in_weight[i];
        }
        for (j, layer) in model.layers.iter().enumerate() {
            for i in 0..bits {
                let hidden = state[j].hidden[i];
                let forget = layer.forget.open(i, x[i]);
                let ingate = layer.ingate.open(i, hidden);
                let outgate = layer.outgate.open(i, x[i]);
                let change = layer.change.propose(i, hidden);
                let cell = state[j].cell[i] * forget + ingate * change;
                state[j].cell[i] = cell;
                state[j].hidden[i] = outgate * cell.tanh();
                x[i] = state[j].hidden[i];
            }
        }
        let mut sum = 2.0;
        for i in 0..bits {
            x[i] = x[i] * model.out_weight[i] + model.out_bias[i];
            sum += x[i].exp();
        }
        let log_sum = sum.ln();
        for i in 0..bits {
            total += sequence[t + 1][i] * (x[i] - log_sum);
        }
    }
    -total / (steps * bits) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assert_slopes, uniform};
    use chainrule_tests::{answers, check_grad};

    fn problem(
        layers: usize,
        bits: usize,
        characters: usize,
    ) -> (Model, Vec<State>, Vec<Vec<f64>>) {
        let mut rng = Rng::seed(3);
        let mut numbers = || uniform(bits, (-1.0, 1.0), &mut rng);
        let mut gate = || Gate {
            weight: numbers(),
            bias: numbers(),
        };
        let layers: Vec<Layer> = (0..layers)
            .map(|_| Layer {
                forget: gate(),
                ingate: gate(),
                outgate: gate(),
                change: gate(),
            })
            .collect();
        let states = layers
            .iter()
            .map(|_| State {
                hidden: numbers(),
                cell: numbers(),
            })
            .collect();
        let sequence = (0..characters)
            .map(|_| numbers().into_iter().map(|x| f64::from(x > 0.0)).collect())
            .collect();
        let model = Model {
            layers,
            in_weight: numbers(),
            out_weight: numbers(),
            out_bias: numbers(),
        };
        (model, states, sequence)
    }

    #[test]
    fn every_weight_of_a_small_model() {
        let (model, states, sequence) = problem(2, 3, 6);
        check_grad!([model] loss(model, &states, &sequence));
    }

    #[test]
    fn a_sequence_of_a_thousand_characters() {
        let (model, states, sequence) = problem(2, 14, 1024);
        let gradient = answers!(loss(&model, &states, &sequence); 0.5).agreed(0.5);
        assert_slopes(
            |model| loss(model, &states, &sequence),
            &model,
            &gradient,
            1e-3,
            1e-8,
        );
    }

    /// Without a next character to predict, with one, and without layers.
    #[test]
    fn short_sequences() {
        for (layers, characters) in [(1, 2), (0, 4), (3, 3)] {
            let (model, states, sequence) = problem(layers, 2, characters);
            check_grad!([model] loss(model, &states, &sequence));
        }
    }
}
