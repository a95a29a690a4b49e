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

pub(crate) struct Problem {
    pub(crate) model: Model,
    pub(crate) start: Vec<State>,
    pub(crate) sequence: Vec<Vec<f64>>,
}

impl Problem {
    /// Numbers between -1 and 1, and characters of random bits.
    pub(crate) fn random(layers: usize, bits: usize, characters: usize, seed: u64) -> Self {
        let mut rng = Rng::seed(seed);
        let mut numbers = || -> Vec<f64> { (0..bits).map(|_| 2.0 * rng.uniform() - 1.0).collect() };
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
        let start = layers
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
        Problem {
            model,
            start,
            sequence,
        }
    }
}

#[differentiate]
pub(crate) fn sigmoid(x: f64) -> f64 {
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
