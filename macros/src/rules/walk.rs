//! The table as input of a `macro_rules!` macro, for the test that walks every row.
//!
//! Expands to: `callback! { sin elementwise (x0) { x0.sin() } [(-3.0, 3.0)]; .. }`

use super::{Form, Kind, Row, Rule, all};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

pub(crate) fn walk(callback: &TokenStream) -> TokenStream {
    let rows = all().filter_map(row);
    quote!(#callback! { #(#rows)* })
}

/// One row: its name, its class, the operands that are floats, an expression that applies it, and where to sample it.
fn row(row: &Row) -> Option<TokenStream> {
    let class = match row.rule {
        Rule::Elementwise(_) => "elementwise",
        Rule::Structural(_) => "structural",
        Rule::Flat(_) => "flat",
        Rule::Adjoint { .. } => return None,
    };
    let class = Ident::new(class, Span::call_site());
    let mut floats = Vec::new();
    let mut operands = Vec::new();
    for (index, kind) in row.operands.iter().enumerate() {
        if *kind == Kind::Plain {
            operands.push(quote!(3));
        } else {
            let name = format_ident!("x{index}");
            operands.push(quote!(#name));
            floats.push(name);
        }
    }
    let name = match row.name {
        "+" => "plus",
        "-" => "minus",
        "*" => "times",
        "/" => "over",
        "%" => "remainder",
        name => name,
    };
    let name = Ident::new(name, Span::call_site());
    let (first, rest) = operands.split_first()?;
    let expression = match row.form {
        Form::Infix => {
            let operator: TokenStream = row.name.parse().ok()?;
            let second = rest.first()?;
            quote!(#first #operator #second)
        }
        Form::Prefix => quote!(-#first),
        Form::Method | Form::Function => quote!(#first.#name(#(#rest),*)),
    };
    let domain = row.domain.iter().map(|(from, to)| quote!((#from, #to)));
    Some(quote!(#name #class (#(#floats),*) { #expression } [#(#domain),*];))
}
