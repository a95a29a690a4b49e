//! Programs that behave, and the Rust that tests them.

use crate::ast::Program;
use crate::generate::generate;
use crate::harness::answers;
use crate::reference::{Case, Outcome, case, examine};
use crate::rng::Rng;

/// A program with points at which its gradient is known.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The program.
    pub program: Program,
    /// Arguments, and what the program makes of them.
    pub cases: Vec<(Case, Outcome)>,
}

/// At how many points a program is tested.
const POINTS: usize = 3;
/// How many points are tried.
const TRIES: usize = 10;

/// The program of a seed, if enough points of it are away from kinks and its gradient is not zero everywhere.
#[must_use]
pub fn sample(seed: u64, tag: &str) -> Option<Sample> {
    sample_of(generate(seed, tag), seed)
}

/// The same of any program.
#[must_use]
pub fn sample_of(program: Program, seed: u64) -> Option<Sample> {
    let mut rng = Rng::new(!seed);
    let mut cases = Vec::new();
    for attempt in 0..TRIES {
        let case = case(&program, &mut rng);
        if let Ok(outcome) = examine(&program, &case) {
            cases.push((case, outcome));
        }
        if cases.len() == POINTS {
            break;
        }
        if attempt >= 4 && cases.is_empty() {
            return None;
        }
    }
    let is_steep = cases
        .iter()
        .any(|(_, outcome)| outcome.slopes.iter().flatten().any(|slope| *slope != 0.0));
    (cases.len() == POINTS && is_steep).then_some(Sample { program, cases })
}

/// The seeds of so many programs that behave.
pub fn seeds(seed: u64) -> impl Iterator<Item = u64> {
    let first = seed.wrapping_mul(1 << 32);
    (0..)
        .map(move |index| first.wrapping_add(index))
        .filter(|seed| sample(*seed, "").is_some())
}

/// Rust that holds every `step`-th of `count` programs from `first` on, each with a test; what
/// `tests/fuzz/compiled` exports is in scope where it is included.
#[must_use]
pub fn source(seed: u64, count: usize, first: usize, step: usize) -> String {
    let (mut text, mut singles) = (crate::print::types(false), crate::print::types(true));
    for (index, seed) in seeds(seed)
        .take(count)
        .enumerate()
        .skip(first)
        .step_by(step)
    {
        let tag = index.to_string();
        let told = format!("check({seed}, \"{tag}\", ");
        let program = generate(seed, &tag);
        let precision = if program.single {
            &mut singles
        } else {
            &mut text
        };
        precision.push_str(&test(&program, &tag, &told));
    }
    format!("{text}mod single {{\nuse super::*;\n\n{singles}}}\n")
}

/// A program and its test, which begins with `check`.
#[must_use]
pub fn test(program: &Program, tag: &str, check: &str) -> String {
    let asked = answers(program.main(), program.single);
    format!(
        "{program}#[test]\nfn program_{tag}() {{\n    {check}&|q, k, cotangent| {{\n{asked}    }});\n}}\n\n"
    )
}
