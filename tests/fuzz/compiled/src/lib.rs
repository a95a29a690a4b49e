//! Holds what the macro makes of random programs against dual numbers, against finite differences, and against the
//! functions themselves.

use chainrule::{Differentiable, Float, LeafReader, LeafWriter, Tangent};
pub use chainrule_fuzz::{Allowed, Case, Outcome};
use chainrule_fuzz::{Sample, active_floats, sample};

/// What a differentiated function says at one point: the floats in order.
#[derive(Debug)]
pub struct Answers {
    /// The function itself.
    pub plain: Vec<f64>,
    /// What says it, its value, and its gradient.
    pub derived: Vec<(&'static str, Vec<f64>, Vec<f64>)>,
}

/// A test program: floats and integers in its arguments, and the cotangent of its value.
pub type Run<'a> = &'a dyn Fn(&[f64], &[usize], &[f64]) -> Answers;

struct Read(Vec<f64>);

impl LeafReader for Read {
    fn leaf<T: Float>(&mut self, tangents: &[T]) {
        self.0.extend(tangents.iter().map(|x| x.to_f64()));
    }
}

struct Write<'a>(&'a [f64]);

impl LeafWriter for Write<'_> {
    fn leaf<T: Float>(&mut self, tangents: &mut [T]) {
        let (now, later) = self.0.split_at(tangents.len());
        self.0 = later;
        for (tangent, value) in tangents.iter_mut().zip(now) {
            *tangent = T::lit(*value);
        }
    }
}

/// The floats of a tangent, in order.
pub fn read<G: Tangent>(tangent: &G) -> Vec<f64> {
    let mut read = Read(Vec::new());
    tangent.read_leaves(&mut read);
    read.0
}

/// The floats of a value, in order.
pub fn value<V: Differentiable>(value: &V) -> Vec<f64> {
    struct Values(Vec<f64>);
    impl chainrule::LeafVisitor for Values {
        fn leaf<T: Float>(&mut self, values: &mut [T], _: &[T]) {
            self.0.extend(values.iter().map(|x| x.to_f64()));
        }
    }
    let mut values = Values(Vec::new());
    let zero = value.zero_tangent();
    value.clone().visit(&zero, &mut values);
    values.0
}

/// A cotangent of a value.
pub fn cotangent<V: Differentiable>(value: &V, floats: &[f64]) -> V::Tangent {
    let mut tangent = value.zero_tangent();
    tangent.write_leaves(&mut Write(floats));
    tangent
}

/// The same tangent with NaN in every element: what an overwriting function must leave nothing of.
pub fn spoil<G: Tangent>(mut tangent: G) -> G {
    let count = read(&tangent).len();
    tangent.write_leaves(&mut Write(&vec![f64::NAN; count]));
    tangent
}

/// Cotangents of several values, from the floats of all of them.
pub struct Split<'a>(pub &'a [f64]);

impl Split<'_> {
    /// That of the next value.
    pub fn of<V: Differentiable>(&mut self, next: &V) -> V::Tangent {
        let (now, later) = self.0.split_at(value(next).len());
        self.0 = later;
        cotangent(next, now)
    }
}

/// Every answer of a function.
#[macro_export]
macro_rules! answers {
    (scalar $f:ident($($arg:expr),* $(,)?); $cotangent:ident) => {{
        let (value, gradient) = $f::value_and_grad($($arg),*);
        let mut into = $crate::spoil(gradient.clone());
        let into_value = $f::value_and_grad_into($($arg,)* &mut into);
        let mut answers = $crate::answers!(general $f($($arg),*); $cotangent);
        answers.derived.push(("value_and_grad", $crate::value(&value), $crate::read(&gradient)));
        answers.derived.push(("value_and_grad_into", $crate::value(&into_value), $crate::read(&into)));
        answers
    }};
    (general $f:ident($($arg:expr),* $(,)?); $cotangent:ident) => {{
        let plain = $f($($arg),*);
        let cotangent = $crate::cotangent(&plain, $cotangent);
        let (value, pullback) = $f::vjp($($arg),*);
        let gradient = pullback(cotangent);
        $crate::Answers {
            plain: $crate::value(&plain),
            derived: vec![("vjp", $crate::value(&value), $crate::read(&gradient))],
        }
    }};
}

/// Where a program is run, what it is to compute there, and the floats whose derivatives are held against differences.
#[derive(Clone, Debug)]
pub struct Point {
    /// The arguments.
    pub case: Case,
    /// Value and derivatives.
    pub outcome: Outcome,
    /// None, if a derivative is stopped somewhere, or if differences would be noise, in `f32`.
    pub differences: Vec<usize>,
}

/// The points of a program.
#[must_use]
pub fn points(sample: &Sample) -> Vec<Point> {
    let cases = sample.cases.iter();
    cases
        .map(|(case, outcome)| Point {
            case: case.clone(),
            outcome: outcome.clone(),
            differences: match sample.program.stops || sample.program.single {
                true => Vec::new(),
                false => active_floats(&sample.program, case),
            },
        })
        .collect()
}

/// Runs a program at its points.
///
/// # Panics
///
/// Where anything disagrees.
pub fn check(seed: u64, tag: &str, run: Run<'_>) {
    let sample = sample(seed, tag).expect("the build script chose a program that behaves");
    // A panic of generated code does not say where it comes from.
    println!("program {seed}");
    let told = format!("of {seed}:\n{}", sample.program);
    check_at(&points(&sample), &told, run);
}

/// Runs a program at some points.
///
/// # Panics
///
/// Where anything disagrees.
pub fn check_at(points: &[Point], program: &str, run: Run<'_>) {
    for point in points {
        let Point { case, outcome, .. } = point;
        let told = |what: String| -> ! {
            panic!("{what}\nat {case:?}\n{program}");
        };
        let cotangent: Vec<f64> = (0..outcome.values.len())
            .map(|index| 0.75 - 1.25 * index as f64)
            .collect();
        let answers = run(&case.floats, &case.ints, &cotangent);
        let is_expected = match &outcome.allowed {
            Some(allowed) => near(&answers.plain, &outcome.values, &allowed.values),
            None => identical(&answers.plain, &outcome.values),
        };
        if !is_expected {
            told(format!(
                "the function is {:?}, by the interpreter {:?}",
                answers.plain, outcome.values
            ));
        }
        for (source, value, gradient) in &answers.derived {
            if !identical(value, &answers.plain) {
                told(format!(
                    "{source}: the value is {value:?}, not {:?}",
                    answers.plain
                ));
            }
            let cotangent: &[f64] = if *source == "vjp" { &cotangent } else { &[1.0] };
            let expected = pulled(outcome, cotangent);
            if !near(gradient, &expected, &tolerances(outcome, cotangent)) {
                told(format!(
                    "{source}: the gradient is {gradient:?}, by dual numbers {expected:?}"
                ));
            }
        }
        if let Some(what) = differs(point, run) {
            told(what);
        }
    }
}

fn identical(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

fn pulled(outcome: &Outcome, cotangent: &[f64]) -> Vec<f64> {
    let along = |input: usize| {
        let terms = outcome
            .slopes
            .iter()
            .zip(cotangent)
            .map(|(slopes, c)| c * slopes[input]);
        terms.sum()
    };
    (0..outcome.inputs).map(along).collect()
}

/// Both gradients are sums of the same products in another order: in `f64`, what is allowed is relative to the largest of
/// them; in `f32`, it is what roundings may do.
fn tolerances(outcome: &Outcome, cotangent: &[f64]) -> Vec<f64> {
    let Some(allowed) = &outcome.allowed else {
        let slopes = outcome.slopes.iter().flatten();
        let scale = slopes.fold(1.0, |most: f64, slope| most.max(slope.abs()));
        return vec![1e-9 * scale; outcome.inputs];
    };
    let along = |input: usize| {
        let terms = allowed.slopes.iter().zip(cotangent);
        terms.map(|(slopes, c)| c.abs() * slopes[input]).sum()
    };
    (0..outcome.inputs).map(along).collect()
}

fn near(a: &[f64], b: &[f64], allowed: &[f64]) -> bool {
    let mut both = a.iter().zip(b).zip(allowed);
    a.len() == b.len() && both.all(|((a, b), allowed)| (a - b).abs() <= *allowed)
}

/// Where differences of the function contradict the derivatives; steps that disagree with each other say nothing.
fn differs(point: &Point, run: Run<'_>) -> Option<String> {
    let Point { case, outcome, .. } = point;
    let zeros = vec![0.0; outcome.values.len()];
    let at = |index: usize, step: f64| {
        let mut floats = case.floats.clone();
        floats[index] += step;
        run(&floats, &case.ints, &zeros).plain
    };
    for (input, &index) in point.differences.iter().enumerate() {
        let quotient = |step: f64| -> Vec<f64> {
            let (up, down) = (at(index, step), at(index, -step));
            up.iter()
                .zip(&down)
                .map(|(up, down)| (up - down) / (2.0 * step))
                .collect()
        };
        let (coarse, fine) = (quotient(2e-5), quotient(1e-5));
        for (output, (coarse, fine)) in coarse.iter().zip(&fine).enumerate() {
            let slope = outcome.slopes[output][input];
            let size = 1.0 + slope.abs() + outcome.values[output].abs();
            let agree = (coarse - fine).abs() < 1e-5 * size;
            if agree && (slope - fine).abs() > 1e-3 * size {
                return Some(format!(
                    "derivative {input} is {slope}, by differences {fine}"
                ));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is allowed is no less than the rounding of the gradient, and no more than a wrong factor.
    #[test]
    fn bounds_of_roundings() {
        let (mut bounded, mut told) = (0, 0);
        for sample in (0..2000).filter_map(|index| sample(5 * index + 3, "")) {
            for (_, outcome) in &sample.cases {
                let cotangent: Vec<f64> = (0..outcome.values.len())
                    .map(|index| 0.75 - 1.25 * index as f64)
                    .collect();
                let expected = pulled(outcome, &cotangent);
                let allowed = tolerances(outcome, &cotangent);
                for (slope, allowed) in expected.iter().zip(&allowed) {
                    assert!(*allowed >= 0.5 * f64::from(f32::EPSILON) * slope.abs());
                    bounded += usize::from(*slope != 0.0);
                    told += usize::from(1e-4 * slope.abs() > *allowed);
                }
            }
        }
        assert!(
            bounded > 1000 && 10 * told > 9 * bounded,
            "{told} of {bounded}"
        );
    }
}
