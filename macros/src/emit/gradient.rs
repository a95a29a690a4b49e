//! The gradient with respect to the parameters: where it is added up, and from what it begins.

use super::Emitter;
use super::frame::Frame;
use super::names::ident;
use crate::differentiate::Gradient;
use crate::ir::Ty;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

/// The names of the adjoint variables of the parameters in `wrt`.
pub(super) fn adjoints_of_params(frame: &Frame<'_>, emitter: &Emitter<'_>) -> Vec<Ident> {
    let wrt = frame.signature.wrt.iter();
    wrt.map(|&index| emitter.adjoint(emitter.derivative.params[index]))
        .collect()
}

/// The names of what the gradient is added to: the adjoint variables, or what they are added to in the end.
pub(super) fn slots_of_params(frame: &Frame<'_>, emitter: &Emitter<'_>) -> Vec<Ident> {
    let wrt = frame.signature.wrt.iter();
    wrt.zip(adjoints_of_params(frame, emitter))
        .map(|(&index, adjoint)| {
            let param = emitter.derivative.params[index];
            match emitter.derivative.local.contains(&param) {
                true => {
                    let name = frame.signature.params[index].ident.to_string();
                    let wish = format!("{}_slot", name.trim_start_matches("r#"));
                    ident(&emitter.names.fresh(&wish))
                }
                false => adjoint,
            }
        })
        .collect()
}

/// What is left to add to the gradients that are values.
pub(super) fn final_additions(
    frame: &Frame<'_>,
    emitter: &Emitter<'_>,
    slots: &[Ident],
    optional: bool,
) -> TokenStream {
    let rt = &frame.rt;
    let gradients = emitter
        .derivative
        .gradients
        .iter()
        .zip(&frame.signature.wrt)
        .zip(slots);
    gradients
        .filter_map(|((gradient, &index), name)| {
            let Gradient::Value(Some(value)) = gradient else {
                return None;
            };
            let param = emitter.derivative.params[index];
            let add = emitter.add(&quote!(#name), true, param, *value);
            Some(if optional {
                quote!(if let #rt::Some(#name) = #name { #add })
            } else {
                add
            })
        })
        .collect()
}

pub(super) fn zero(frame: &Frame<'_>, index: usize) -> TokenStream {
    let (rt, param) = (&frame.rt, &frame.signature.params[index]);
    let name = &param.ident;
    match (param.ty.peeled(), &param.written) {
        (Ty::Float(crate::ir::FloatTy::Generic(float)), _) => quote!(#float::lit(0.0)),
        (Ty::Float(_), _) => quote!(0.0),
        (_, Type::Reference(reference)) if matches!(*reference.elem, Type::Slice(_)) => {
            quote!(#rt::zero_slice(#name))
        }
        (_, Type::Reference(reference)) => {
            let ty = &reference.elem;
            quote_spanned!(ty.span()=> <#ty as #rt::Differentiable>::zero_tangent(#name))
        }
        (_, ty) => quote_spanned!(ty.span()=> <#ty as #rt::Differentiable>::zero_tangent(&#name)),
    }
}
