//! Names of its own that a closure has for variables that it captures.

use super::effects::{changed_for_certain, changed_perhaps};
use super::env::spelling;
use proc_macro2::{Ident, Literal, Span};
use syn::{Expr, ExprClosure, Lit, Stmt};

/// A variable where it is bound.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) name: Ident,
    pub(super) is_mutable: bool,
}

/// The name that a closure has for a variable, and what stands for the variable in it.
#[derive(Debug)]
pub(super) struct Alias {
    name: Ident,
    pub(super) written: Expr,
}

/// A name for a variable in a closure, and the statement that declares it in front of the closure.
pub(super) fn alias(
    name: Ident,
    variable: &Binding,
    closure: &ExprClosure,
    is_taken: bool,
) -> (Stmt, Alias) {
    let (original, spelling) = (&variable.name, spelling(&variable.name));
    let whole = Expr::Closure(closure.clone());
    let is_changed = changed_for_certain(&whole).contains(&spelling)
        || variable.is_mutable && changed_perhaps(&whole).contains(&spelling);
    let (stmt, written) = match (is_taken, is_changed, variable.is_mutable) {
        (true, ..) => (
            syn::parse_quote!(let mut #name = #original;),
            syn::parse_quote!(#name),
        ),
        (_, true, true) => (
            syn::parse_quote!(let #name = &mut #original;),
            syn::parse_quote!((*#name)),
        ),
        // What is changed through a variable that is not `mut` is behind a reference.
        (_, true, false) => (
            syn::parse_quote!(let #name = &mut *#original;),
            syn::parse_quote!(#name),
        ),
        _ => (
            syn::parse_quote!(let #name = &#original;),
            syn::parse_quote!((*#name)),
        ),
    };
    (stmt, Alias { name, written })
}

impl Alias {
    /// `"{sum}"` with the name that the closure has for `sum`.
    pub(super) fn rename_in_format(&self, variable: &Binding, text: &mut Lit) {
        let Lit::Str(format) = &*text else { return };
        let mut literal = format.token().to_string();
        for end in ["}", ":"] {
            let [before, behind] =
                [&variable.name, &self.name].map(|name| format!("{{{name}{end}"));
            literal = literal.replace(&before, &behind);
        }
        if let Ok(mut literal) = literal.parse::<Literal>() {
            literal.set_span(Span::call_site().located_at(format.span()));
            *text = Lit::new(literal);
        }
    }
}
