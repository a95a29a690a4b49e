//! Types as they stand in the struct, made fit for another place.

use super::generated;
use proc_macro2::Ident;
use syn::visit_mut::{self, VisitMut};
use syn::{DeriveInput, Generics, Lifetime, Path, PathArguments, Type, parse_quote};

/// The type with `Self` replaced by the struct's own name: in the tangent, `Self` would be another type.
pub(super) fn without_self(ty: &Type, input: &DeriveInput) -> Type {
    let mut ty = ty.clone();
    Respell::of(input).visit_type_mut(&mut ty);
    ty
}

/// The struct's parameters and bounds, less defaults.
pub(super) fn generics(input: &DeriveInput) -> Generics {
    let mut generics = input.generics.clone();
    for param in generics.type_params_mut() {
        param.default = None;
    }
    for param in generics.const_params_mut() {
        param.default = None;
    }
    Respell::of(input).visit_generics_mut(&mut generics);
    generics
}

/// Names `Self`, and marks lifetimes as generated: each may be used once in what is generated, which is a lint.
struct Respell {
    ident: Ident,
    arguments: PathArguments,
}

impl Respell {
    fn of(input: &DeriveInput) -> Self {
        let (_, arguments, _) = input.generics.split_for_impl();
        let turbofish = arguments.as_turbofish();
        Respell {
            ident: input.ident.clone(),
            arguments: if input.generics.params.is_empty() {
                PathArguments::None
            } else {
                PathArguments::AngleBracketed(parse_quote!(#turbofish))
            },
        }
    }
}

impl VisitMut for Respell {
    fn visit_path_mut(&mut self, node: &mut Path) {
        if node.leading_colon.is_none()
            && let Some(first) = node.segments.first_mut()
            && first.ident == "Self"
        {
            let span = generated(first.ident.span());
            first.ident = self.ident.clone();
            first.ident.set_span(span);
            first.arguments = self.arguments.clone();
        }
        visit_mut::visit_path_mut(self, node);
    }

    fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
        node.set_span(generated(node.span()));
    }
}
