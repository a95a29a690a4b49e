//! The types of `vjp`. Where a parameter is lent, the cotangent of its place follows from what the place holds in the end: the
//! pullback must not keep it borrowed. So what the pullback captures is listed, and for that every other lifetime has a name.

use super::frame::Frame;
use crate::parse::lifetimes::{Mentioned, Namer};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Generics, Type, TypeReference};

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
    let owner = signature.owner.as_ref().map(|owner| &owner.generics);
    let mut namer = Namer::beside(
        [frame.item.to_token_stream(), generics.to_token_stream()],
        owner,
    );
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
    namer.declare(&mut generics);
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
