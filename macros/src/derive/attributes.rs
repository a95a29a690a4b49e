//! The grammar of `#[differentiable(..)]`, on the type and on its fields.

use crate::diagnostics::{Errors, nearest};
use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Meta, Path, Token};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Type,
    Variant,
    Field,
}

impl Place {
    fn example(self) -> &'static str {
        match self {
            Place::Type => {
                "write `#[differentiable(crate = path::to::chainrule)]`, or leave it out"
            }
            Place::Variant => "write options above the enum and on the fields of its variants",
            Place::Field => "write `#[differentiable(skip)]` to leave the field out of the tangent",
        }
    }
}

#[derive(Default)]
pub(super) struct Options {
    pub(super) skip: bool,
    /// The path of the runtime crate, when it is not `::chainrule`.
    pub(super) krate: Option<Path>,
}

struct Mistake {
    span: Span,
    message: String,
    help: String,
}

impl Mistake {
    fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Mistake {
            span,
            message: message.into(),
            help: help.into(),
        }
    }
}

pub(super) fn read(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    for attribute in attributes {
        if !attribute.path().is_ident("differentiable") {
            continue;
        }
        match &attribute.meta {
            Meta::List(list) if list.tokens.is_empty() => {
                errors.on(
                    &attribute.meta,
                    "`#[differentiable()]` has no option",
                    place.example(),
                );
            }
            Meta::List(_) => {
                let parsed = attribute.parse_args_with(|input: ParseStream| {
                    entries(input, place, &mut options, errors)
                });
                if let Err(error) = parsed {
                    errors.push(error);
                }
            }
            meta => errors.on(
                meta,
                format!("`#[{}]` has no list of options", meta.to_token_stream()),
                place.example(),
            ),
        }
    }
    options
}

/// Entries between commas. A mistake in one does not hide those in the next.
fn entries(
    input: ParseStream,
    place: Place,
    options: &mut Options,
    errors: &mut Errors,
) -> syn::Result<()> {
    while !input.is_empty() {
        if let Err(mistake) = entry(input, place, options) {
            errors.at(mistake.span, mistake.message, mistake.help);
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<proc_macro2::TokenTree>()?;
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

fn entry(input: ParseStream, place: Place, options: &mut Options) -> Result<(), Mistake> {
    let name = Ident::parse_any(input)
        .map_err(|error| Mistake::new(error.span(), "this is not an option", place.example()))?;
    match (name.to_string().as_str(), place) {
        ("skip", Place::Field) => {
            if options.skip {
                return Err(Mistake::new(
                    name.span(),
                    "`skip` is given twice",
                    "give it once",
                ));
            }
            options.skip = true;
            end(
                input,
                "`skip` takes no value",
                "write `#[differentiable(skip)]`",
            )
        }
        ("skip", Place::Variant) => Err(Mistake::new(
            name.span(),
            "`skip` is an option of fields",
            "write it on each field of the variant: a variant without components stays a variant of the tangent",
        )),
        ("skip", Place::Type) => Err(Mistake::new(
            name.span(),
            "`skip` is an option of fields",
            "write it on the field to be left out of the tangent; a type without floats needs no derive",
        )),
        ("crate", Place::Type) => {
            if options.krate.is_some() {
                return Err(Mistake::new(
                    name.span(),
                    "`crate` is given twice",
                    "give it once",
                ));
            }
            options.krate = Some(crate_path(input, name.span())?);
            end(input, "`crate` takes one path", place.example())
        }
        ("crate", Place::Variant | Place::Field) => Err(Mistake::new(
            name.span(),
            "`crate` is an option of the type",
            "write `#[differentiable(crate = ..)]` above the type",
        )),
        (unknown, _) => Err(Mistake::new(
            name.span(),
            format!("`#[differentiable]` has no option `{unknown}`"),
            match nearest(unknown, ["skip", "crate"]) {
                Some("skip") if place != Place::Field => {
                    "did you mean `skip`? It is an option of fields".into()
                }
                Some("crate") if place != Place::Type => {
                    "did you mean `crate`? It is an option of the type".into()
                }
                Some(near) => format!("did you mean `{near}`?"),
                None => place.example().into(),
            },
        )),
    }
}

fn crate_path(input: ParseStream, name: Span) -> Result<Path, Mistake> {
    if input.parse::<Token![=]>().is_err() {
        return Err(Mistake::new(
            name,
            "`crate` needs a path",
            Place::Type.example(),
        ));
    }
    if let Ok(literal) = input.parse::<LitStr>() {
        return Err(Mistake::new(
            literal.span(),
            "the path of the crate stands in quotes",
            format!("write `crate = {}`", literal.value()),
        ));
    }
    input
        .call(Path::parse_mod_style)
        .map_err(|error| Mistake::new(error.span(), "this is not a path", Place::Type.example()))
}

fn end(input: ParseStream, message: &str, help: &str) -> Result<(), Mistake> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(Mistake::new(input.span(), message, help))
}
