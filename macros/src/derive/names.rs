//! The names in the user's struct, and such as are not.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::collections::HashSet;

pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn used_in(tokens: TokenStream) -> Self {
        let mut names = HashSet::new();
        collect(tokens, &mut names);
        Names(names)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// `base`, or `base` with the first number that makes it new.
    pub(super) fn fresh(&self, base: &str) -> Ident {
        let mut name = base.to_owned();
        let mut number = 2;
        while self.0.contains(&name) {
            name = format!("{base}{number}");
            number += 1;
        }
        Ident::new(&name, Span::call_site())
    }
}

fn collect(tokens: TokenStream, names: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                names.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), names),
            _ => {}
        }
    }
}
