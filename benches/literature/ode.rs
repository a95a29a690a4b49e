//! The adjoint of the classical Runge-Kutta method by hand: keeps the state of every step, computes its stages again.

use crate::programs::ode::Rates;
use chainrule::Differentiable;

type RatesTangent = <Rates as Differentiable>::Tangent;

type State = [f64; 2];

fn slope(r: &Rates, [x, y]: State) -> State {
    [r.birth * x - r.hunt * x * y, r.growth * x * y - r.death * y]
}

fn moved(y: State, k: State, h: f64) -> State {
    [y[0] + h * k[0], y[1] + h * k[1]]
}

/// The value, the gradient, and that of the start.
pub fn misfit(
    r: &Rates,
    start: State,
    counted: State,
    h: f64,
    steps: usize,
    states: &mut Vec<State>,
) -> (f64, RatesTangent, State) {
    states.clear();
    let mut y = start;
    for _ in 0..steps {
        states.push(y);
        let k1 = slope(r, y);
        let k2 = slope(r, moved(y, k1, 0.5 * h));
        let k3 = slope(r, moved(y, k2, 0.5 * h));
        let k4 = slope(r, moved(y, k3, h));
        for i in 0..2 {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    let error = [y[0] - counted[0], y[1] - counted[1]];
    let mut r_bar = RatesTangent {
        birth: 0.0,
        hunt: 0.0,
        growth: 0.0,
        death: 0.0,
    };
    let mut y_bar = error.map(|error| 2.0 * error);
    for &y1 in states.iter().rev() {
        let y2 = moved(y1, slope(r, y1), 0.5 * h);
        let y3 = moved(y1, slope(r, y2), 0.5 * h);
        let y4 = moved(y1, slope(r, y3), h);
        // The cotangent of the state of a stage, from that of its slope.
        let mut back = |[x, y]: State, [u, v]: State| {
            let xy = x * y;
            r_bar.birth += u * x;
            r_bar.hunt -= u * xy;
            r_bar.growth += v * xy;
            r_bar.death -= v * y;
            let (hunted, grown) = (u * r.hunt, v * r.growth);
            let difference = grown - hunted;
            [u * r.birth + difference * y, difference * x - v * r.death]
        };
        let s = y_bar.map(|bar| h / 6.0 * bar);
        let g4 = back(y4, s);
        let g3 = back(y3, [2.0 * s[0] + h * g4[0], 2.0 * s[1] + h * g4[1]]);
        let g2 = back(
            y2,
            [2.0 * s[0] + 0.5 * h * g3[0], 2.0 * s[1] + 0.5 * h * g3[1]],
        );
        let g1 = back(y1, [s[0] + 0.5 * h * g2[0], s[1] + 0.5 * h * g2[1]]);
        for i in 0..2 {
            y_bar[i] += g1[i] + g2[i] + g3[i] + g4[i];
        }
    }
    (error[0] * error[0] + error[1] * error[1], r_bar, y_bar)
}
