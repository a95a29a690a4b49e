//! Which generic parameters a type mentions.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{GenericParam, Generics, Lifetime, Macro, Path, Type, TypePath, WherePredicate};

/// The name of a parameter; lifetimes keep their apostrophe, so the two cannot meet.
pub(super) fn key(param: &GenericParam) -> String {
    match param {
        GenericParam::Lifetime(param) => param.lifetime.to_string(),
        GenericParam::Type(param) => param.ident.to_string(),
        GenericParam::Const(param) => param.ident.to_string(),
    }
}

/// Finds the parameters that a type mentions.
pub(super) struct Mentions {
    params: HashSet<String>,
    types: HashSet<String>,
    pub(super) found: HashSet<String>,
    /// Type parameters, and types named through them as `T::Weight`.
    pub(super) bounded: Vec<Type>,
}

impl Mentions {
    pub(super) fn of(generics: &Generics) -> Self {
        Mentions {
            params: generics.params.iter().map(key).collect(),
            types: generics
                .type_params()
                .map(|param| param.ident.to_string())
                .collect(),
            found: HashSet::new(),
            bounded: Vec::new(),
        }
    }

    pub(super) fn in_predicate(mut self, predicate: &WherePredicate) -> HashSet<String> {
        self.visit_where_predicate(predicate);
        self.found
    }

    pub(super) fn in_bounds(mut self, param: &GenericParam) -> HashSet<String> {
        self.visit_generic_param(param);
        self.found
    }

    fn mention(&mut self, name: String) {
        if self.params.contains(&name) {
            self.found.insert(name);
        }
    }

    fn visit_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => self.mention(ident.to_string()),
                TokenTree::Group(group) => self.visit_tokens(group.stream()),
                _ => {}
            }
        }
    }

    fn mentions_type(&self, ty: &Type) -> bool {
        let mut inner = Mentions {
            params: self.types.clone(),
            types: self.types.clone(),
            found: HashSet::new(),
            bounded: Vec::new(),
        };
        inner.visit_type(ty);
        !inner.found.is_empty()
    }

    fn bound(&mut self, ty: Type) {
        if !self.bounded.contains(&ty) {
            self.bounded.push(ty);
        }
    }
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_type_path(&mut self, node: &'ast TypePath) {
        let through_param = match &node.qself {
            Some(qself) => self.mentions_type(&qself.ty),
            None => {
                let first = node.path.segments.first();
                node.path.leading_colon.is_none()
                    && first.is_some_and(|segment| self.types.contains(&segment.ident.to_string()))
            }
        };
        if through_param {
            self.bound(Type::Path(node.clone()));
            let bounded = std::mem::take(&mut self.bounded);
            visit::visit_type_path(self, node);
            self.bounded = bounded;
        } else {
            visit::visit_type_path(self, node);
        }
    }

    fn visit_path(&mut self, node: &'ast Path) {
        if node.leading_colon.is_none()
            && let Some(first) = node.segments.first()
        {
            self.mention(first.ident.to_string());
        }
        visit::visit_path(self, node);
    }

    fn visit_lifetime(&mut self, node: &'ast Lifetime) {
        self.mention(node.to_string());
    }

    fn visit_macro(&mut self, node: &'ast Macro) {
        self.visit_tokens(node.tokens.clone());
    }
}
