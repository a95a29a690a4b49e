//! Derivatives of a character model.

use crate::assert_slopes;
use crate::programs::lstm::*;
use chainrule_tests::{answers, check_grad};

#[test]
fn every_weight_of_a_small_model() {
    let Problem {
        model,
        start,
        sequence,
    } = Problem::random(2, 3, 6, 3);
    check_grad!([model] loss(model, &start, &sequence));
}

#[test]
fn a_sequence_of_a_thousand_characters() {
    let Problem {
        model,
        start,
        sequence,
    } = Problem::random(2, 14, 1024, 3);
    let gradient = answers!(loss(&model, &start, &sequence); 0.5).agreed(0.5);
    assert_slopes(
        |model| loss(model, &start, &sequence),
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
        let Problem {
            model,
            start,
            sequence,
        } = Problem::random(layers, 2, characters, 3);
        check_grad!([model] loss(model, &start, &sequence));
    }
}
