//! Generated code in a documented library of edition 2021, under the strictest lints, with `chainrule` under another name.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    future_incompatible,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    nonstandard_style,
    rust_2018_idioms,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unnameable_types,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
// What the functions here are written like; generated code gets no such allowance from them.
#![allow(
    clippy::many_single_char_names,
    clippy::redundant_pub_crate,
    clippy::suboptimal_flops
)]

/// The path by which this crate reaches the runtime.
pub mod facade {
    #[doc(inline)]
    pub use derivatives;
}

use derivatives::{differentiate, mse, Differentiable, Float, Matrix, Vector, DYN};

/// Weights and a bias.
#[derive(Clone, Debug, Differentiable)]
#[differentiable(crate = derivatives)]
pub struct Layer<const I: usize, const O: usize> {
    /// From inputs to outputs.
    pub weight: Matrix<I, O, f64>,
    /// Added to every row.
    pub bias: Vector<O, f64>,
    /// How many steps it was trained for.
    pub steps: usize,
}

/// What stands behind a layer.
#[derive(Clone, Debug, Differentiable)]
#[differentiable(crate = derivatives)]
pub enum Activation<const N: usize> {
    /// Nothing.
    Identity,
    /// A slope for each element, and a name.
    Leaky(Vector<N, f64>, &'static str),
    /// A scale that is trained, and a rate that is not.
    Scaled {
        /// The scale.
        by: f64,
        /// The rate.
        #[differentiable(skip)]
        rate: f64,
    },
}

/// The output of a layer.
#[differentiate(crate = derivatives)]
#[must_use]
pub fn dense<const I: usize, const O: usize>(
    layer: &Layer<I, O>,
    x: &Matrix<DYN, I, f64>,
) -> Matrix<DYN, O, f64> {
    (x.matmul(&layer.weight) + &layer.bias).tanh()
}

/// What an activation makes of a value.
#[differentiate(crate = derivatives)]
#[must_use]
pub fn activate<const N: usize>(activation: &Activation<N>, x: f64) -> f64 {
    match activation {
        Activation::Identity => x,
        Activation::Leaky(slopes, _) if x < 0.0 => slopes.sum() * x,
        Activation::Leaky(..) => x * x,
        Activation::Scaled { by, rate } => by * x * derivatives::stop_gradient(*rate),
    }
}

/// The mean squared error of two layers.
#[differentiate(crate = crate::facade::derivatives, wrt(first, second))]
#[must_use]
pub fn loss(
    first: &Layer<3, 4>,
    second: &Layer<4, 2>,
    x: &Matrix<DYN, 3, f64>,
    t: &Matrix<DYN, 2, f64>,
) -> f64 {
    let hidden = dense(first, x);
    mse(&dense(second, &hidden), t)
}

/// Branches, early returns and names that shadow.
#[differentiate(crate = derivatives)]
#[must_use]
pub fn branches(x: f64, y: f64) -> f64 {
    let mut z = x * y;
    if z > 0.0 {
        if x > 1.0 {
            return z.ln();
        }
        z *= 2.0;
    } else {
        z -= y;
    }
    let (a, b) = if y > x { (z.sin(), y) } else { (z, x * x) };
    let z = a * b;
    z.mul_add(x, -(-y))
}

/// Generic over its precision, with two values.
#[differentiate(crate = derivatives)]
#[must_use]
pub fn polar<T: Float>(x: T, y: T) -> (T, T) {
    (x.hypot(y), y.atan2(x))
}

/// The elements of lists.
#[differentiate(wrt(x), crate = ::derivatives)]
#[must_use]
pub fn elements(x: &[f64], pair: &(f64, usize)) -> f64 {
    x[0].powi(3) * x[pair.1] * pair.0
}

#[differentiate(crate = derivatives)]
fn unused(x: f64) -> f64 {
    x * x
}

/// Moves x by v, and v by the force of a spring.
#[differentiate(crate = derivatives)]
pub fn swing(state: &mut [f64; 2], dt: f64) {
    state[0] += dt * state[1];
    state[1] -= dt * state[0].sin();
}

/// Scales a list with respect to another.
#[differentiate(crate = derivatives)]
pub fn scale<'a>(list: &mut [f64], by: &'a [f64], names: &[&'a str]) -> f64 {
    for (x, by) in list.iter_mut().zip(by) {
        *x *= by;
    }
    #[allow(clippy::cast_precision_loss)]
    let count = names.len() as f64;
    list[0] * count
}

/// Something that moves.
#[differentiate(crate = derivatives)]
pub trait Moves {
    /// A step, and how much was lost in it.
    fn advance(&mut self, dt: f64) -> f64;

    /// Where it is.
    fn place(&self, unit: f64) -> f64;

    /// Two steps.
    fn twice(&mut self, dt: f64) -> f64 {
        self.advance(dt) + self.advance(dt * 0.5)
    }
}

/// A body on a spring.
#[derive(Clone, Debug, Differentiable)]
#[differentiable(crate = derivatives)]
pub struct Body {
    /// Where it is.
    pub at: f64,
    /// How fast it is.
    pub speed: f64,
    /// What it loses.
    pub damping: Activation<2>,
}

#[differentiate(crate = derivatives)]
impl Moves for Body {
    fn advance(&mut self, dt: f64) -> f64 {
        let lost = activate(&self.damping, self.speed) * dt;
        self.speed -= self.at.mul_add(dt, lost);
        self.at += self.speed * dt;
        lost
    }

    fn place(&self, unit: f64) -> f64 {
        self.at / unit
    }
}

#[differentiate(crate = derivatives)]
impl Body {
    /// Pushes it.
    pub fn push(&mut self, force: &[f64], dt: f64) {
        for force in force {
            self.speed += force * dt;
        }
    }

    /// Where it is after some steps.
    #[must_use]
    pub fn after(&self, dt: f64, steps: usize) -> f64 {
        let mut body = self.clone();
        for _ in 0..steps {
            body.push(&[dt, self.at], dt);
            let lost = body.twice(dt);
            body.at -= lost;
        }
        body.place(2.0)
    }
}

/// What an option holds, a closure and a state that loops change.
#[differentiate(crate = derivatives)]
#[must_use]
pub fn filtered(signal: &[f64], gain: Option<f64>, limit: f64) -> f64 {
    let clip = |x: f64| if x > limit { limit } else { x };
    let (mut level, mut loudest) = (0.0, None);
    for x in signal {
        level = gain.map_or(level, |gain| gain.mul_add(clip(*x), level));
        loudest = match loudest {
            Some(loud) if loud > level => Some(loud),
            _ => Some(level),
        };
    }
    let (mut rest, mut rounds) = (level, 3);
    while rounds > 0 {
        rest /= 2.0 + limit;
        rounds -= 1;
    }
    let Some(loudest) = loudest else {
        return limit;
    };
    let sum: f64 = signal.iter().map(|x| clip(*x) * rest).sum();
    sum + loudest
}

/// A function inside, and closures that change what they capture.
#[differentiate(crate = derivatives)]
#[must_use]
pub fn tallied(x: &[f64], start: f64) -> f64 {
    fn square(x: f64) -> f64 {
        x * x
    }
    let (mut sum, mut count) = (start, 0_u32);
    let mut add = |x: f64| {
        sum += square(x);
        count += 1;
        sum
    };
    let mut most = start;
    for x in x {
        let sum = add(*x);
        if add(1.0) > 3.0 {
            most = most.max(sum);
        }
    }
    sum * most + f64::from(count)
}

mod private {
    use derivatives::differentiate;

    /// Seen in this crate.
    #[differentiate(crate = derivatives)]
    pub(crate) fn cube(x: f64) -> f64 {
        x * x * x
    }
}

/// Calls a function of a private module.
#[differentiate(crate = derivatives)]
#[must_use]
pub fn calls(x: f64) -> f64 {
    private::cube(x) * private::cube(x + 1.0)
}

#[cfg(test)]
mod tests {
    use super::{
        activate, branches, calls, elements, filtered, loss, polar, scale, swing, tallied,
        Activation, Body, Layer, Moves,
    };
    use derivatives::{gradcheck, Differentiable, Init, Matrix, Rng, Sgd, Vector};

    fn layer<const I: usize, const O: usize>(rng: &mut Rng) -> Layer<I, O> {
        Layer {
            weight: Matrix::random([I, O], Init::Xavier, rng),
            bias: Vector::random([O], Init::Xavier, rng),
            steps: 3,
        }
    }

    #[test]
    fn gradients() {
        let mut rng = Rng::seed(1);
        let layers = (layer(&mut rng), layer(&mut rng));
        let (x, t) = (
            Matrix::random([5, 3], Init::Xavier, &mut rng),
            Matrix::random([5, 2], Init::Xavier, &mut rng),
        );
        let gradient = loss::grad(&layers.0, &layers.1, &x, &t);
        gradcheck(
            |layers: &(Layer<3, 4>, Layer<4, 2>)| loss(&layers.0, &layers.1, &x, &t),
            &layers,
            &gradient,
        )
        .unwrap();

        for at in [(0.5, 0.75), (1.5, 0.75), (0.5, -0.75), (0.75, 0.25)] {
            gradcheck(
                |at: &(f64, f64)| branches(at.0, at.1),
                &at,
                &branches::grad(at.0, at.1),
            )
            .unwrap();
            let (_, pullback) = polar::vjp(at.0, at.1);
            let f = |at: &(f64, f64)| polar(at.0, at.1).0 * 2.0 - polar(at.0, at.1).1;
            gradcheck(f, &at, &pullback((2.0, -1.0))).unwrap();
        }
        let (x, pair) = ([0.5, 1.5, 2.5], (2.0, 1));
        gradcheck(
            |x: &[f64; 3]| elements(x, &pair),
            &x,
            &elements::grad(&x, &pair).try_into().unwrap(),
        )
        .unwrap();
        gradcheck(|x: &f64| calls(*x), &0.5, &calls::grad(0.5)).unwrap();
    }

    #[test]
    fn places() {
        let swung = |at: &([f64; 2], f64)| {
            let mut state = at.0;
            swing(&mut state, at.1);
            state[0] * state[1]
        };
        let at = ([0.5, -0.25], 0.1);
        let mut state = at.0;
        let ((), pullback) = swing::vjp(&mut state, at.1);
        let mut bar = [state[1], state[0]];
        let dt_bar = pullback((), &mut bar);
        gradcheck(swung, &at, &(bar, dt_bar)).unwrap();

        let scaled = |at: &([f64; 2], [f64; 2])| scale(&mut at.0.clone(), &at.1, &["a", "b"]);
        let at = ([0.5, -0.25], [1.5, 0.75]);
        let (list_bar, by_bar) = scale::grad(&mut at.0.clone(), &at.1, &["a", "b"]);
        let bars = (list_bar.try_into().unwrap(), by_bar.try_into().unwrap());
        gradcheck(scaled, &at, &bars).unwrap();
    }

    #[test]
    fn methods() {
        let body = Body {
            at: 0.5,
            speed: 0.75,
            damping: Activation::Leaky(Vector::from([0.25, 0.5]), "slow"),
        };
        let at = (body, 0.1);
        let after = |at: &(Body, f64)| at.0.after(at.1, 3);
        gradcheck(after, &at, &at.0.after_grad(at.1, 3)).unwrap();
        let twice = |at: &(Body, f64)| at.0.clone().twice(at.1);
        gradcheck(twice, &at, &at.0.clone().twice_grad(at.1)).unwrap();
    }

    #[test]
    fn options_closures_and_loops() {
        for gain in [Some(1.5), None] {
            let at = ([0.5, 1.5, -0.25], gain, 0.75);
            let f = |at: &([f64; 3], Option<f64>, f64)| filtered(&at.0, at.1, at.2);
            let (signal_bar, gain_bar, limit_bar) = filtered::grad(&at.0, at.1, at.2);
            let bars = (signal_bar.try_into().unwrap(), gain_bar, limit_bar);
            gradcheck(f, &at, &bars).unwrap();
        }
    }

    #[test]
    fn functions_inside_and_closures() {
        let at = (vec![0.5, 1.5, -0.25], 0.75);
        let f = |at: &(Vec<f64>, f64)| tallied(&at.0, at.1);
        gradcheck(f, &at, &tallied::grad(&at.0, at.1)).unwrap();
    }

    #[test]
    fn steps_of_an_enum() {
        type Slope = <Activation<2> as Differentiable>::Tangent;
        let mut activations = [
            Activation::Identity,
            Activation::Leaky(Vector::from([1.0, 2.0]), "leaky"),
            Activation::Scaled { by: 3.0, rate: 0.5 },
        ];
        for activation in &activations {
            for x in [-0.5, 0.75] {
                let f = |at: &(Activation<2>, f64)| activate(&at.0, at.1);
                let at = (activation.clone(), x);
                gradcheck(f, &at, &activate::grad(activation, x)).unwrap();
            }
        }
        let gradient = activations
            .each_ref()
            .map(|activation| match activation.zero_tangent() {
                Slope::Scaled { by } => Slope::Scaled { by: by + 1.0 },
                other => other,
            });
        Sgd::new(1.0).step(&mut activations, &gradient);
        assert!(matches!(
            &activations,
            [Activation::Identity, Activation::Leaky(slopes, "leaky"), Activation::Scaled { by, rate }]
                if slopes.as_slice() == [1.0, 2.0] && (*by, *rate) == (2.0, 0.5)
        ));
    }
}
