//! Macros: those that have no derivative to lose pass through, and `vec!` is a list.

use super::Lower;
use super::list::vec_elements;
use crate::ir::{Op, Stmt as IrStmt, Ty, Value};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Macro, Stmt, Token};

impl Lower<'_> {
    /// A macro as a statement.
    pub(super) fn macro_effect(&mut self, mac: &Macro) {
        if !passes(mac) {
            self.refused_macro(mac);
            return;
        }
        let expr = Expr::Macro(syn::ExprMacro {
            attrs: Vec::new(),
            mac: mac.clone(),
        });
        for argument in arguments(mac) {
            self.note_changes(&argument);
            self.refuse_changes(&argument);
            self.refuse_passed(&argument);
        }
        let snippet = self.snippet(&expr);
        let value = self
            .graph
            .add(Op::Rust(snippet), Ty::Other, false, mac.span());
        self.loads.clear();
        self.stmts.push(IrStmt::Effect(value));
    }

    /// A macro as a value.
    pub(super) fn macro_value(&mut self, mac: &Macro, expr: &Expr) -> Value {
        if is_diverging(mac) {
            return self.plain(expr, Ty::Never);
        }
        let name = macro_name(mac);
        match name.as_str() {
            "cfg" | "matches" => self.plain(expr, Ty::Bool),
            "vec" if !self.mentions_active(expr) => {
                let ty = self.snippet_ty(expr);
                self.plain(expr, ty)
            }
            "vec" => match vec_elements(mac) {
                Some(elements) => self.vec(&elements, mac.span()),
                None => self.refused_macro(mac),
            },
            _ if passes(mac) => {
                self.macro_effect(mac);
                self.unit(mac.span())
            }
            _ => self.refused_macro(mac),
        }
    }

    fn refused_macro(&mut self, mac: &Macro) -> Value {
        let (path, bang) = (&mac.path, &mac.bang_token);
        self.error_on(
            quote!(#path #bang),
            format!("`#[differentiate]` cannot see into the macro `{}!`", macro_name(mac)),
            "write its expansion out, or compute the value in a function of its own; assertions, printing and panics pass",
        )
    }
}

/// The expressions that a macro is given, by name or without.
fn arguments(mac: &Macro) -> Vec<Expr> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    let given = mac.parse_body_with(parser).unwrap_or_default();
    let values = given.into_iter().map(|argument| match argument {
        Expr::Assign(named) => *named.right,
        other => other,
    });
    values.collect()
}

const EFFECTS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "print",
    "println",
    "eprint",
    "eprintln",
];

pub(super) fn macro_name(mac: &Macro) -> String {
    mac.path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

fn passes(mac: &Macro) -> bool {
    EFFECTS.contains(&macro_name(mac).as_str()) || is_diverging(mac)
}

pub(super) fn is_diverging(mac: &Macro) -> bool {
    ["panic", "unreachable", "todo", "unimplemented"].contains(&macro_name(mac).as_str())
}

/// Whether a statement ends the function by a panic.
pub(super) fn diverges(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Macro(stmt) => is_diverging(&stmt.mac),
        Stmt::Expr(Expr::Macro(expr), _) => is_diverging(&expr.mac),
        _ => false,
    }
}
