//! Backpropagation through time by hand: every step keeps its gates, on flat arrays.

use crate::programs::lstm::{Model, Problem};

/// Weights in the order of the file format of ADBench: of each layer the weights, then the biases, of the forget gate, the input
/// gate, the output gate and the change; then those at the input and the output.
pub fn flat(model: &Model) -> Vec<f64> {
    let mut all = Vec::new();
    for layer in &model.layers {
        let gates = [&layer.forget, &layer.ingate, &layer.outgate, &layer.change];
        gates.iter().for_each(|gate| all.extend(&gate.weight));
        gates.iter().for_each(|gate| all.extend(&gate.bias));
    }
    for part in [&model.in_weight, &model.out_weight, &model.out_bias] {
        all.extend(part);
    }
    all
}

/// What one unit keeps of one step.
#[derive(Clone, Copy, Default)]
struct Step {
    input: f64,
    hidden: f64,
    cell: f64,
    forget: f64,
    ingate: f64,
    outgate: f64,
    change: f64,
    squashed: f64,
}

pub struct ByHand {
    pub gradient: Vec<f64>,
    steps: Vec<Step>,
    outputs: Vec<f64>,
    hidden: Vec<f64>,
    cell: Vec<f64>,
    hidden_bar: Vec<f64>,
    cell_bar: Vec<f64>,
    x: Vec<f64>,
}

impl ByHand {
    pub fn new(problem: &Problem) -> Self {
        let bits = problem.model.in_weight.len();
        let units = problem.model.layers.len() * bits;
        let steps = problem.sequence.len() - 1;
        ByHand {
            gradient: vec![0.0; 8 * units + 3 * bits],
            steps: vec![Step::default(); steps * units],
            outputs: vec![0.0; steps * 2 * bits],
            hidden: vec![0.0; units],
            cell: vec![0.0; units],
            hidden_bar: vec![0.0; units],
            cell_bar: vec![0.0; units],
            x: vec![0.0; bits],
        }
    }

    /// `weights` are those of [`flat`].
    pub fn value_and_grad(&mut self, weights: &[f64], problem: &Problem) -> f64 {
        let bits = problem.model.in_weight.len();
        let layers = problem.model.layers.len();
        let units = layers * bits;
        let steps = problem.sequence.len() - 1;
        let (main, extra) = weights.split_at(8 * units);
        let (in_weight, out_weight, out_bias) =
            (&extra[..bits], &extra[bits..2 * bits], &extra[2 * bits..]);
        for (j, state) in problem.start.iter().enumerate() {
            self.hidden[j * bits..][..bits].copy_from_slice(&state.hidden);
            self.cell[j * bits..][..bits].copy_from_slice(&state.cell);
        }

        let mut total = 0.0;
        for t in 0..steps {
            let (now, next) = (&problem.sequence[t], &problem.sequence[t + 1]);
            let kept = &mut self.steps[t * units..][..units];
            for ((x, c), w) in self.x.iter_mut().zip(now).zip(in_weight) {
                *x = c * w;
            }
            for j in 0..layers {
                let w = &main[8 * bits * j..][..8 * bits];
                let kept = &mut kept[j * bits..][..bits];
                let hidden = &mut self.hidden[j * bits..][..bits];
                let cell = &mut self.cell[j * bits..][..bits];
                for i in 0..bits {
                    let (input, h, s) = (self.x[i], hidden[i], cell[i]);
                    let forget = sigmoid(input * w[i] + w[4 * bits + i]);
                    let ingate = sigmoid(h * w[bits + i] + w[5 * bits + i]);
                    let outgate = sigmoid(input * w[2 * bits + i] + w[6 * bits + i]);
                    let change = (h * w[3 * bits + i] + w[7 * bits + i]).tanh();
                    cell[i] = s * forget + ingate * change;
                    let squashed = cell[i].tanh();
                    hidden[i] = outgate * squashed;
                    self.x[i] = hidden[i];
                    kept[i] = Step {
                        input,
                        hidden: h,
                        cell: s,
                        forget,
                        ingate,
                        outgate,
                        change,
                        squashed,
                    };
                }
            }
            let (softmax, last) = self.outputs[t * 2 * bits..][..2 * bits].split_at_mut(bits);
            last.copy_from_slice(&self.x);
            let (mut sum, mut ones) = (2.0, 0.0);
            for i in 0..bits {
                let y = self.x[i] * out_weight[i] + out_bias[i];
                softmax[i] = y.exp();
                sum += softmax[i];
                ones += next[i];
                total += next[i] * y;
            }
            total -= ones * sum.ln();
            let share = ones / sum;
            softmax.iter_mut().for_each(|p| *p *= share);
        }

        let scale = -1.0 / (steps * bits) as f64;
        self.gradient.fill(0.0);
        self.hidden_bar.fill(0.0);
        self.cell_bar.fill(0.0);
        let (main_bar, extra_bar) = self.gradient.split_at_mut(8 * units);
        for t in (0..steps).rev() {
            let (now, next) = (&problem.sequence[t], &problem.sequence[t + 1]);
            let kept = &self.steps[t * units..][..units];
            let (softmax, last) = self.outputs[t * 2 * bits..][..2 * bits].split_at(bits);
            for i in 0..bits {
                let y_bar = scale * (next[i] - softmax[i]);
                extra_bar[bits + i] += y_bar * last[i];
                extra_bar[2 * bits + i] += y_bar;
                self.x[i] = y_bar * out_weight[i];
            }
            for j in (0..layers).rev() {
                let w = &main[8 * bits * j..][..8 * bits];
                let bar = &mut main_bar[8 * bits * j..][..8 * bits];
                let kept = &kept[j * bits..][..bits];
                let hidden_bar = &mut self.hidden_bar[j * bits..][..bits];
                let cell_bar = &mut self.cell_bar[j * bits..][..bits];
                for i in 0..bits {
                    let step = kept[i];
                    let h_bar = hidden_bar[i] + self.x[i];
                    let s_bar =
                        cell_bar[i] + h_bar * step.outgate * (1.0 - step.squashed * step.squashed);
                    let forget = s_bar * step.cell * step.forget * (1.0 - step.forget);
                    let ingate = s_bar * step.change * step.ingate * (1.0 - step.ingate);
                    let outgate = h_bar * step.squashed * step.outgate * (1.0 - step.outgate);
                    let change = s_bar * step.ingate * (1.0 - step.change * step.change);
                    bar[i] += forget * step.input;
                    bar[bits + i] += ingate * step.hidden;
                    bar[2 * bits + i] += outgate * step.input;
                    bar[3 * bits + i] += change * step.hidden;
                    bar[4 * bits + i] += forget;
                    bar[5 * bits + i] += ingate;
                    bar[6 * bits + i] += outgate;
                    bar[7 * bits + i] += change;
                    self.x[i] = forget * w[i] + outgate * w[2 * bits + i];
                    hidden_bar[i] = ingate * w[bits + i] + change * w[3 * bits + i];
                    cell_bar[i] = s_bar * step.forget;
                }
            }
            for i in 0..bits {
                extra_bar[i] += self.x[i] * now[i];
            }
        }
        scale * total
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
