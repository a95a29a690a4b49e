//! The price of a European option, after Black and Scholes. Its derivatives are the greeks.

use chainrule::prelude::*;
use std::f64::consts::PI;

/// The normal distribution, by its Taylor series (Marsaglia, 2004): ends when a term changes nothing.
#[differentiate]
fn normal_cdf(x: f64) -> f64 {
    let mut sum = x;
    let mut last = 0.0;
    let mut term = x;
    let mut i = 1.0;
    while sum != last {
        last = sum;
        i += 2.0;
        term *= x * x / i;
        sum += term;
    }
    0.5 + sum * (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

#[differentiate]
pub(crate) fn call(spot: f64, strike: f64, rate: f64, volatility: f64, maturity: f64) -> f64 {
    let deviation = volatility * maturity.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * maturity) / deviation;
    let d2 = d1 - deviation;
    spot * normal_cdf(d1) - strike * (-rate * maturity).exp() * normal_cdf(d2)
}

#[differentiate]
pub(crate) fn put(spot: f64, strike: f64, rate: f64, volatility: f64, maturity: f64) -> f64 {
    let discounted = strike * (-rate * maturity).exp();
    call(spot, strike, rate, volatility, maturity) - spot + discounted
}

/// A book of calls and puts.
#[differentiate(wrt(spot, volatility))]
fn value_of_book(spot: f64, volatility: f64, rate: f64, book: &[(f64, f64, f64, bool)]) -> f64 {
    let mut sum = 0.0;
    for &(count, strike, maturity, is_call) in book {
        sum += count
            * match is_call {
                true => call(spot, strike, rate, volatility, maturity),
                false => put(spot, strike, rate, volatility, maturity),
            };
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule_tests::{DOUBLE, answers, assert_gradient, assert_near, check_grad};

    fn density(x: f64) -> f64 {
        (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
    }

    #[test]
    fn normal_distribution() {
        for i in -12..=12 {
            let x = f64::from(i) / 3.0;
            assert_near(&normal_cdf::grad(x), &density(x), 1e-14);
        }
        assert_near(&normal_cdf(1.96), &0.975_002_104_851_779_5, 1e-14);
    }

    #[test]
    fn greeks() {
        for (s, k, r, v, t) in [
            (100.0, 100.0, 0.05, 0.2, 1.0),
            (80.0, 100.0, 0.01, 0.35, 0.25),
            (140.0, 100.0, -0.005, 0.15, 2.0),
        ] {
            let root: f64 = f64::sqrt(t);
            let d1 = (f64::ln(s / k) + (r + 0.5 * v * v) * t) / (v * root);
            let d2 = d1 - v * root;
            let discount = f64::exp(-r * t);
            let (value, (delta, of_strike, rho, vega, of_maturity)) =
                call::value_and_grad(s, k, r, v, t);
            assert_eq!(value, call(s, k, r, v, t));
            let size = 1e-11;
            assert_near(&delta, &normal_cdf(d1), size);
            assert_near(&of_strike, &(-discount * normal_cdf(d2)), size);
            assert_near(&rho, &(k * t * discount * normal_cdf(d2)), size);
            assert_near(&vega, &(s * density(d1) * root), size);
            let decay = s * density(d1) * v / (2.0 * root) + r * k * discount * normal_cdf(d2);
            assert_near(&of_maturity, &decay, size);
            assert_near(&put::grad(s, k, r, v, t).0, &(delta - 1.0), size);
        }
    }

    #[test]
    fn by_differences() {
        for at in [
            (90.0, 100.0, 0.05, 0.2, 1.0),
            (115.0, 100.0, 0.01, 0.35, 0.5),
        ] {
            let (s, k, r, v, t) = at;
            let gradient = answers!(call(s, k, r, v, t); 0.5).agreed(0.5);
            assert_gradient(
                |&(s, k, r, v, t)| call(s, k, r, v, t),
                &at,
                &gradient,
                DOUBLE,
            );
            let gradient = answers!(put(s, k, r, v, t); 0.5).agreed(0.5);
            assert_gradient(
                |&(s, k, r, v, t)| put(s, k, r, v, t),
                &at,
                &gradient,
                DOUBLE,
            );
        }
        let book = [
            (10.0, 95.0, 0.5, true),
            (-4.0, 105.0, 1.0, false),
            (2.5, 100.0, 2.0, true),
        ];
        let (spot, volatility) = (100.0, 0.25);
        check_grad!([spot, volatility] value_of_book(*spot, *volatility, 0.03, &book));
    }
}
