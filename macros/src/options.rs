//! The grammar of `#[differentiate(..)]`, spans kept.

use crate::diagnostics::{Errors, nearest};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, Path, Token, parenthesized};

#[derive(Debug, Default)]
pub(crate) struct Options {
    /// The parameters named in `wrt(..)`, and where it stands; `None` for every parameter that carries floats.
    pub(crate) wrt: Option<(Vec<Ident>, Option<Span>)>,
    /// The path of the runtime crate, when it is not `::chainrule`.
    pub(crate) krate: Option<Path>,
    /// Whether the function is called again by those that it calls, so that what it keeps must be boxed.
    pub(crate) recursive: bool,
}

enum Entry {
    Wrt(Span, Vec<Ident>),
    Crate(Path),
    Recursive,
    Mistake(Mistake),
}

struct Mistake {
    span: Span,
    message: String,
    help: String,
    /// What `wrt` was to be, so that the gradient keeps its type.
    meant: Option<Vec<Ident>>,
}

const NAMES: [&str; 3] = ["wrt", "crate", "recursive"];
const OPTIONS: &str = "the options are `wrt(..)`, `recursive` and `crate = path`";

impl Parse for Entry {
    /// Reads one entry; a mistake in it does not hide those in the next.
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let entry = if input.peek(Token![crate]) {
            runtime(input)
        } else {
            listed(input)
        };
        entry.or_else(|mistake| {
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<TokenTree>()?;
            }
            Ok(Entry::Mistake(mistake))
        })
    }
}

/// `crate = path`
fn runtime(input: ParseStream) -> Result<Entry, Mistake> {
    let keyword = input.span();
    let path = input
        .parse::<Token![crate]>()
        .and_then(|_| input.parse::<Token![=]>())
        .and_then(|_| input.call(Path::parse_mod_style));
    path.map(Entry::Crate).map_err(|error| Mistake {
        span: if input.is_empty() {
            keyword
        } else {
            error.span()
        },
        message: "`crate` takes the path of the chainrule crate".into(),
        help: "write it without quotes, as in `crate = path::to::chainrule`".into(),
        meant: None,
    })
}

/// `wrt(a, b)`
fn listed(input: ParseStream) -> Result<Entry, Mistake> {
    let name: Ident = input.parse().map_err(|error: syn::Error| Mistake {
        span: error.span(),
        message: "`#[differentiate]` expects the name of an option here".into(),
        help: OPTIONS.into(),
        meant: None,
    })?;
    if name == "recursive" {
        return Ok(Entry::Recursive);
    }
    let is_bare = input.is_empty();
    let names = names(input);
    if name == "wrt" {
        return names
            .map(|names| Entry::Wrt(name.span(), names))
            .map_err(|error| Mistake {
                span: if is_bare { name.span() } else { error.span() },
                message: "`wrt` takes the names of parameters".into(),
                help: "write them in parentheses, as in `wrt(a, b)`".into(),
                meant: None,
            });
    }
    let near = nearest(&name.to_string(), NAMES);
    Err(Mistake {
        span: name.span(),
        message: format!("`#[differentiate]` has no option `{name}`"),
        help: near.map_or(OPTIONS.into(), |near| format!("did you mean `{near}`?")),
        meant: names.ok().filter(|_| near == Some("wrt")),
    })
}

fn names(input: ParseStream) -> syn::Result<Vec<Ident>> {
    let names;
    parenthesized!(names in input);
    let parsed = Punctuated::<Ident, Token![,]>::parse_terminated_with(&names, Ident::parse_any);
    while !names.is_empty() {
        names.parse::<TokenTree>()?;
    }
    Ok(parsed?.into_iter().collect())
}

pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let entries = match Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(entries) => entries,
        Err(error) => {
            errors.at(
                error.span(),
                format!("`#[differentiate]` does not understand its options: {error}"),
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
                    format!(
                        "name all parameters in one list, as in `wrt(.., {})`",
                        join(&names)
                    ),
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
            Entry::Recursive => options.recursive = true,
            Entry::Mistake(mistake) => {
                errors.at(mistake.span, mistake.message, mistake.help);
                if let Some(names) = mistake.meant {
                    options.wrt.get_or_insert((names, Some(mistake.span)));
                }
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
