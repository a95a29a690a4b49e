//! Everything the macros can say, and the list that collects it.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far. Stages go on after a mistake, so that all of them are reported at once.
#[derive(Default, Debug)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
}

impl Errors {
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Reports `message` at `span`; `help` says what to write instead.
    pub(crate) fn at(&mut self, span: Span, message: impl AsRef<str>, help: impl AsRef<str>) {
        self.list.push(syn::Error::new(span, text(message, help)));
    }

    /// The same, from the first to the last of `tokens`.
    pub(crate) fn on(
        &mut self,
        tokens: impl ToTokens,
        message: impl AsRef<str>,
        help: impl AsRef<str>,
    ) {
        self.list
            .push(syn::Error::new_spanned(tokens, text(message, help)));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    pub(crate) fn append(&mut self, mut others: Errors) {
        self.list.append(&mut others.list);
    }

    /// Every mistake once, each at its span.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        let mut seen = Vec::new();
        self.list
            .into_iter()
            .filter(|error| {
                let key = format!("{:?} {error}", error.span());
                let new = !seen.contains(&key);
                seen.push(key);
                new
            })
            .map(|error| error.into_compile_error())
            .collect()
    }
}

fn text(message: impl AsRef<str>, help: impl AsRef<str>) -> String {
    format!("{}\nhelp: {}", message.as_ref(), help.as_ref())
}

/// The name in `known` that is nearest to `written`, if one is near.
pub(crate) fn nearest<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (distance(written, name), name))
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .min_by_key(|(distance, name)| (*distance, name.len().abs_diff(written.len())))
        .map(|(_, name)| name)
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_a_slip_and_nothing_far() {
        let known = ["sin", "sinh", "sqrt", "matmul"];
        assert_eq!(nearest("sqtr", known), Some("sqrt"));
        assert_eq!(nearest("mat_mul", known), Some("matmul"));
        assert_eq!(nearest("gamma", known), None);
        assert_eq!(nearest("snih", known), Some("sinh"));
        assert_eq!(nearest("y", ["x", "z"]), None);
    }
}
