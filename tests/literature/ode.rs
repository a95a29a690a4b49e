//! Derivatives of a Runge-Kutta solution.

use crate::programs::ode::*;
use chainrule_tests::{DOUBLE, answers, assert_gradient, assert_near, check_vjp};

fn rates() -> Rates {
    Rates {
        birth: 1.1,
        hunt: 0.4,
        growth: 0.1,
        death: 0.4,
    }
}

#[test]
fn a_thousand_steps() {
    let (rates, start) = (rates(), [10.0, 5.0]);
    let counted = [4.0, 3.0];
    let gradient = answers!(misfit(&rates, start, counted, 0.01, 1000); 0.5).agreed(0.5);
    let f = |(rates, start): &(Rates, [f64; 2])| misfit(rates, *start, counted, 0.01, 1000);
    assert_gradient(f, &(rates.clone(), start), &gradient, DOUBLE);
    for steps in [0, 1, 2, 7] {
        check_vjp!([rates, start] populations(rates, *start, 0.1, steps));
    }
}

/// Without predators the prey grows exponentially.
#[test]
fn growth_alone() {
    let (rates, start) = (rates(), [2.0, 0.0]);
    let ([prey, _], pullback) = populations::vjp(&rates, start, 0.001, 1000);
    assert_near(&prey, &(2.0 * 1.1_f64.exp()), 1e-12);
    let (of_rates, of_start) = pullback([1.0, 0.0]);
    assert_near(&of_rates.birth, &prey, 1e-12);
    assert_near(&of_start[0], &1.1_f64.exp(), 1e-12);
    assert_eq!((of_rates.growth, of_rates.death), (0.0, 0.0));
}

/// `V = growth·x − death·ln x + hunt·y − birth·ln y` stays the same, and so do its derivatives.
#[test]
fn the_invariant() {
    let (rates, start) = (rates(), [10.0, 5.0]);
    let of_state =
        |[x, y]: [f64; 2]| [rates.growth - rates.death / x, rates.hunt - rates.birth / y];
    let (end, pullback) = populations::vjp(&rates, start, 0.01, 1000);
    assert_near(&pullback(of_state(end)).1, &of_state(start), 1e-6);
}
