//! `vjp`, the public face of the forward and the pull part.

use super::docs;
use super::frame::{Frame, gather_names, slot_name};
use super::gradient::zero;
use super::lifetimes::vjp_types;
use super::names::ident;
use crate::ir::Ty;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Type;

/// `vjp`: the value, and a closure from a cotangent to the gradient.
pub(super) fn vjp(frame: &Frame<'_>) -> TokenStream {
    let Frame { signature, rt, .. } = frame;
    let (vis, output) = (&signature.vis, &signature.output);
    let mut types = vjp_types(frame);
    for param in signature
        .params
        .iter()
        .filter(|param| matches!(param.declared, Type::ImplTrait(_)))
    {
        let written = &param.written;
        types
            .generics
            .make_where_clause()
            .predicates
            .push(syn::parse_quote!(#written: #rt::Clone));
    }
    let (generics, _, bounds) = types.generics.split_for_impl();
    let arguments = frame.arguments_of(&types.params);
    let cotangent = frame.output_tangent();
    let doc = docs::of_vjp(signature);
    let passed = passed_on(frame);
    let scope = frame.names();
    let [value, pull, value_bar] =
        ["value", "pull", "value_bar"].map(|wish| ident(&scope.fresh(wish)));
    let names: Vec<Ident> = frame.params().map(|(name, _)| name).collect();
    let slots: Vec<Ident> = signature
        .wrt
        .iter()
        .map(|&index| ident(&scope.fresh(&slot_name(&signature.params[index].ident))))
        .collect();
    let slot = |index: usize| &slots[signature.params[index].wrt.expect("a parameter of `wrt`")];
    let returned: Vec<Ident> = frame.wrt(false).map(|index| slot(index).clone()).collect();
    let lent: Vec<TokenStream> = frame
        .wrt(true)
        .map(|index| {
            let (slot, tangent) = (slot(index), frame.tangent(index));
            quote!(#slot: &mut #tangent)
        })
        .collect();
    let zeros = frame.wrt(false).map(|index| zero(frame, index));
    // A literal needs its type; a call that has one would tell a second time that the type has no tangent.
    let tangents = frame.wrt(false).map(|index| {
        let tangent = frame.tangent(index);
        signature.params[index]
            .ty
            .peeled()
            .is_float()
            .then(|| quote!(: #tangent))
    });
    let slot_args = signature.params.iter().map(|param| match param.wrt {
        Some(position) => {
            let slot = &slots[position];
            match param.ty.peeled() {
                _ if param.lent => quote!(#slot),
                Ty::Slice(_) => quote!(#rt::Some(&mut #slot[..])),
                _ => quote!(#rt::Some(&mut #slot)),
            }
        }
        None => quote!(()),
    });
    let parts = frame.passed(gather_names(&returned));
    let pullback = frame.pullback_type(&types);
    let again = frame.given_again().map(|(name, _)| name);
    frame.used(&scope);
    let [name, forward] = ["vjp", "forward"].map(|name| frame.name(name));
    let prelude = frame.prelude();
    let checked = frame.checked(&names, &[]);
    let locals = frame.locals(&[]);
    let checked_pull = frame.checked([&value, &pull], &[]);
    quote! {
        #doc
        #vis fn #name #generics (#arguments) -> (#output, #pullback) #bounds {
            #locals
            #prelude
            #checked
            let (#value, #pull) = Self::#forward(#(#passed),*);
            #checked_pull
            (#value, move |#value_bar: #cotangent #(, #lent)*| {
                #(let mut #returned #tangents = #zeros;)*
                #pull(#(&#again,)* &#value_bar, #(#slot_args),*);
                #parts
            })
        }
    }
}

/// The arguments as they are given to the forward part: they are needed again behind it.
pub(super) fn passed_on(frame: &Frame<'_>) -> Vec<TokenStream> {
    let rt = &frame.rt;
    let passed = frame.params().map(|(name, param)| match param.ty {
        _ if param.lent => quote!(&mut *#name),
        _ if param.is_receiver() && frame.takes_self() => quote!(&#name),
        Ty::Other | Ty::Tuple(_) | Ty::List(_) | Ty::Option(_) | Ty::Boxed(_) => {
            quote!(#rt::clone(&#name))
        }
        _ => quote!(#name),
    });
    passed.collect()
}
