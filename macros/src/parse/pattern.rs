//! Patterns of `let` and of parameters.

use super::Lower;
use super::env::spelling;
use super::types::known;
use crate::ir::{Op, Ty, Value};
use proc_macro2::Literal;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Index, Local, Member, Pat, Token};

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
                self.note_callable(variable, value);
            }
            Pat::Ident(pat) if pat.subpat.is_none() && pat.mutability.is_none() => {
                let ty = Ty::Ref(Box::new(self.graph[value].ty.clone()));
                let value = self.add(Op::Ref(value), ty, pat.span());
                self.env.declare(spelling(&pat.ident), None, Some(value));
            }
            Pat::Wild(_) => {}
            Pat::Paren(pat) => self.bind(&pat.pat, value),
            // What type a closure is passed as is of no use to it.
            Pat::Type(pat) if self.is_closure_value(value) => self.bind(&pat.pat, value),
            Pat::Type(pat) => {
                let declared = known(&pat.ty, &self.signature.float_generics);
                let is_open = match (&self.graph[value].ty, &declared) {
                    (Ty::List(item), Ty::List(_)) => **item == Ty::Other,
                    (ty, _) => *ty == Ty::Other,
                };
                if is_open || self.graph.is_literal(value) {
                    if matches!(declared.peeled(), Ty::Int | Ty::Bool) {
                        self.graph[value].active = false;
                    }
                    self.graph[value].ty = declared;
                }
                self.note_declared(&pat.ty, value);
                self.note_length(&pat.ty, value);
                match self.graph[value].op {
                    Op::Rust(_) => {
                        self.types.insert(value, pat.ty.to_token_stream());
                    }
                    // A list that a chain has filled begins with nothing, which says nothing of its elements.
                    Op::Load(list) if let Op::Cell(empty) = self.graph[list].op => {
                        let ty = pat.ty.to_token_stream();
                        self.types.entry(empty).or_insert(ty);
                    }
                    _ => {}
                }
                self.bind(&pat.pat, value);
            }
            Pat::Reference(pat) if pat.mutability.is_none() => {
                let span = pat.span();
                let place = self.followed(value, span);
                let value = self.read(place, span);
                self.bind(&pat.pat, value);
            }
            Pat::Tuple(pat) => self.bind_fields(&pat.elems, value),
            Pat::TupleStruct(pat) => self.bind_fields(&pat.elems, value),
            Pat::Slice(pat) => self.bind_elements(&pat.elems, value),
            Pat::Struct(pat) => {
                for field in &pat.fields {
                    let part = self.part(value, field.member.clone(), field.member.span());
                    let part = self.seen_through(value, part);
                    self.bind(&field.pat, part);
                }
            }
            other => self.unsupported_pattern(other),
        }
    }

    fn unsupported_pattern(&mut self, pattern: &Pat) {
        self.error_on(
            pattern,
            "this pattern is not supported",
            "bind a name, or names in a tuple or array, and take the value apart with field access",
        );
        self.declare_all(pattern);
    }

    /// Of what is behind a reference, the names of a pattern are references.
    fn seen_through(&mut self, whole: Value, part: Value) -> Value {
        match self.graph[whole].ty {
            Ty::Ref(_) => self.reference_to(part, self.graph[part].span),
            _ => part,
        }
    }

    /// `(a, b)`, `(a, ..)`, `Pair(a, b)`
    fn bind_fields(&mut self, patterns: &Punctuated<Pat, Token![,]>, value: Value) {
        let behind = self.behind(value);
        let arity = match (&self.graph[behind].op, &self.graph[behind].ty) {
            (Op::Tuple(parts), _) => Some(parts.len()),
            (_, Ty::Tuple(parts)) => Some(parts.len()),
            _ => None,
        };
        let rest = patterns.iter().position(is_rest);
        for (index, pattern) in patterns.iter().enumerate() {
            let index = match rest {
                Some(rest) if index == rest => continue,
                Some(rest) if index > rest => match arity {
                    Some(arity) => arity + index - patterns.len(),
                    None => {
                        self.unsupported_pattern(pattern);
                        continue;
                    }
                },
                _ => index,
            };
            let member = Member::Unnamed(Index::from(index));
            let part = self.part(value, member, pattern.span());
            let part = self.seen_through(value, part);
            self.bind(pattern, part);
        }
    }

    /// `[a, b]`, `[first, .., last]`, `[first, rest @ ..]`
    fn bind_elements(&mut self, patterns: &Punctuated<Pat, Token![,]>, value: Value) {
        let list = self.behind(value);
        let rest = patterns.iter().position(is_rest);
        for (index, pattern) in patterns.iter().enumerate() {
            let span = pattern.span();
            let from_end = Literal::usize_unsuffixed(patterns.len() - index);
            let behind_rest = Literal::usize_unsuffixed(patterns.len() - index - 1);
            let index_literal = Literal::usize_unsuffixed(index);
            let part = match rest {
                Some(rest) if index == rest => {
                    let tokens = quote!(#index_literal..list.len() - #behind_rest);
                    let range = self.composed(tokens, vec![("list", list)], Ty::Range, span);
                    let slice = self.slice_by(list, range, span);
                    self.reference_to(slice, span)
                }
                Some(rest) if index > rest => {
                    let tokens = quote!(list.len() - #from_end);
                    let position = self.composed(tokens, vec![("list", list)], Ty::Int, span);
                    let element = self.element(list, position, span);
                    self.seen_through(value, element)
                }
                _ => {
                    let position = self.composed(quote!(#index_literal), Vec::new(), Ty::Int, span);
                    let element = self.element(list, position, span);
                    self.seen_through(value, element)
                }
            };
            match pattern {
                Pat::Ident(pat) if is_rest(pattern) => {
                    self.env.declare(spelling(&pat.ident), None, Some(part));
                }
                Pat::Rest(_) => {}
                pattern => self.bind(pattern, part),
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
            if let Op::Load(cell) = node.op
                && let Some(scratch) = self.scratches.get_mut(&cell)
            {
                scratch.get_or_insert_with(|| name.to_owned());
            }
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
