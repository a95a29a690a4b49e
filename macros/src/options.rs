//! The grammar of `#[differentiate(..)]`, spans kept.

use crate::diagnostics::{Errors, nearest};
use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, Path, Token, parenthesized};

#[derive(Debug, Default)]
pub(crate) struct Options {
    /// The parameters named in `wrt(..)`, and where it stands; `None` for every parameter that carries floats.
    pub(crate) wrt: Option<(Vec<Ident>, Option<Span>)>,
    /// The path of the runtime crate, when it is not `::chainrule`.
    pub(crate) krate: Option<Path>,
}

enum Entry {
    Wrt(Span, Vec<Ident>),
    Crate(Path),
    Unknown(Ident),
}

const NAMES: [&str; 2] = ["wrt", "crate"];

impl Parse for Entry {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(Token![crate]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            return Ok(Entry::Crate(input.call(Path::parse_mod_style)?));
        }
        let name: Ident = input.parse()?;
        if name != "wrt" {
            input.step(|cursor| {
                let mut rest = *cursor;
                while let Some((token, next)) = rest.token_tree() {
                    if matches!(&token, proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ',') {
                        break;
                    }
                    rest = next;
                }
                Ok(((), rest))
            })?;
            return Ok(Entry::Unknown(name));
        }
        let names;
        parenthesized!(names in input);
        let names = Punctuated::<Ident, Token![,]>::parse_terminated(&names)?;
        Ok(Entry::Wrt(name.span(), names.into_iter().collect()))
    }
}

pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let entries = match Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(entries) => entries,
        Err(error) => {
            errors.at(
                error.span(),
                format!("`#[differentiate]` does not understand this: {error}"),
                "write `#[differentiate]` or `#[differentiate(wrt(a, b))]`",
            );
            return options;
        }
    };
    for entry in entries {
        match entry {
            Entry::Wrt(span, names) if options.wrt.is_some() => {
                errors.at(
                    span,
                    "`wrt` is given twice",
                    format!("name all parameters in one list, as in `wrt(.., {})`", join(&names)),
                );
            }
            Entry::Wrt(span, names) => {
                if names.is_empty() {
                    errors.at(
                        span,
                        "`wrt()` names no parameter",
                        "name the parameters to differentiate with respect to, or leave `wrt` out for all that carry floats",
                    );
                }
                options.wrt = Some((names, Some(span)));
            }
            Entry::Crate(path) => options.krate = Some(path),
            Entry::Unknown(name) => {
                let help = match nearest(&name.to_string(), NAMES) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "the options are `wrt(..)` and `crate = path`".into(),
                };
                errors.at(
                    name.span(),
                    format!("`#[differentiate]` has no option `{name}`"),
                    help,
                );
            }
        }
    }
    options
}

fn join(names: &[Ident]) -> String {
    names
        .iter()
        .map(Ident::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
