//! The generics of the struct's impls and those of its tangent, which has only what its components mention.

use super::mentions::{Mentions, key};
use super::respell;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::HashSet;
use syn::visit::Visit;
use syn::{DeriveInput, GenericParam, Generics, Type, WherePredicate, parse_quote};

pub(super) struct Split {
    pub(super) item: Generics,
    pub(super) tangent: Generics,
    /// What the components require to be differentiable: type parameters, and types named through them.
    pub(super) bounded: Vec<Type>,
    /// Mentions the parameters that only the bounds of the tangent mention.
    pub(super) marker: Option<Type>,
}

pub(super) fn split(input: &DeriveInput, components: &[&Type], private: &TokenStream) -> Split {
    let mut item = respell::generics(input);
    let mut mentions = Mentions::of(&item);
    components.iter().for_each(|ty| mentions.visit_type(ty));
    let Mentions { found, bounded, .. } = mentions;
    for ty in &bounded {
        require(&mut item, parse_quote!(#ty: #private::Differentiable));
    }
    let (tangent, marker) = tangent_generics(&item, &found);
    let params = item.type_params().map(|param| &param.ident);
    let params: Vec<Type> = params.map(|ident| parse_quote!(#ident)).collect();
    if params.iter().any(|param| !bounded.contains(param)) {
        // `#[derive(Clone)]` asks `Clone` of every type parameter, but only those in components are `Differentiable`.
        require(&mut item, parse_quote!(Self: ::core::clone::Clone));
    }
    Split {
        item,
        tangent,
        bounded,
        marker,
    }
}

pub(super) fn require(generics: &mut Generics, predicate: WherePredicate) {
    generics.make_where_clause().predicates.push(predicate);
}

/// The parameters that components mention, those that the bounds on them mention, and the bounds.
fn tangent_generics(item: &Generics, mentioned: &HashSet<String>) -> (Generics, Option<Type>) {
    let kept = with_bounds(item, mentioned.clone());
    let mut tangent = item.clone();
    let params = item.params.iter();
    tangent.params = params
        .filter(|param| kept.contains(&key(param)))
        .cloned()
        .collect();
    if let Some(clause) = &mut tangent.where_clause {
        let mentions = |predicate| Mentions::of(item).in_predicate(predicate);
        let predicates = clause.predicates.iter();
        clause.predicates = predicates
            .filter(|predicate| mentions(predicate).is_subset(&kept))
            .cloned()
            .collect();
    }
    let unused = tangent
        .params
        .iter()
        .filter(|param| !mentioned.contains(&key(param)));
    let unused: Vec<TokenStream> = unused.filter_map(mention).collect();
    let marker =
        (!unused.is_empty()).then(|| parse_quote!(::core::marker::PhantomData<fn(#(#unused),*)>));
    (tangent, marker)
}

fn with_bounds(item: &Generics, mut kept: HashSet<String>) -> HashSet<String> {
    loop {
        let before = kept.len();
        for param in &item.params {
            if kept.contains(&key(param)) {
                kept.extend(Mentions::of(item).in_bounds(param));
            }
        }
        for predicate in item
            .where_clause
            .iter()
            .flat_map(|clause| &clause.predicates)
        {
            let mentions = Mentions::of(item).in_predicate(predicate);
            if !mentions.is_disjoint(&kept) {
                kept.extend(mentions);
            }
        }
        if kept.len() == before {
            return kept;
        }
    }
}

/// A type that mentions a parameter, whatever its variance and size.
fn mention(param: &GenericParam) -> Option<TokenStream> {
    match param {
        GenericParam::Lifetime(param) => {
            let lifetime = &param.lifetime;
            Some(quote!(&#lifetime ()))
        }
        GenericParam::Type(param) => {
            let ident = &param.ident;
            Some(quote!(&#ident))
        }
        GenericParam::Const(_) => None,
    }
}
