//! Tokens that nobody would write: the functions of the tests, mutated, and arbitrary ones. The macro must neither panic nor
//! hang, and must give the function back, or an error.

use crate::expand;
use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use syn::visit::{self, Visit};

/// What stands behind `#[differentiate(..)]`, and what stands in it; `None` for a type that derives.
#[derive(Clone, Debug)]
struct Input {
    attribute: Option<TokenStream>,
    item: TokenStream,
}

/// SplitMix64.
struct Rng(u64);

impl Rng {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % count as u64) as usize
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the tests are there")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every item of the tests that the macros are on, those in `macro_rules!` included.
fn corpus() -> Vec<Input> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let mut paths = Vec::new();
    sources(&folder, &mut paths);
    let mut inputs = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).expect("a readable test");
        if let Ok(tokens) = text.parse::<TokenStream>() {
            collect(tokens, &mut inputs);
        }
    }
    assert!(inputs.len() > 300, "only {} functions", inputs.len());
    inputs
}

fn collect(tokens: TokenStream, inputs: &mut Vec<Input>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        let mut inner = group.stream().into_iter();
        let is_attribute = index > 0
            && group.delimiter() == Delimiter::Bracket
            && matches!(&tokens[index - 1], TokenTree::Punct(punct) if punct.as_char() == '#');
        let first = inner.next();
        let starts_with =
            |word: &str| matches!(&first, Some(TokenTree::Ident(ident)) if ident == word);
        if is_attribute && (starts_with("differentiate") || starts_with("derive")) {
            let attribute = match inner.next() {
                Some(TokenTree::Group(arguments)) => arguments.stream(),
                _ => TokenStream::new(),
            };
            let is_derive = starts_with("derive");
            if is_derive && !attribute.to_string().contains("Differentiable") {
                continue;
            }
            let mut item = Vec::new();
            for token in &tokens[index + 1..] {
                item.push(token.clone());
                let ends = match token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    _ => false,
                };
                if ends {
                    break;
                }
            }
            inputs.push(Input {
                attribute: (!is_derive).then_some(attribute),
                item: item.into_iter().collect(),
            });
        }
        collect(group.stream(), inputs);
    }
}

/// Words that mean something to the macro.
const WORDS: &[&str] = &[
    "x",
    "y",
    "n",
    "self",
    "Self",
    "mut",
    "ref",
    "let",
    "if",
    "else",
    "match",
    "for",
    "while",
    "loop",
    "in",
    "break",
    "continue",
    "return",
    "fn",
    "impl",
    "struct",
    "enum",
    "move",
    "as",
    "where",
    "const",
    "static",
    "async",
    "await",
    "unsafe",
    "dyn",
    "f64",
    "f32",
    "usize",
    "Vec",
    "Option",
    "Some",
    "None",
    "iter",
    "map",
    "zip",
    "sum",
    "fold",
    "rev",
    "filter",
    "collect",
    "windows",
    "chunks",
    "push",
    "swap",
    "fill",
    "sin",
    "powi",
    "max",
    "clamp",
    "clone",
    "stop_gradient",
    "wrt",
    "order",
    "crate",
    "super",
    "matmul",
    "relu",
    "_",
    "r#type",
    "vec",
    "assert",
    "println",
    "true",
    "false",
    "union",
    "macro_rules",
    "yield",
    "try",
    "box",
];
const SIGNS: &[char] = &[
    '+', '-', '*', '/', '%', '=', '<', '>', '!', '&', '|', '^', '.', ',', ';', ':', '#', '$', '?',
    '~', '@', '\'',
];
const LITERALS: &[&str] = &[
    "0",
    "1",
    "2.0",
    "1e308",
    "0.5_f32",
    "3usize",
    "\"{x}\"",
    "'c'",
    "b'b'",
    "1_000",
    "0xff",
    "-1",
    "99999999999999999999",
    "1u128",
    "c\"c\"",
    "r\"{}\"",
    "7f64",
    "2.",
];
const DELIMITERS: [Delimiter; 4] = [
    Delimiter::Parenthesis,
    Delimiter::Brace,
    Delimiter::Bracket,
    Delimiter::None,
];

fn token(rng: &mut Rng, depth: usize) -> TokenTree {
    match rng.below(10) {
        0..=3 => {
            let word = *rng.of(WORDS);
            match word.strip_prefix("r#") {
                Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
                None => Ident::new(word, Span::call_site()).into(),
            }
        }
        4..=6 => {
            let spacing = [Spacing::Alone, Spacing::Joint][rng.below(2)];
            Punct::new(*rng.of(SIGNS), spacing).into()
        }
        7 if depth < 4 => {
            let inner = (0..rng.below(6)).map(|_| token(rng, depth + 1)).collect();
            Group::new(DELIMITERS[rng.below(4)], inner).into()
        }
        _ => {
            let text: TokenStream = rng.of(LITERALS).parse().expect("a literal");
            text.into_iter().last().expect("a token")
        }
    }
}

fn size(tokens: &TokenStream) -> usize {
    let of = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + size(&group.stream()),
        _ => 1,
    };
    tokens.clone().into_iter().map(of).sum()
}

/// The token at a position, groups before what they hold.
fn nth(tokens: &TokenStream, mut position: usize) -> Option<TokenTree> {
    for token in tokens.clone() {
        if position == 0 {
            return Some(token);
        }
        position -= 1;
        if let TokenTree::Group(group) = &token {
            let inner = size(&group.stream());
            if position < inner {
                return nth(&group.stream(), position);
            }
            position -= inner;
        }
    }
    None
}

/// Puts what `change` makes of the token at a position in its place.
fn replaced(
    tokens: TokenStream,
    position: &mut usize,
    change: &mut dyn FnMut(TokenTree) -> Vec<TokenTree>,
) -> TokenStream {
    let mut out = Vec::new();
    for token in tokens {
        if *position == 0 {
            *position = usize::MAX;
            out.extend(change(token));
            continue;
        }
        *position -= 1;
        match token {
            TokenTree::Group(group) => {
                let inner = replaced(group.stream(), position, change);
                let mut group = Group::new(group.delimiter(), inner);
                group.set_span(Span::call_site());
                out.push(group.into());
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

fn mutated(tokens: TokenStream, corpus: &[Input], rng: &mut Rng) -> TokenStream {
    let count = size(&tokens);
    if count == 0 {
        return token(rng, 0).into();
    }
    let mut position = rng.below(count);
    let kind = rng.below(9);
    let other = match kind {
        0 => {
            let donor = &rng.of(corpus).item;
            let at = rng.below(size(donor).max(1));
            nth(donor, at)
        }
        1 => {
            let at = rng.below(count);
            nth(&tokens, at)
        }
        _ => Some(token(rng, 0)),
    };
    let delimiter = DELIMITERS[rng.below(4)];
    let mut change = |old: TokenTree| match (kind, other.clone()) {
        (0..=2, Some(new)) => vec![new],
        (3 | 4, Some(new)) => vec![old, new],
        (5, _) => vec![],
        (6, _) => vec![old.clone(), old],
        (7, _) => match old {
            TokenTree::Group(group) => vec![Group::new(delimiter, group.stream()).into()],
            old => vec![Group::new(delimiter, old.into()).into()],
        },
        (8, _) => match old {
            TokenTree::Group(group) => group.stream().into_iter().collect(),
            old => vec![old],
        },
        (_, _) => vec![old],
    };
    replaced(tokens, &mut position, &mut change)
}

fn drawn(corpus: &[Input], rng: &mut Rng) -> Input {
    let mut input = rng.of(corpus).clone();
    if rng.below(12) == 0 {
        let body: TokenStream = (0..rng.below(30)).map(|_| token(rng, 0)).collect();
        input.item = match rng.below(3) {
            0 => body,
            1 => quote::quote!(fn f(x: f64, n: usize, mut v: Vec<f64>) -> f64 { #body }),
            _ => quote::quote!(impl S { fn f(&self, x: f64) -> f64 { #body } }),
        };
        return input;
    }
    for _ in 0..1 + rng.below(5) {
        match &mut input.attribute {
            Some(attribute) if rng.below(20) == 0 => {
                *attribute = mutated(attribute.clone(), corpus, rng);
            }
            _ => input.item = mutated(input.item, corpus, rng),
        }
    }
    input
}

/// Whether it is today's Rust: syn reads `f64 +` as an object of a trait without `dyn`, and `_` as the name of a field.
struct Today(bool);

impl<'ast> Visit<'ast> for Today {
    fn visit_type_trait_object(&mut self, object: &'ast syn::TypeTraitObject) {
        self.0 &= object.dyn_token.is_some();
        visit::visit_type_trait_object(self, object);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.0 &= field.ident.as_ref().is_none_or(|name| name != "_");
        visit::visit_field(self, field);
    }
}

/// Why the expansion of an input is wrong.
fn defect(input: &Input) -> Option<String> {
    let expanded = catch_unwind(AssertUnwindSafe(|| match &input.attribute {
        Some(attribute) => expand(attribute.clone(), input.item.clone()),
        None => crate::derive::derive(input.item.clone()),
    }));
    let Ok(output) = expanded else {
        return Some("a panic".into());
    };
    let text = output.to_string();
    let is_refused = text.contains("compile_error");
    let item = syn::parse2::<syn::Item>(input.item.clone());
    let is_item = item.is_ok();
    let is_rust = item.is_ok_and(|item| {
        let mut seen = Today(true);
        seen.visit_item(&item);
        seen.0
    });
    if !is_refused && !is_item {
        return Some("an item that is none is accepted".into());
    }
    if is_rust && let Err(error) = syn::parse2::<syn::File>(output) {
        return Some(format!("the output is no Rust: {error}\n{text}"));
    }
    if input.attribute.is_some()
        && let Ok(syn::Item::Fn(function)) = syn::parse2(input.item.clone())
    {
        let own = quote::quote!(#function).to_string();
        if !text.contains(&own) {
            return Some(format!("the function is lost:\n{text}"));
        }
    }
    None
}

/// Longer than this is a hang.
const PATIENCE: Duration = Duration::from_secs(20);

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn no_tokens_make_the_macro_panic_or_hang() {
    let (seed, count) = (
        number("CHAINRULE_FUZZ_SEED", 1),
        number("CHAINRULE_FUZZ_COUNT", 1500),
    );
    let corpus: Vec<(String, String)> = corpus()
        .into_iter()
        .map(|input| {
            let attribute = input
                .attribute
                .map_or("derive".into(), |attribute| format!("({attribute})"));
            (attribute, input.item.to_string())
        })
        .collect();
    let (current, found) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        let (current, found) = (&current, &found);
        let work = move || {
            let corpus: Vec<Input> = corpus
                .iter()
                .map(|(attribute, item)| Input {
                    attribute: attribute
                        .strip_prefix('(')
                        .and_then(|inner| inner.strip_suffix(')'))
                        .map(|inner| inner.parse().expect("tokens")),
                    item: item.parse().expect("tokens"),
                })
                .collect();
            for index in 0..count {
                current.store(index, Ordering::SeqCst);
                let input = drawn(
                    &corpus,
                    &mut Rng(seed.wrapping_mul(1 << 40).wrapping_add(index)),
                );
                if let Some(what) = defect(&input) {
                    let mut found = found.lock().expect("nobody panics with it");
                    found.push(format!(
                        "{index}: {what}\n#[differentiate({:?})] {}",
                        input.attribute.map(|tokens| tokens.to_string()),
                        input.item
                    ));
                    if found.len() > 20 {
                        break;
                    }
                }
            }
            current.store(u64::MAX, Ordering::SeqCst);
        };
        let worker = std::thread::Builder::new().stack_size(32 << 20);
        let worker = worker.spawn_scoped(scope, work).expect("a thread");
        let mut last = (0, Instant::now());
        while !worker.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
            let now = current.load(Ordering::SeqCst);
            if now != last.0 {
                last = (now, Instant::now());
            }
            if last.1.elapsed() > PATIENCE {
                eprintln!("input {} of seed {seed} hangs", last.0);
                std::process::abort();
            }
        }
    });
    let found = found.into_inner().expect("nobody panics with it");
    assert!(found.is_empty(), "seed {seed}:\n{}", found.join("\n\n"));
}
