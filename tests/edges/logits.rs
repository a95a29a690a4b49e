//! Extreme logits: sigmoid, softplus, log-sum-exp and the losses are finite and right.

use crate::{edge, edges, in_both_precisions};
use chainrule::prelude::*;
use chainrule_tests::{assert_near, elements};

in_both_precisions! {
    fn sigmoid(x) { x.sigmoid() }
    fn softplus(x) { x.softplus() }
    fn tanh(x) { x.tanh() }
    fn log_odds(z, t) { binary_cross_entropy_with_logits(&z, &t) }
}

#[differentiate]
fn log_sum_exp<T: Float>(x: &Vector<3, T>) -> T {
    let largest = stop_gradient(x.max());
    (x - largest).exp().sum().ln() + largest
}

#[differentiate]
fn first_log_probability<T: Float>(x: &Vector<3, T>, first: &Vector<3, T>) -> T {
    x.log_softmax().dot(first)
}

#[differentiate(wrt(logits))]
fn categorical<T: Float>(logits: &Matrix<DYN, 3, T>, labels: &[usize]) -> T {
    softmax_cross_entropy(logits, labels)
}

#[differentiate(wrt(logits))]
fn binary<T: Float>(logits: &Vector<4, T>, targets: &Vector<4, T>) -> T {
    binary_cross_entropy_with_logits(logits, targets)
}

#[test]
fn of_floats() {
    for large in [1e4, 1e30] {
        edges! {
            sigmoid(large) => 0.0;
            sigmoid(-large) => 0.0;
            softplus(large) => 1.0;
            softplus(-large) => 0.0;
            tanh(large) => 0.0;
            tanh(-large) => 0.0;
            log_odds(large, 0.0) => (1.0, -large);
            log_odds(large, 1.0) => (0.0, -large);
            log_odds(-large, 1.0) => (-1.0, large);
            log_odds(-large, 0.0) => (0.0, large);
        }
    }
    edges! {
        sigmoid(0.0) => 0.25;
        softplus(0.0) => 0.5;
        log_odds(0.0, 1.0) => (-0.5, 0.0);
    }
    assert_eq!(double::softplus(-800.0), 0.0);
    assert_near(&double::softplus::grad(-700.0), &0.0, 1e-300);
    assert!(
        double::softplus::grad(-700.0) > 0.0,
        "small slopes are kept"
    );
}

/// Both precisions of a function of logits.
macro_rules! both {
    (|$float:ident| $body:block) => {{
        {
            type $float = f32;
            $body
        }
        {
            type $float = f64;
            $body
        }
    }};
}

#[test]
fn log_sum_exp_of_extremes() {
    both!(|T| {
        for large in [1e4 as T, 1e30] {
            let x = Vector::from([large, -large, large]);
            let (value, gradient) = log_sum_exp::value_and_grad(&x);
            assert_eq!(value, large + (2.0 as T).ln());
            assert_near(&gradient, &Vector::from([0.5 as T, 0.0, 0.5]), 1e-6);
            let first = Vector::from([1.0, 0.0, 0.0]);
            let (value, (gradient, _)) = first_log_probability::value_and_grad(&x, &first);
            assert_near(&value, &-(2.0 as T).ln(), 1e-6);
            assert_near(&gradient, &Vector::from([0.5 as T, 0.0, -0.5]), 1e-6);
        }
    });
}

#[test]
fn cross_entropies_of_extremes() {
    both!(|T| {
        for large in [1e4 as T, 1e30] {
            let logits = Matrix::from_vec([2, 3], vec![large, -large, 0.0, -large, large, -large]);
            edge!(categorical(&logits, &[1, 1]) => Vector::from([0.5 as T, -0.5, 0.0, 0.0, 0.0, 0.0]));
            let value = categorical(&logits, &[1, 1]);
            assert_eq!(value, large);
            let (_, pullback) = categorical::vjp(&logits, &[0, 2]);
            assert!(elements(&pullback(2.0)).iter().all(|g| g.is_finite()));

            let (z, t) = (
                Vector::from([large, -large, large, -large]),
                Vector::from([1.0, 1.0, 0.0, 0.5]),
            );
            edge!(binary(&z, &t) => Vector::from([0.0 as T, -0.25, 0.25, -0.125]));
            assert_eq!(binary(&z, &t), 2.5 * large / 4.0);
        }
    });
}
