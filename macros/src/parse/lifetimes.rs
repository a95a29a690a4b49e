//! The lifetimes in types: which are mentioned, and names for those that are elided.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, GenericParam, Generics, Lifetime, LifetimeParam, Type, TypeReference};

/// The lifetimes that a type mentions, less those of the arguments of functions.
#[derive(Default)]
pub(crate) struct Mentioned {
    pub(crate) names: HashSet<Lifetime>,
    /// The names among the arguments of types: what a value borrows, wherever it stands.
    pub(crate) arguments: HashSet<Lifetime>,
    pub(crate) elided: bool,
}

impl Mentioned {
    pub(crate) fn of(ty: &Type) -> Mentioned {
        let mut mentioned = Mentioned::default();
        mentioned.visit_type(ty);
        mentioned
    }
}

impl Visit<'_> for Mentioned {
    fn visit_type_reference(&mut self, reference: &TypeReference) {
        self.elided |= reference.lifetime.is_none();
        visit::visit_type_reference(self, reference);
    }

    fn visit_generic_argument(&mut self, argument: &GenericArgument) {
        if let GenericArgument::Lifetime(lifetime) = argument {
            self.arguments.insert(lifetime.clone());
        }
        visit::visit_generic_argument(self, argument);
    }

    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.elided |= lifetime.ident == "_";
        self.names.insert(lifetime.clone());
    }

    fn visit_parenthesized_generic_arguments(&mut self, _: &syn::ParenthesizedGenericArguments) {}

    fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {}
}

/// Gives names to elided lifetimes.
pub(crate) struct Namer {
    taken: HashSet<String>,
    made: Vec<Lifetime>,
    /// Whether to those of references, too, or only to `'_` in the arguments of types.
    of_references: bool,
}

impl Namer {
    pub(crate) fn beside(
        tokens: impl IntoIterator<Item = TokenStream>,
        owner: Option<&Generics>,
    ) -> Namer {
        let mut taken = HashSet::new();
        let owner = owner.map(ToTokens::to_token_stream);
        for tokens in tokens.into_iter().chain(owner) {
            lifetimes_in(tokens, &mut taken);
        }
        Namer {
            taken,
            made: Vec::new(),
            of_references: true,
        }
    }

    pub(crate) fn of_arguments(mut self) -> Namer {
        self.of_references = false;
        self
    }

    /// Makes parameters of the names that were given.
    pub(crate) fn declare(self, generics: &mut Generics) {
        for lifetime in self.made.into_iter().rev() {
            let param = GenericParam::Lifetime(LifetimeParam::new(lifetime));
            generics.params.insert(0, param);
        }
    }

    fn fresh(&mut self) -> Lifetime {
        let letters = |round: usize| {
            ('a'..='z').map(move |letter| match round {
                0 => letter.to_string(),
                _ => format!("{letter}{round}"),
            })
        };
        let name = (0..)
            .flat_map(letters)
            .find(|name| !self.taken.contains(name))
            .expect("there is always another name");
        let lifetime = Lifetime::new(&format!("'{name}"), Span::call_site());
        self.taken.insert(name);
        self.made.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for Namer {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if self.of_references && reference.lifetime.is_none() {
            reference.lifetime = Some(self.fresh());
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if self.of_references && lifetime.ident == "_" {
            *lifetime = self.fresh();
        }
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        match argument {
            GenericArgument::Lifetime(lifetime) if lifetime.ident == "_" => {
                *lifetime = self.fresh();
            }
            other => visit_mut::visit_generic_argument_mut(self, other),
        }
    }

    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
}

fn lifetimes_in(tokens: TokenStream, found: &mut HashSet<String>) {
    let mut behind_quote = false;
    for token in tokens {
        match &token {
            TokenTree::Ident(name) if behind_quote => {
                found.insert(name.to_string());
            }
            TokenTree::Group(group) => lifetimes_in(group.stream(), found),
            _ => {}
        }
        behind_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
    }
}
