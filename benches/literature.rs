//! Programs from the literature, as the tests have them: the gradient beside the function itself and beside a gradient written by
//! hand. With the path of ADBench's data as argument, its inputs are measured, after they are held against its references.

use chainrule::{Differentiable, LeafReader, Tangent};
use chainrule_benches::{Side, measure};
use std::hint::black_box;
use std::path::Path;

/// The programs under measurement.
#[path = "../tests/literature/programs"]
mod programs {
    pub mod bundle_adjustment;
    #[allow(clippy::needless_range_loop)]
    pub mod gmm;
    #[allow(clippy::needless_range_loop)]
    pub mod lstm;
    pub mod ode;
}

/// The same by hand.
#[path = "literature"]
mod by_hand {
    pub mod bundle_adjustment;
    pub mod files;
    #[allow(clippy::needless_range_loop)]
    pub mod gmm;
    #[allow(clippy::needless_range_loop)]
    pub mod lstm;
    pub mod ode;
}

use by_hand::files;

fn main() {
    let folder = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let Some(folder) = folder else {
        gmm(
            "gmm d10 K5 n1000",
            &by_hand::gmm::Problem::random(10, 5, 1000),
            None,
        );
        let problem = by_hand::bundle_adjustment::Problem::random(49, 7776, 31843);
        bundle_adjustment("ba n49 m7776 p31843", &problem, None);
        lstm(
            "lstm l2 c1024",
            &programs::lstm::Problem::random(2, 14, 1024, 33),
            None,
        );
        ode();
        return;
    };
    let folder = Path::new(&folder);
    for (name, input, reference) in files::inputs(&folder.join("gmm")) {
        gmm(
            &name,
            &files::read_gmm(&input),
            Some(&files::numbers(&reference)),
        );
    }
    for (name, input, reference) in files::inputs(&folder.join("ba")) {
        let problem = files::read_bundle_adjustment(&input);
        bundle_adjustment(&name, &problem, Some(&files::numbers(&reference)));
    }
    for (name, input, reference) in files::inputs(&folder.join("lstm")) {
        lstm(
            &name,
            &files::read_lstm(&input),
            Some(&files::numbers(&reference)),
        );
    }
}

fn gmm(name: &str, problem: &by_hand::gmm::Problem, reference: Option<&[f64]>) {
    use programs::gmm::log_posterior;
    let by_hand::gmm::Problem {
        alpha,
        mu,
        icf,
        x,
        gamma,
        extra_freedom,
        ..
    } = problem;
    let (value, mut g) = log_posterior::value_and_grad(alpha, mu, icf, x, *gamma, *extra_freedom);
    let mut by_hand = by_hand::gmm::ByHand::new(problem);
    by_hand.value_and_grad(problem);
    let expected = (
        by_hand.alpha.clone(),
        by_hand.mu.clone(),
        by_hand.icf.clone(),
    );
    assert_close(name, &elements(&g), &elements(&expected), 1e-10);
    if let Some(reference) = reference {
        report(name, "value", &[value], &reference[..1]);
        report(name, "gradient", &elements(&g), &reference[1..]);
    }
    measure(
        name,
        &mut [
            Side::new("gradient", || {
                black_box(log_posterior::value_and_grad_into(
                    black_box(alpha),
                    mu,
                    icf,
                    x,
                    *gamma,
                    *extra_freedom,
                    &mut g,
                ));
            }),
            Side::new("by hand", || {
                black_box(by_hand.value_and_grad(black_box(problem)));
            }),
            Side::new("the function", || {
                black_box(log_posterior(
                    black_box(alpha),
                    mu,
                    icf,
                    x,
                    *gamma,
                    *extra_freedom,
                ));
            }),
        ],
    );
}

fn bundle_adjustment(
    name: &str,
    problem: &by_hand::bundle_adjustment::Problem,
    reference: Option<&[f64]>,
) {
    use by_hand::bundle_adjustment::{Problem, jacobian, value_and_grad};
    use programs::bundle_adjustment::{cost, reprojection_error};
    let Problem {
        cameras,
        points,
        weights,
        observations,
    } = problem;
    let observed = || observations.iter().zip(weights);
    let rows = |o: usize| {
        let seen = &observations[o];
        let (camera, point) = (&cameras[seen.camera], &points[seen.point]);
        let (value, pullback) = reprojection_error::vjp(camera, point, weights[o], &seen.feature);
        let first = pullback([1.0, 0.0]);
        let (_, pullback) = reprojection_error::vjp(camera, point, weights[o], &seen.feature);
        (value, [first, pullback([0.0, 1.0])])
    };
    let (value, rows_of_first) = rows(0);
    let first = &observations[0];
    let (by_hand, by_hand_rows) = jacobian(
        &cameras[first.camera],
        &points[first.point],
        weights[0],
        &first.feature,
    );
    assert_close(name, &value, &by_hand, 1e-10);
    for (row, expected) in rows_of_first.iter().zip(&by_hand_rows) {
        assert_close(name, &elements(row), expected, 1e-10);
    }
    if let Some(reference) = reference {
        report(name, "residuals", &value, &reference[..2]);
        report(
            name,
            "row 0",
            &elements(&rows_of_first[0]),
            &reference[3..18],
        );
        report(
            name,
            "row 1",
            &elements(&rows_of_first[1]),
            &reference[18..33],
        );
    }

    let mut g = cost::grad(cameras, points, weights, observations);
    let (mut cameras_bar, mut points_bar, mut weights_bar) = g.clone();
    value_and_grad(problem, &mut cameras_bar, &mut points_bar, &mut weights_bar);
    let expected = (cameras_bar.clone(), points_bar.clone(), weights_bar.clone());
    assert_close(name, &elements(&g), &elements(&expected), 1e-10);
    measure(
        &format!("{name}, cost"),
        &mut [
            Side::new("gradient", || {
                black_box(cost::value_and_grad_into(
                    black_box(cameras),
                    points,
                    weights,
                    observations,
                    &mut g,
                ));
            }),
            Side::new("by hand", || {
                black_box(value_and_grad(
                    black_box(problem),
                    &mut cameras_bar,
                    &mut points_bar,
                    &mut weights_bar,
                ));
            }),
            Side::new("the function", || {
                black_box(cost(black_box(cameras), points, weights, observations));
            }),
        ],
    );
    measure(
        &format!("{name}, Jacobian"),
        &mut [
            Side::new("two pullbacks", || {
                for o in 0..observations.len() {
                    black_box(rows(o));
                }
            }),
            Side::new("by hand", || {
                for (seen, &weight) in observed() {
                    let (camera, point) = (&cameras[seen.camera], &points[seen.point]);
                    black_box(jacobian(black_box(camera), point, weight, &seen.feature));
                }
            }),
            Side::new("the function", || {
                for (seen, &weight) in observed() {
                    let (camera, point) = (&cameras[seen.camera], &points[seen.point]);
                    black_box(reprojection_error(
                        black_box(camera),
                        point,
                        weight,
                        &seen.feature,
                    ));
                }
            }),
        ],
    );
}

fn lstm(name: &str, problem: &programs::lstm::Problem, reference: Option<&[f64]>) {
    use by_hand::lstm::{ByHand, flat};
    use programs::lstm::{Problem, loss};
    let Problem {
        model,
        start,
        sequence,
    } = problem;
    let (value, mut g) = loss::value_and_grad(model, start, sequence);
    let weights = flat(model);
    let mut by_hand = ByHand::new(problem);
    let expected = by_hand.value_and_grad(&weights, problem);
    assert_close(name, &[value], &[expected], 1e-10);
    // The model with the gradient in the place of its weights, to bring it into the order of the file.
    let mut gradient = model.clone();
    gradient.visit(&g, &mut Replace);
    assert_close(name, &flat(&gradient), &by_hand.gradient, 1e-10);
    if let Some(reference) = reference {
        report(name, "value", &[value], &reference[..1]);
        report(name, "gradient", &flat(&gradient), &reference[1..]);
    }
    measure(
        name,
        &mut [
            Side::new("gradient", || {
                black_box(loss::value_and_grad_into(
                    black_box(model),
                    start,
                    sequence,
                    &mut g,
                ));
            }),
            Side::new("by hand", || {
                black_box(by_hand.value_and_grad(black_box(&weights), problem));
            }),
            Side::new("the function", || {
                black_box(loss(black_box(model), start, sequence));
            }),
        ],
    );
}

fn ode() {
    use programs::ode::{Rates, misfit};
    const STEPS: usize = 1000;
    let rates = Rates {
        birth: 1.1,
        hunt: 0.4,
        growth: 0.1,
        death: 0.4,
    };
    let (start, counted, h) = ([10.0, 5.0], [4.0, 3.0], 0.01);
    let mut states = Vec::with_capacity(STEPS);
    let mut g = misfit::grad(&rates, start, counted, h, STEPS);
    let (_, r_bar, y_bar) = by_hand::ode::misfit(&rates, start, counted, h, STEPS, &mut states);
    assert_close("ode", &elements(&g), &elements(&(r_bar, y_bar)), 1e-10);
    measure(
        "Runge-Kutta, 1000 steps",
        &mut [
            Side::new("gradient", || {
                let rates = black_box(&rates);
                black_box(misfit::value_and_grad_into(
                    rates, start, counted, h, STEPS, &mut g,
                ));
            }),
            Side::new("by hand", || {
                let rates = black_box(&rates);
                black_box(by_hand::ode::misfit(
                    rates,
                    start,
                    counted,
                    h,
                    STEPS,
                    &mut states,
                ));
            }),
            Side::new("the function", || {
                black_box(misfit(black_box(&rates), start, counted, h, STEPS));
            }),
        ],
    );
}

struct Replace;

impl chainrule::LeafVisitor for Replace {
    fn leaf<T: chainrule::Float>(&mut self, values: &mut [T], tangents: &[T]) {
        values.copy_from_slice(tangents);
    }
}

fn elements<G: Tangent>(g: &G) -> Vec<f64> {
    struct Read(Vec<f64>);
    impl LeafReader for Read {
        fn leaf<T: chainrule::Float>(&mut self, tangents: &[T]) {
            self.0.extend(tangents.iter().map(|x| x.to_f64()));
        }
    }
    let mut read = Read(Vec::new());
    g.read_leaves(&mut read);
    read.0
}

/// The largest difference, relative to the largest element.
fn deviation(actual: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(actual.len(), expected.len());
    let largest = expected.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let apart = actual
        .iter()
        .zip(expected)
        .fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
    apart / largest
}

fn report(name: &str, what: &str, actual: &[f64], expected: &[f64]) {
    let deviation = deviation(actual, expected);
    println!("{name}: {what} deviates from the reference by {deviation:.1e}");
    assert!(deviation < 1e-10, "{name}: {what} is wrong");
}

fn assert_close(name: &str, actual: &[f64], expected: &[f64], tolerance: f64) {
    let deviation = deviation(actual, expected);
    assert!(
        deviation < tolerance,
        "{name}: deviates by {deviation:e} from what is done by hand"
    );
}
