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
pub(crate) fn slope(rates: &Rates, [prey, predators]: [f64; 2]) -> [f64; 2] {
    [
        rates.birth * prey - rates.hunt * prey * predators,
        rates.growth * prey * predators - rates.death * predators,
    ]
}

#[differentiate(wrt(from, slope))]
pub(crate) fn moved(from: [f64; 2], slope: [f64; 2], step: f64) -> [f64; 2] {
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
