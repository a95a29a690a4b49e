//! Makes a program that fails smaller while it fails in the same way: `shrink <seed>`, or `shrink <seed> "part of the error"`.
//! Many smaller programs are compiled at a time, in a crate of its own.

use chainrule_fuzz::{Program, Sample, reductions, sample, sample_of, test};
use chainrule_fuzz_compiled::{Allowed, points};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::{env, fs};

/// How many programs are compiled at a time.
const BATCH: usize = 40;

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let Some(seed) = args.next().and_then(|seed| seed.parse().ok()) else {
        eprintln!("usage: shrink <seed of the program> [part of the failure]");
        return ExitCode::FAILURE;
    };
    let Some(mut smallest) = sample(seed, "0") else {
        eprintln!("this seed makes no program that behaves");
        return ExitCode::FAILURE;
    };
    let workbench = Workbench::new();
    let failure = args.next().or_else(|| {
        let failures = workbench.failures(std::slice::from_ref(&smallest));
        failures.into_values().next()
    });
    let Some(wanted) = failure else {
        eprintln!("the program does not fail");
        return ExitCode::FAILURE;
    };
    println!("shrinking while: {wanted}");
    while let Some(smaller) = smaller(&workbench, &smallest, seed, &wanted) {
        smallest = smaller;
        println!("{} characters", smallest.program.to_string().len());
    }
    println!("{}", smallest.program);
    ExitCode::SUCCESS
}

/// A smaller program that fails in the same way.
fn smaller(workbench: &Workbench, from: &Sample, seed: u64, wanted: &str) -> Option<Sample> {
    let size = |program: &Program| program.to_string().len();
    let mut candidates: Vec<(usize, Program)> = reductions(&from.program)
        .map(|program| (size(&program), program))
        .collect();
    let now = size(&from.program);
    candidates.retain(|(size, _)| *size < now);
    candidates.sort_by_key(|(size, _)| *size);
    let mut samples = candidates
        .into_iter()
        .filter_map(|(_, program)| sample_of(program, seed));
    loop {
        let batch: Vec<Sample> = samples.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return None;
        }
        let failures = workbench.failures(&batch);
        let first = failures.iter().find(|(_, how)| how.contains(wanted));
        if let Some((index, _)) = first {
            return Some(batch[*index].clone());
        }
    }
}

/// A crate whose tests are the programs.
struct Workbench(PathBuf);

impl Workbench {
    fn new() -> Self {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
        let runtime = fuzz.join("../../../runtime");
        let folder = env::temp_dir().join(format!("chainrule-shrink-{}", std::process::id()));
        fs::create_dir_all(folder.join("tests")).expect("a folder");
        fs::create_dir_all(folder.join("src")).expect("a folder");
        fs::write(folder.join("src/lib.rs"), "").expect("a file");
        let manifest = format!(
            "[package]\nname = \"shrink\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
             chainrule = {{ path = {runtime:?} }}\nchainrule-fuzz-compiled = {{ path = {fuzz:?} }}\n\
             [profile.dev]\ndebug = 0\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
        Workbench(folder)
    }

    fn cargo(&self, args: &[&str]) -> Output {
        let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        let target = env::temp_dir().join("chainrule-shrink");
        cargo
            .args(["test", "--offline", "--test", "programs"])
            .args(args);
        cargo.current_dir(&self.0).env("CARGO_TARGET_DIR", target);
        cargo.output().expect("cargo runs")
    }

    /// How each of some programs fails.
    fn failures(&self, samples: &[Sample]) -> BTreeMap<usize, String> {
        let mut failures = BTreeMap::new();
        loop {
            let (source, starts) = written(samples, &failures);
            fs::write(self.0.join("tests/programs.rs"), source).expect("a file");
            let built = self.cargo(&["--no-run", "--message-format=short"]);
            if built.status.success() {
                break;
            }
            let said = String::from_utf8_lossy(&built.stderr);
            let refused = refusals(&said, &starts);
            assert!(!refused.is_empty(), "nothing compiles:\n{said}");
            // What fails here hides what fails in later passes of rustc.
            failures.extend(refused);
        }
        let run = self.cargo(&["--no-fail-fast"]);
        let said = String::from_utf8_lossy(&run.stdout);
        for (index, how) in panics(&said) {
            failures.entry(index).or_insert(how);
        }
        failures
    }
}

impl Drop for Workbench {
    fn drop(&mut self) {
        // Of a folder that is left behind nothing depends.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The programs that did not fail yet, and the line where each begins.
fn written(samples: &[Sample], failed: &BTreeMap<usize, String>) -> (String, Vec<(usize, usize)>) {
    let mut text = "#![allow(warnings)]\nuse chainrule::prelude::*;\n\
                    use chainrule_fuzz_compiled::{Allowed, Answers, Case, Outcome, Point, Split, answers, check_at, read, spoil, value};\n"
        .to_owned();
    text.push_str(&chainrule_fuzz::types(false));
    let mut starts = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        if failed.contains_key(&index) {
            continue;
        }
        starts.push((text.lines().count() + 1, index));
        let tag = index.to_string();
        let points: Vec<String> = points(sample)
            .iter()
            .map(|point| {
                format!(
                    "Point {{ case: Case {{ floats: vec!{:?}, ints: vec!{:?} }}, outcome: Outcome {{ values: vec!{:?}, \
                     slopes: {}, inputs: {}, allowed: {} }}, differences: vec!{:?} }}",
                    point.case.floats,
                    point.case.ints,
                    point.outcome.values,
                    nested(&point.outcome.slopes),
                    point.outcome.inputs,
                    match &point.outcome.allowed {
                        Some(Allowed { values, slopes }) => format!(
                            "Some(Allowed {{ values: vec!{values:?}, slopes: {} }})",
                            nested(slopes)
                        ),
                        None => "None".to_owned(),
                    },
                    point.differences
                )
            })
            .collect();
        let check = format!("check_at(&[{}], \"\", ", points.join(", "));
        let program = test(&sample.program, &tag, &check);
        let types = match sample.program.single {
            true => chainrule_fuzz::types(true),
            false => String::new(),
        };
        text.push_str(&format!(
            "mod m{index} {{ use super::*;\n{types}{program}}}\n"
        ));
    }
    (text, starts)
}

/// Lists as Rust.
fn nested(lists: &[Vec<f64>]) -> String {
    let lists: Vec<String> = lists.iter().map(|list| format!("vec!{list:?}")).collect();
    format!("[{}].to_vec()", lists.join(", "))
}

/// `tests/programs.rs:12:5: error[E0382]: ..`
fn refusals(said: &str, starts: &[(usize, usize)]) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    for line in said.lines() {
        let Some((place, error)) = line.split_once(": error") else {
            continue;
        };
        let number = place
            .split(':')
            .nth(1)
            .and_then(|number| number.parse().ok());
        let Some(number): Option<usize> = number else {
            continue;
        };
        let holds = starts.iter().rev().find(|(start, _)| *start <= number);
        if let Some((_, index)) = holds {
            found.entry(*index).or_insert_with(|| kind(error));
        }
    }
    found
}

/// An error without the names in it.
fn kind(error: &str) -> String {
    let error = error.trim_start_matches(':').trim();
    error.split('`').step_by(2).collect::<Vec<_>>().join("_")
}

/// What each test that failed says.
fn panics(said: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for part in said.split("---- m").skip(1) {
        let Some((index, rest)) = part.split_once("::") else {
            continue;
        };
        let message = rest.lines().find(|line| {
            !(line.is_empty() || line.contains("stdout ----") || line.contains("panicked at"))
        });
        let (Ok(index), Some(message)) = (index.parse(), message) else {
            continue;
        };
        let how: String = message
            .chars()
            .take_while(|c| *c != '[' && !c.is_ascii_digit())
            .collect();
        found.push((index, how.trim().to_owned()));
    }
    found
}
