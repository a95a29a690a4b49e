//! Patterns of `let` and of parameters.

use super::Lower;
use super::env::spelling;
use super::signature::known;
use crate::ir::{Op, Ty, Value};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Index, Local, Member, Pat};

impl Lower<'_> {
    pub(super) fn bind_local(&mut self, local: &Local, value: Value) {
        self.bind(&local.pat, value);
    }

    pub(super) fn bind(&mut self, pattern: &Pat, value: Value) {
        match pattern {
            Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => {
                let name = pat.ident.to_string();
                let value = if pat.mutability.is_some() && self.cells.is_cell(&name) {
                    self.cell(&name, value, pat.span())
                } else {
                    self.name(value, &name);
                    value
                };
                let variable = self.env.declare(spelling(&pat.ident), None, Some(value));
                if pat.mutability.is_some() {
                    self.env.set_mutable(variable);
                }
            }
            Pat::Ident(pat) if pat.subpat.is_none() && pat.mutability.is_none() => {
                let ty = Ty::Ref(Box::new(self.graph[value].ty.clone()));
                let value = self.add(Op::Ref(value), ty, pat.span());
                self.env.declare(spelling(&pat.ident), None, Some(value));
            }
            Pat::Wild(_) => {}
            Pat::Paren(pat) => self.bind(&pat.pat, value),
            Pat::Type(pat) => {
                let declared = known(&pat.ty, &self.signature.float_generics);
                if self.graph[value].ty == Ty::Other || self.graph.is_literal(value) {
                    if matches!(declared.peeled(), Ty::Int | Ty::Bool) {
                        self.graph[value].active = false;
                    }
                    self.graph[value].ty = declared;
                }
                if matches!(self.graph[value].op, Op::Rust(_)) {
                    self.types.insert(value, pat.ty.to_token_stream());
                }
                self.bind(&pat.pat, value);
            }
            Pat::Reference(pat) if pat.mutability.is_none() => {
                let value = self.operand(value);
                self.bind(&pat.pat, value);
            }
            Pat::Tuple(pat) if !pat.elems.iter().any(is_rest) => {
                for (index, element) in pat.elems.iter().enumerate() {
                    let part =
                        self.part(value, Member::Unnamed(Index::from(index)), element.span());
                    self.bind(element, part);
                }
            }
            Pat::Slice(pat) if !pat.elems.iter().any(is_rest) => {
                // Of a reference, the names are references.
                let by_reference = matches!(self.graph[value].ty, Ty::Ref(_));
                for (index, pattern) in pat.elems.iter().enumerate() {
                    let span = pattern.span();
                    let position = syn::LitInt::new(&index.to_string(), span);
                    let position = self.composed(quote!(#position), Vec::new(), Ty::Int, span);
                    let mut element = self.element(value, position, span);
                    if by_reference {
                        let ty = Ty::Ref(Box::new(self.graph[element].ty.clone()));
                        element = self.add(Op::Ref(element), ty, span);
                    }
                    self.bind(pattern, element);
                }
            }
            Pat::Struct(pat) => {
                for field in &pat.fields {
                    let part = self.part(value, field.member.clone(), field.member.span());
                    self.bind(&field.pat, part);
                }
            }
            other => {
                self.error_on(
                    other,
                    "this pattern is not supported",
                    "bind a name, or names in a tuple or array, and take the value apart with field access",
                );
                self.declare_all(other);
            }
        }
    }

    /// Gives a computed value the name that the user gives it.
    pub(super) fn name(&mut self, value: Value, name: &str) {
        let node = &mut self.graph[value];
        let is_place = matches!(
            node.op,
            Op::Param(_)
                | Op::Literal(_)
                | Op::Ref(_)
                | Op::Deref(_)
                | Op::Project(..)
                | Op::Tuple(_)
                | Op::Cell(_)
        );
        if node.name.is_none() && !is_place && !name.starts_with("__") {
            node.name = Some(name.to_owned());
        }
    }

    /// After an unsupported pattern: its names exist, so that no second error follows.
    pub(super) fn declare_all(&mut self, pattern: &Pat) {
        struct Names(Vec<String>);
        impl<'ast> syn::visit::Visit<'ast> for Names {
            fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
                self.0.push(spelling(&pat.ident));
            }
        }
        let mut names = Names(Vec::new());
        syn::visit::Visit::visit_pat(&mut names, pattern);
        for name in names.0 {
            let value = self.add(Op::Error, Ty::Other, pattern.span());
            self.env.declare(name, None, Some(value));
        }
    }
}

/// `..`, also as `rest @ ..`.
fn is_rest(pattern: &Pat) -> bool {
    match pattern {
        Pat::Rest(_) => true,
        Pat::Ident(pat) => pat.subpat.as_ref().is_some_and(|(_, pat)| is_rest(pat)),
        _ => false,
    }
}
