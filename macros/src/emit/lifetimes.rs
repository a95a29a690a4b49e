//! The types of `vjp`. Where a parameter is lent, the cotangent of its place follows from what the place holds in the end: the
//! pullback must not keep it borrowed. So what the pullback captures is listed, and for that every other lifetime has a name.

use super::frame::Frame;
use crate::parse::signature::Signature;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, Generics, Lifetime, LifetimeParam, Type, TypeReference};

pub(super) struct VjpTypes {
    pub(super) generics: Generics,
    pub(super) params: Vec<Type>,
    /// `+ use<'a, T>`
    pub(super) captured: Option<TokenStream>,
}

pub(super) fn vjp_types(frame: &Frame<'_>) -> VjpTypes {
    let signature = frame.signature;
    let mut generics = signature.generics.clone();
    let params = signature.params.iter().map(|param| param.written.clone());
    let mut params: Vec<Type> = params.collect();
    let returned = Mentioned::of(&signature.output);
    let is_lent = signature.params.iter().any(|param| param.lent);
    // An elided lifetime of the value is that of a parameter, which then keeps it elided.
    if !is_lent || returned.elided {
        return VjpTypes {
            generics,
            params,
            captured: None,
        };
    }
    let mut namer = Namer::beside(frame.item.to_token_stream(), signature);
    let mut mentioned = Mentioned::default();
    for (param, ty) in signature.params.iter().zip(&mut params) {
        match outer_reference(ty) {
            Some(place) if param.lent => {
                namer.visit_type_mut(&mut place.elem);
                let inner = Mentioned::of(&place.elem);
                place.lifetime = place.lifetime.take().filter(|lifetime| {
                    inner.names.contains(lifetime) || returned.names.contains(lifetime)
                });
                mentioned.visit_type(&place.elem);
            }
            _ => {
                namer.visit_type_mut(ty);
                mentioned.visit_type(ty);
            }
        }
    }
    for lifetime in namer.made.into_iter().rev() {
        let param = GenericParam::Lifetime(LifetimeParam::new(lifetime));
        generics.params.insert(0, param);
    }
    let of_block = signature.owner.iter();
    let of_block = of_block.flat_map(|owner| owner.generics.lifetimes());
    let own = generics.lifetimes();
    let own = own.filter(|param| mentioned.names.contains(&param.lifetime));
    let lifetimes = of_block.chain(own).map(|param| &param.lifetime);
    let types = signature.captured_types();
    let captured = Some(quote!(+ use<#(#lifetimes,)* #(#types),*>));
    VjpTypes {
        generics,
        params,
        captured,
    }
}

fn outer_reference(ty: &mut Type) -> Option<&mut TypeReference> {
    match ty {
        Type::Reference(reference) => Some(reference),
        Type::Paren(inner) => outer_reference(&mut inner.elem),
        Type::Group(inner) => outer_reference(&mut inner.elem),
        _ => None,
    }
}

/// The lifetimes that a type mentions, less those of the arguments of functions.
#[derive(Default)]
struct Mentioned {
    names: HashSet<Lifetime>,
    elided: bool,
}

impl Mentioned {
    fn of(ty: &Type) -> Mentioned {
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

    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.elided |= lifetime.ident == "_";
        self.names.insert(lifetime.clone());
    }

    fn visit_parenthesized_generic_arguments(&mut self, _: &syn::ParenthesizedGenericArguments) {}

    fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {}
}

/// Gives names to elided lifetimes.
struct Namer {
    taken: HashSet<String>,
    made: Vec<Lifetime>,
}

impl Namer {
    fn beside(item: TokenStream, signature: &Signature) -> Namer {
        let mut taken = HashSet::new();
        lifetimes_in(item, &mut taken);
        if let Some(owner) = &signature.owner {
            lifetimes_in(owner.generics.to_token_stream(), &mut taken);
        }
        let made = Vec::new();
        Namer { taken, made }
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
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.fresh());
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.fresh();
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
