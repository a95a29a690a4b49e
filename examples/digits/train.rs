//! Mini-batch gradient descent.

use chainrule::Trainable;
use chainrule::prelude::*;

use crate::cli::{Cli, Optimizer};
use crate::data::Dataset;
use crate::network::{Mlp, logits, loss, most_probable};
use crate::report::{Epoch, Progress, Score};

/// Trains a network and returns its scores, epoch by epoch.
pub(crate) fn train<const I: usize, const H1: usize, const H2: usize>(
    net: &mut Mlp<I, H1, H2>,
    data: &Dataset,
    cli: &Cli,
    rng: &mut Rng,
) -> Vec<Epoch> {
    let images = data.train.matrix::<I>();
    let test_images = data.test.matrix::<I>();
    let mut order: Vec<usize> = (0..data.train.len()).collect();
    let mut progress = Progress::new(cli.epochs(), order.len().div_ceil(cli.batch));
    let mut step = optimizer(cli.optimizer, cli.learning_rate());
    let mut gradient = net.zero_tangent();
    let mut history = Vec::new();

    for _ in 0..cli.epochs() {
        progress.start_epoch();
        rng.shuffle(&mut order);
        let mut train = RunningScore::default();
        for (index, batch) in order.chunks(cli.batch).enumerate() {
            let x = images.gather(batch);
            let labels: Vec<usize> = batch.iter().map(|&i| data.train.labels[i]).collect();
            let correct = count_correct(&most_probable(&logits(net, &x)), &labels);
            let value = loss::value_and_grad_into(net, &x, &labels, &mut gradient);
            step(net, &gradient);
            train.add(value, correct, batch.len());
            progress.batch_done(index + 1, train.mean());
        }
        let epoch = Epoch {
            train: train.mean(),
            test: evaluate(net, &test_images, &data.test.labels),
        };
        progress.finish_epoch(&epoch);
        history.push(epoch);
    }
    history
}

type Step<P> = Box<dyn FnMut(&mut P, &<P as Differentiable>::Tangent)>;

fn optimizer<P: Trainable>(kind: Optimizer, learning_rate: f64) -> Step<P> {
    match kind {
        Optimizer::Sgd => {
            let mut sgd = Sgd::new(learning_rate);
            Box::new(move |net, g| sgd.step(net, g))
        }
        Optimizer::Momentum => {
            let mut sgd = Sgd::new(learning_rate).momentum(0.9);
            Box::new(move |net, g| sgd.step(net, g))
        }
        Optimizer::Nesterov => {
            let mut sgd = Sgd::new(learning_rate).momentum(0.9).nesterov(true);
            Box::new(move |net, g| sgd.step(net, g))
        }
        Optimizer::Rmsprop => {
            let mut rmsprop = RmsProp::new(learning_rate);
            Box::new(move |net, g| rmsprop.step(net, g))
        }
        Optimizer::Adam => {
            let mut adam = Adam::new(learning_rate);
            Box::new(move |net, g| adam.step(net, g))
        }
        Optimizer::Adamw => {
            let mut adamw = AdamW::new(learning_rate);
            Box::new(move |net, g| adamw.step(net, g))
        }
    }
}

fn evaluate<const I: usize, const H1: usize, const H2: usize>(
    net: &Mlp<I, H1, H2>,
    images: &Matrix<DYN, I>,
    labels: &[usize],
) -> Score {
    let logits = logits(net, images);
    let correct = count_correct(&most_probable(&logits), labels);
    Score {
        loss: softmax_cross_entropy(&logits, labels),
        accuracy: correct as f32 / labels.len() as f32,
    }
}

fn count_correct(predictions: &[usize], labels: &[usize]) -> usize {
    predictions
        .iter()
        .zip(labels)
        .filter(|(prediction, label)| prediction == label)
        .count()
}

/// Sums over the batches so far.
#[derive(Default)]
struct RunningScore {
    loss: f32,
    correct: usize,
    images: usize,
}

impl RunningScore {
    fn add(&mut self, mean_loss: f32, correct: usize, images: usize) {
        self.loss += mean_loss * images as f32;
        self.correct += correct;
        self.images += images;
    }

    fn mean(&self) -> Score {
        Score {
            loss: self.loss / self.images as f32,
            accuracy: self.correct as f32 / self.images as f32,
        }
    }
}
