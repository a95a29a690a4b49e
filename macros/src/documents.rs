//! What README.md and ARCHITECTURE.md show is what the macro makes. Lines of `..` stand for what they leave out.

use crate::diagnostics::Errors;
use crate::differentiate::{Seed, differentiate};
use crate::ir::Value;
use crate::ir::display::Listing;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Item, ItemFn, Meta};

const README: &str = include_str!("../../README.md");
const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");
const RULES: &str = include_str!("rules.rs");

/// Blocks of code, each with the language of its fence.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let fenced = text.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| block.split_once('\n')).collect()
}

/// The attribute's arguments and the function, where a block has one that is differentiated.
fn differentiated(block: &str) -> Option<(TokenStream, ItemFn)> {
    let items = syn::parse_str::<syn::File>(block).ok()?.items;
    items.into_iter().find_map(|item| match item {
        Item::Fn(mut function) => {
            let place = function
                .attrs
                .iter()
                .position(|attr| attr.path().is_ident("differentiate"))?;
            let arguments = match function.attrs.remove(place).meta {
                Meta::List(list) => list.tokens,
                _ => TokenStream::new(),
            };
            Some((arguments, function))
        }
        _ => None,
    })
}

/// Rust without what formatting changes.
fn bare(rust: &str) -> String {
    let text: String = rust
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    text.replace(",)", ")")
        .replace(",}", "}")
        .replace(",]", "]")
}

/// What the macro adds to a function, as the dump prints it, with the lines of texts apart.
fn emitted(arguments: TokenStream, function: &ItemFn) -> String {
    let tokens = crate::expand(arguments, function.to_token_stream());
    prettyplease::unparse(&syn::parse2(tokens).expect("Rust is emitted")).replace("\\n", "\n")
}

#[track_caller]
fn assert_shown(shown: &str, text: &str) {
    assert!(
        bare(text).contains(&bare(shown)),
        "there is no\n{shown}\nin\n{text}"
    );
}

/// A line of a listing, with one space between words.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The listings of both sweeps: plain, and with what was planned.
fn listings(arguments: TokenStream, function: &ItemFn) -> [String; 2] {
    let mut errors = Errors::default();
    let options = crate::options::parse(arguments, &mut errors);
    let signature = crate::parse::signature::signature(function, None, &options, &mut errors);
    let primal = crate::parse::parse(function, &signature, &mut errors);
    assert!(errors.is_empty(), "{errors:?}");
    let mut derivative = differentiate(primal, &signature.wrt, &signature.output_ty, Seed::One);
    let plan = crate::plan::plan(&mut derivative);
    let of = |note: &dyn Fn(Value) -> String| {
        let listing = |region| Listing {
            graph: &derivative.graph,
            region,
            note,
        };
        format!(
            "{}{}",
            listing(&derivative.forward),
            listing(&derivative.backward)
        )
    };
    [of(&|_| String::new()), of(&|value| plan.reason(value))]
}

/// Whether the lines stand in the text in this order.
fn in_order(shown: &str, text: &str) -> bool {
    let mut lines = text.lines().map(words);
    shown
        .lines()
        .map(words)
        .filter(|line| line != "..")
        .all(|line| lines.any(|other| other == line))
}

#[test]
fn the_architecture_shows_what_the_stages_make() {
    let mut functions = 0;
    for section in ARCHITECTURE.split("\n## ") {
        let blocks = blocks(section);
        let Some((arguments, function)) =
            blocks.iter().find_map(|(_, block)| differentiated(block))
        else {
            continue;
        };
        functions += 1;
        let listings = listings(arguments.clone(), &function);
        let emitted = emitted(arguments, &function);
        for (language, block) in blocks {
            if differentiated(block).is_some() {
                continue;
            }
            if language == "text" {
                let is_shown = listings.iter().any(|listing| in_order(block, listing))
                    || bare(&emitted).contains(&bare(block));
                assert!(
                    is_shown,
                    "there is no\n{block}\nin\n{}\nor\n{}",
                    listings[0], listings[1]
                );
            } else if block.starts_with('"') {
                assert_shown(block, RULES);
            } else {
                block
                    .split("\n..\n")
                    .for_each(|part| assert_shown(part, &emitted));
            }
        }
    }
    assert_eq!(functions, 8);
}

#[test]
fn the_readme_shows_a_derivative_as_it_is_emitted() {
    let blocks = blocks(README);
    let first = blocks[0]
        .1
        .split("\n\n")
        .nth(1)
        .expect("the function stands behind its import");
    let (arguments, function) = differentiated(first).expect("the first example is a function");
    let emitted = emitted(arguments, &function);
    assert_shown(blocks[1].1, &emitted);
    assert_shown(blocks[2].1, &emitted);
}

#[test]
fn the_readme_shows_an_error_as_it_is_reported() {
    let blocks = blocks(README);
    let place = blocks
        .iter()
        .position(|(language, _)| language.ends_with("compile_fail"));
    let place = place.expect("the README has an example that is refused");
    let refused = blocks[place]
        .1
        .split("\n\n")
        .nth(1)
        .expect("the function stands behind its import");
    let (arguments, function) = differentiated(refused).expect("it is a function");
    let shown = blocks[place + 1]
        .1
        .strip_prefix("error: ")
        .expect("the block behind it is its error");
    assert_shown(shown, &emitted(arguments, &function));
}
