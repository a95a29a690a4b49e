//! Prey and predators, after Lotka and Volterra, by the classical Runge-Kutta method.

use chainrule::prelude::*;

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Rates {
    pub(crate) birth: f64,
    pub(crate) hunt: f64,
    pub(crate) growth: f64,
    pub(crate) death: f64,
}

#[differentiate]
fn slope(rates: &Rates, [prey, predators]: [f64; 2]) -> [f64; 2] {
    [
        rates.birth * prey - rates.hunt * prey * predators,
        rates.growth * prey * predators - rates.death * predators,
    ]
}

#[differentiate(wrt(from, slope))]
fn moved(from: [f64; 2], slope: [f64; 2], step: f64) -> [f64; 2] {
    [from[0] + step * slope[0], from[1] + step * slope[1]]
}

/// The populations after a number of steps of size `h`.
#[differentiate(wrt(rates, start))]
pub(crate) fn populations(rates: &Rates, start: [f64; 2], h: f64, steps: usize) -> [f64; 2] {
    let mut y = start;
    for _ in 0..steps {
        let k1 = slope(rates, y);
        let k2 = slope(rates, moved(y, k1, 0.5 * h));
        let k3 = slope(rates, moved(y, k2, 0.5 * h));
        let k4 = slope(rates, moved(y, k3, h));
        for i in 0..2 {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y
}

/// The squared distance from what was counted.
#[differentiate(wrt(rates, start))]
pub(crate) fn misfit(
    rates: &Rates,
    start: [f64; 2],
    counted: [f64; 2],
    h: f64,
    steps: usize,
) -> f64 {
    let [prey, predators] = populations(rates, start, h, steps);
    (prey - counted[0]).powi(2) + (predators - counted[1]).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
