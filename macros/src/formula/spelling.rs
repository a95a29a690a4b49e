//! How names are written; none stands for two things.

use super::facts::Facts;
use super::letters;
use crate::ir::{Graph, Node, Value};
use std::collections::HashSet;
use syn::Pat;

pub(super) struct Spelling {
    /// What the user calls anything.
    user: HashSet<String>,
    params: HashSet<String>,
    taken: HashSet<String>,
}

/// z₁, z₂, …; just z where there is only one.
pub(super) struct Series {
    letter: String,
    count: usize,
    next: usize,
}

impl Series {
    pub(super) fn next(&mut self) -> String {
        self.next += 1;
        if self.count == 1 {
            return self.letter.clone();
        }
        letters::identifier(&format!("{}{}", self.letter, self.next))
    }
}

impl Spelling {
    pub(super) fn of(graph: &Graph, facts: &Facts<'_>) -> Spelling {
        let is_named = |(index, _): &(usize, &Node)| {
            let value = Value(u32::try_from(*index).unwrap_or(u32::MAX));
            !facts.unnamed_indices.contains(&value)
        };
        let nodes = graph.nodes.iter().enumerate().filter(is_named);
        let names = nodes.filter_map(|(_, node)| node.name.as_deref());
        let callees = facts
            .calls
            .values()
            .filter_map(|call| call.path.segments.last());
        let callees = callees.map(|segment| segment.ident.to_string());
        Spelling {
            user: names.map(letters::identifier).chain(callees).collect(),
            params: HashSet::new(),
            taken: HashSet::new(),
        }
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.user.contains(text)
    }

    pub(super) fn param(&mut self, name: &str) -> String {
        self.params.insert(name.to_owned());
        self.user(name, 1, 1)
    }

    /// The name of the `version`th value of a variable that has several.
    pub(super) fn user(&mut self, name: &str, version: usize, versions: usize) -> String {
        let plain = letters::identifier(name);
        let text = if versions == 1 && !(self.params.contains(name) && self.taken.contains(&plain))
        {
            plain.clone()
        } else if letters::ends_lowered(&plain) {
            format!(
                "{plain}⁽{}⁾",
                letters::superscript(&version.to_string()).unwrap_or_default()
            )
        } else {
            letters::identifier(&format!("{plain}{version}"))
        };
        let raised = |k: usize| {
            let digits: String = k
                .to_string()
                .chars()
                .filter_map(|c| letters::superscript(&c.to_string()))
                .collect();
            format!("{plain}⁽{digits}⁾")
        };
        let clashes = |spelling: &Spelling, text: &str| {
            spelling.taken.contains(text) || (text != plain && spelling.user.contains(text))
        };
        let text = if clashes(self, &text) {
            (version.max(2)..)
                .map(raised)
                .find(|text| !clashes(self, text))
                .unwrap_or(text)
        } else {
            text
        };
        self.taken.insert(text.clone());
        text
    }

    /// The first of some names that is free.
    pub(super) fn free(&mut self, wishes: &[&str]) -> String {
        let free = wishes
            .iter()
            .find(|wish| !self.user.contains(**wish) && !self.taken.contains(**wish));
        let text = (*free.unwrap_or(&"𝓛")).to_owned();
        self.taken.insert(text.clone());
        text
    }

    pub(super) fn outputs(&mut self, facts: &Facts<'_>, count: usize, scalar: bool) -> Vec<String> {
        let function = facts.signature.ident.to_string();
        // What is declared a float may be written as something else: rustc says so.
        if scalar && count == 1 {
            let letter = if function.chars().count() == 1 {
                function.as_str()
            } else {
                "L"
            };
            return vec![self.free(&[letter, "L", "ℒ", "J"])];
        }
        let mut series = self.series("y", &["f", "out", "o", "r"], count);
        (0..count).map(|_| series.next()).collect()
    }

    /// The index of a loop inside so many others.
    pub(super) fn index(&self, depth: usize) -> String {
        let mut free = ["i", "j", "k", "m", "n", "t"]
            .into_iter()
            .filter(|letter| !self.has(letter));
        free.nth(depth)
            .map_or_else(|| format!("i{depth}"), str::to_owned)
    }

    /// A letter that the user has for nothing, with or without a number.
    pub(super) fn series(&mut self, wish: &str, others: &[&str], count: usize) -> Series {
        let clashes = |letter: &str| {
            self.user.iter().chain(&self.taken).any(|name| {
                name.strip_prefix(letter)
                    .is_some_and(|rest| rest.chars().all(|c| ('₀'..='₉').contains(&c)))
            })
        };
        let letter = std::iter::once(wish)
            .chain(others.iter().copied())
            .find(|letter| !clashes(letter))
            .unwrap_or("𝓏")
            .to_owned();
        if count > 0 {
            self.taken.insert(letter.clone());
        }
        Series {
            letter,
            count,
            next: 0,
        }
    }
}

/// The names in the pattern of a parameter, by the path to what each stands for: `1.0` in `(a, (b, c))` is b.
pub(super) fn names_in(pattern: &Pat) -> Vec<(String, String)> {
    let mut found = Vec::new();
    find_names(pattern, String::new(), &mut found);
    found
}

fn find_names(pattern: &Pat, path: String, found: &mut Vec<(String, String)>) {
    let inner = |part: &str| match path.as_str() {
        "" => part.to_owned(),
        path => format!("{path}.{part}"),
    };
    match pattern {
        Pat::Ident(name) => found.push((path, name.ident.to_string())),
        Pat::Paren(pattern) => find_names(&pattern.pat, path, found),
        Pat::Reference(pattern) => find_names(&pattern.pat, path, found),
        Pat::Type(pattern) => find_names(&pattern.pat, path, found),
        Pat::Tuple(tuple) => {
            for (index, element) in tuple.elems.iter().enumerate() {
                find_names(element, inner(&index.to_string()), found);
            }
        }
        Pat::Struct(pattern) => {
            for field in &pattern.fields {
                let member = quote::ToTokens::to_token_stream(&field.member).to_string();
                find_names(&field.pat, inner(&member), found);
            }
        }
        _ => {}
    }
}
