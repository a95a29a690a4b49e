//! How long the macro takes on functions of many statements, how much it emits, and how long the compiler takes in all beside
//! the function without the attribute. Drives cargo on a generated package; pass times come from `-Ztime-passes`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SIZES: [usize; 3] = [10, 100, 1000];
const RUNS: usize = 5;

type Body = fn(usize) -> String;

const KINDS: [(&str, Body); 7] = [
    ("straight lines", |i| {
        format!("let v{} = v{i} * x + v{i}.sin();", i + 1)
    }),
    ("one variable", |i| {
        format!("v0 = v0 * x + {i}.0; let v{} = v0;", i + 1)
    }),
    ("branches", |i| {
        format!(
            "let v{} = if v{i} > {i}.0 {{ v{i} * x }} else {{ v{i} + x }};",
            i + 1
        )
    }),
    ("changing branches", |i| {
        format!("if v{i} > {i}.0 {{ v0 = v0 * x; }} let v{} = v0;", i + 1)
    }),
    ("loops", |i| {
        format!(
            "let mut s = v{i}; for _ in 0..3 {{ s = s * x + 1.0; }} let v{} = s;",
            i + 1
        )
    }),
    ("early returns", |i| {
        format!(
            "if v{i} > {i}.0 {{ return v{i} * x; }} let v{} = v{i} + x;",
            i + 1
        )
    }),
    ("calls", |i| format!("let v{} = g(v{i}, x);", i + 1)),
];

fn source(body: Body, statements: usize, attribute: &str) -> String {
    let lines: String = (0..statements)
        .map(|i| format!("    {}\n", body(i)))
        .collect();
    format!(
        "#![allow(unused)]\nuse chainrule::prelude::*;\n\
         #[differentiate]\npub fn g(a: f64, b: f64) -> f64 {{ a * b }}\n\
         {attribute}\npub fn f(x: f64) -> f64 {{\n    let mut v0 = x;\n{lines}    v{statements}\n}}\n"
    )
}

struct Times {
    expansion: f64,
    total: f64,
}

/// The shortest times of several compilations, which is what the machine's other work disturbs least.
fn check(package: &Path, source: &str) -> Times {
    let mut best = Times {
        expansion: f64::MAX,
        total: f64::MAX,
    };
    for run in 0..RUNS {
        fs::write(package.join("src/lib.rs"), format!("{source}// {run}\n"))
            .expect("a writable folder");
        let passes = cargo(package, &["-Ztime-passes"], None);
        let time = |pass: &str| -> f64 {
            let line = passes
                .lines()
                .find(|line| line.trim_end().ends_with(pass))
                .expect("the pass is listed");
            line.split_whitespace()
                .nth(1)
                .and_then(|word| word.trim_end_matches(';').parse().ok())
                .expect("seconds")
        };
        best.expansion = best.expansion.min(time("macro_expand_crate"));
        best.total = best.total.min(time("\ttotal"));
    }
    best
}

fn cargo(package: &Path, flags: &[&str], dump: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["rustc", "--quiet", "--lib", "--profile", "check", "--"])
        .args(flags);
    command.current_dir(package).env("RUSTC_BOOTSTRAP", "1");
    if let Some(name) = dump {
        command.env("CHAINRULE_DUMP", name);
    }
    let output = command.output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

fn package() -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("expansion");
    fs::create_dir_all(package.join("src")).expect("a writable folder");
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let manifest = format!(
        "[package]\nname = \"expansion\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         chainrule = {{ path = {runtime:?} }}\n[profile.dev]\nincremental = false\n"
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("a writable folder");
    package
}

fn main() {
    let package = package();
    println!(
        "{:<18} {:>10} {:>13} {:>12} {:>12} {:>14}",
        "", "statements", "expansion", "check", "undiff.", "emitted"
    );
    for (kind, body) in KINDS {
        // What follows an early return is nested in it: a thousand of them are refused.
        let most = if kind == "early returns" { 100 } else { 1000 };
        for statements in SIZES.into_iter().filter(|size| *size <= most) {
            let plain = check(&package, &source(body, statements, ""));
            let annotated = source(body, statements, "#[differentiate]");
            let times = check(&package, &annotated);
            fs::write(package.join("src/lib.rs"), format!("{annotated}// dump\n"))
                .expect("a writable folder");
            let dump = cargo(&package, &[], Some("f"));
            let emitted = dump
                .split_once("// f: emitted\n")
                .expect("the dump ends with what is emitted")
                .1;
            println!(
                "{kind:<18} {statements:>10} {:>10.1} ms {:>9.0} ms {:>9.0} ms {:>8.1} KiB",
                1e3 * (times.expansion - plain.expansion),
                1e3 * times.total,
                1e3 * plain.total,
                emitted.len() as f64 / 1024.0,
            );
        }
    }
}
