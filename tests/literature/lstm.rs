//! Derivatives of a character model.

use crate::programs::lstm::*;
use crate::{assert_slopes, uniform};
use chainrule::prelude::*;
use chainrule_tests::{answers, check_grad};

fn problem(layers: usize, bits: usize, characters: usize) -> (Model, Vec<State>, Vec<Vec<f64>>) {
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
