//! What users are told: every mistake in `ui/<stage>/<mistake>.rs` is refused with the words in the `.stderr` file beside it.
//!
//! Run one case with `cargo test -p chainrule-tests --test ui -- ui trybuild=<mistake>`; `TRYBUILD=overwrite` writes down
//! what is said now.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("ui/*/*.rs");
}

/// Stages of the macro that cannot fail: their prose is documentation and comments in generated code.
const SILENT: &[&str] = &[
    "differentiate",
    "dump",
    "emit",
    "formula",
    "interpret",
    "ir",
    "plan",
    "rules",
    "simplify",
    "tokens",
];

#[test]
fn every_diagnostic_has_a_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let told: Vec<String> = files(&root.join("ui"), "stderr")
        .iter()
        .map(|path| read(path))
        .collect();
    let lines: Vec<&str> = told.iter().flat_map(|text| text.lines()).collect();
    let mut untold = Vec::new();
    let mut count = 0;
    let macros = root.join("../macros/src");
    for path in files(&macros, "rs") {
        let stage = path
            .strip_prefix(&macros)
            .expect("found under it")
            .with_extension("");
        let is_silent = stage
            .iter()
            .any(|part| SILENT.iter().any(|name| part == *name));
        if is_silent || stage.ends_with("tests") {
            continue;
        }
        let mut prose = Vec::new();
        collect(
            read(&path).parse().expect("the macro's source is Rust"),
            &mut prose,
        );
        count += prose.len();
        untold.extend(
            prose
                .into_iter()
                .filter(|text| {
                    !text
                        .lines()
                        .all(|part| lines.iter().any(|line| says(line, part)))
                })
                .map(|text| format!("{}: {text}", stage.display())),
        );
    }
    assert!(
        count > 100,
        "only {count} diagnostics were found: are they written in another way now?"
    );
    assert!(
        untold.is_empty(),
        "no case in tests/ui is told\n  {}",
        untold.join("\n  ")
    );
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder whose names end in `.extension`.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a folder can be listed").path());
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found
}

/// The string literals that are sentences for the user: not those of attributes, of panics and of generated code.
fn collect(tokens: TokenStream, prose: &mut Vec<String>) {
    const APART: [&str; 8] = [
        "expect",
        "unreachable",
        "panic",
        "assert",
        "assert_eq",
        "quote",
        "quote_spanned",
        "tests",
    ];
    let mut before = [String::new(), String::new()];
    for token in tokens {
        let [second, last] = &before;
        let is_apart = last == "#"
            || APART.contains(&last.as_str())
            || (last == "!" && (second == "#" || APART.contains(&second.as_str())));
        match &token {
            TokenTree::Group(group) if !is_apart => collect(group.stream(), prose),
            TokenTree::Literal(literal) => {
                if let Ok(literal) = syn::parse_str::<syn::LitStr>(&literal.to_string())
                    && literal.value().trim().contains(' ')
                {
                    prose.push(literal.value());
                }
            }
            _ => {}
        }
        let [_, last] = before;
        before = [last, name(&token)];
    }
}

fn name(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => String::new(),
        TokenTree::Group(_) => "(..)".into(),
        other => other.to_string(),
    }
}

/// Whether a line holds what a format string can become: its fixed parts, in order.
fn says(line: &str, format: &str) -> bool {
    let mut rest = line;
    fixed_parts(format)
        .iter()
        .all(|part| match rest.find(part.as_str()) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
}

/// What stands between the placeholders of a format string.
fn fixed_parts(format: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        let last = parts.last_mut().expect("one at least");
        match character {
            '{' | '}' if characters.peek() == Some(&character) => {
                last.push(character);
                characters.next();
            }
            '{' => {
                characters
                    .by_ref()
                    .take_while(|&inner| inner != '}')
                    .for_each(drop);
                parts.push(String::new());
            }
            _ => last.push(character),
        }
    }
    parts
}

#[test]
fn a_diagnostic_is_found_by_its_fixed_parts() {
    assert!(says(
        "error: `f` has no parameter `bias`",
        "`{}` has no parameter `{name}`"
    ));
    assert!(!says(
        "error: `f` has no parameter",
        "`{}` has no parameter `{name}`"
    ));
    assert!(!says("help: write `{}`", "write `{{ .. }}`"));
}
