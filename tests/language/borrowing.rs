//! Structs that borrow: as parameters, and with methods.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

struct Problem<'a> {
    xs: &'a [f64],
    ys: &'a [f64],
}

#[differentiate]
impl<'a> Problem<'a> {
    #[differentiate(wrt(w))]
    fn cost(&self, w: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.xs.len() {
            sum += self.residual(w, self.xs[i], self.ys[i]).powi(2);
        }
        sum
    }

    #[differentiate(wrt(w))]
    fn residual(&self, w: &[f64], x: f64, y: f64) -> f64 {
        w[0] * x + w[1] - y
    }
}

#[differentiate]
impl Problem<'_> {
    #[differentiate(wrt(w))]
    fn twice(&self, w: &[f64]) -> f64 {
        self.cost(w) * 2.0
    }
}

#[differentiate(wrt(w))]
fn elided(problem: &Problem<'_>, w: &[f64]) -> f64 {
    problem.cost(w) * w[0] + problem.twice(w)
}

#[differentiate(wrt(w))]
fn named<'q>(problem: &Problem<'q>, names: &[&'q str], w: &[f64]) -> f64 {
    let mut sum = 0.0;
    for name in names {
        if name.len() > 1 {
            sum += problem.cost(w) * w[1];
        }
    }
    sum + elided(problem, w)
}

#[test]
fn outside_of_what_is_differentiated() {
    let (xs, ys) = (vec![0.5, 1.5, 2.0], vec![0.2, 0.9, 1.4]);
    let problem = Problem { xs: &xs, ys: &ys };
    let w = vec![0.7, -0.2];
    check_grad!([w] elided(&problem, w));
    check_grad!([w] named(&problem, &["one", "b", "two"], w));
    let gradient = problem.twice_grad(&w);
    let (value, pullback) = problem.twice_vjp(&w);
    assert_eq!(value, problem.twice(&w));
    assert_eq!(pullback(1.0), gradient);
}

#[derive(Clone, Debug, Differentiable)]
struct Model<'a> {
    gain: f64,
    #[differentiable(skip)]
    inputs: &'a [f64],
    name: &'a str,
}

#[differentiate]
impl<'a> Model<'a> {
    fn output(&self, shift: f64) -> f64 {
        let inputs = stop_gradient(self.inputs);
        let mut sum = shift;
        for x in inputs {
            sum += self.gain * x;
        }
        sum * sum
    }

    fn train(&mut self, rate: f64) -> f64 {
        self.gain *= 1.0 - rate;
        self.output(rate)
    }
}

#[differentiate]
fn outputs(model: &Model<'_>, shift: f64) -> f64 {
    let mut model = model.clone();
    let first = model.train(shift);
    first + model.output(shift) * shift
}

#[test]
fn of_what_is_differentiated() {
    let inputs = [0.5, 1.5];
    let model = |gain: f64| Model {
        gain,
        inputs: &inputs,
        name: "m",
    };
    assert_eq!(model(1.0).name, "m");
    let (d, d_shift) = outputs::grad(&model(0.7), 0.3);
    let at = (0.7, 0.3);
    gradcheck(
        |at: &(f64, f64)| outputs(&model(at.0), at.1),
        &at,
        &(d.gain, d_shift),
    )
    .unwrap();

    let mut changed = model(0.7);
    let (_, pullback) = changed.train_vjp(0.3);
    let mut bar = changed.zero_tangent();
    bar.gain = 2.0 * changed.gain;
    changed.gain = 0.0;
    let d_rate = pullback(1.0, &mut bar);
    let trained = |at: &(f64, f64)| {
        let mut model = model(at.0);
        model.train(at.1) + model.gain * model.gain
    };
    gradcheck(trained, &at, &(bar.gain, d_rate)).unwrap();
}

#[differentiate]
trait Flow {
    fn speed(&self, x: f64) -> f64;

    fn twice(&self, x: f64) -> f64 {
        self.speed(self.speed(x))
    }
}

#[differentiate]
impl<'a> Flow for Model<'a> {
    fn speed(&self, x: f64) -> f64 {
        self.gain * x * x
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Titled<'a> {
    gain: f64,
    title: &'a str,
}

#[differentiate]
impl Flow for Titled<'_> {
    fn speed(&self, x: f64) -> f64 {
        (self.gain * x).sin()
    }
}

#[differentiate]
fn run<F: Flow + Differentiable>(flow: &F, x: f64) -> f64 {
    flow.twice(x) * x
}

#[test]
fn traits() {
    let title = String::from("t");
    let titled = |gain| Titled {
        gain,
        title: &title,
    };
    let (d, dx) = run::grad(&titled(0.7), 0.4);
    let f = |at: &(f64, f64)| run(&titled(at.0), at.1);
    gradcheck(f, &(0.7, 0.4), &(d.gain, dx)).unwrap();
    assert_eq!(titled(1.0).title, "t");
    let model = |gain| Model {
        gain,
        inputs: &[],
        name: &title,
    };
    let (d, dx) = run::grad(&model(0.7), 0.4);
    let f = |at: &(f64, f64)| run(&model(at.0), at.1);
    gradcheck(f, &(0.7, 0.4), &(d.gain, dx)).unwrap();
}
