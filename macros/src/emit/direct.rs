//! The functions of a twin that run both sweeps in one body.

use super::frame::{Frame, gather, gather_names, slot_name};
use super::gradient::{adjoints_of_params, final_additions, slots_of_params, zero};
use super::names::ident;
use super::{Emitter, Planned, Target, docs};
use crate::differentiate::Gradient;
use crate::ir::{Graph, Region, Stmt, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashSet;

/// `grad`, `value_and_grad` and `value_and_grad_into`.
pub(super) fn direct(frame: &Frame<'_>, planned: &Planned) -> TokenStream {
    let Frame { signature, rt, .. } = frame;
    let (vis, output) = (&signature.vis, &signature.output);
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let (arguments, gradient) = (frame.arguments(), frame.gradient_type());
    let names: Vec<Ident> = frame.params().map(|(name, _)| name).collect();
    let in_place = planned
        .derivative
        .gradients
        .iter()
        .any(|gradient| matches!(gradient, Gradient::Variable));
    let [doc_grad, doc_value, doc_into] = docs::of_scalar_functions(signature);
    let prelude = frame.prelude();
    let [grad, value_and_grad_name, value_and_grad_into, accumulate] = [
        "grad",
        "value_and_grad",
        "value_and_grad_into",
        "value_and_accumulate",
    ]
    .map(|name| frame.name(name));
    let value_and_grad = if in_place {
        accumulating(frame, planned)
    } else {
        returning(frame, planned)
    };
    let scope = frame.names();
    let [target, value, new] = ["gradient", "value", "new"].map(|wish| ident(&scope.fresh(wish)));
    let checked = frame.checked(&names, &[]);
    let checked_target = frame.checked(names.iter().chain([&target]), &[]);
    let into = if in_place {
        let slots: Vec<Ident> = signature
            .wrt
            .iter()
            .map(|&index| ident(&scope.fresh(&slot_name(&signature.params[index].ident))))
            .collect();
        let pattern = gather_names(&slots);
        quote! {
            let #pattern = #target;
            #(#rt::set_zero(#slots);)*
            Self::#accumulate(#(#names,)* #(#slots),*)
        }
    } else {
        quote! {
            let (#value, #new) = Self::#value_and_grad_name(#(#names),*);
            *#target = #new;
            #value
        }
    };
    frame.used(&scope);
    quote! {
        #doc_grad
        #vis fn #grad #generics (#arguments) -> #gradient #bounds {
            #prelude
            #checked
            Self::#value_and_grad_name(#(#names),*).1
        }

        #doc_value
        #value_and_grad

        #doc_into
        #vis fn #value_and_grad_into #generics (#arguments #target: &mut #gradient) -> #output #bounds {
            #prelude
            #checked_target
            #into
        }
    }
}

/// Both sweeps in one body that returns value and gradient.
fn returning(frame: &Frame<'_>, planned: &Planned) -> TokenStream {
    let signature = frame.signature;
    let (vis, output) = (&signature.vis, &signature.output);
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let (arguments, gradient) = (frame.arguments(), frame.gradient_type());
    let scope = frame.names();
    let emitter = Emitter::new(signature, planned, &scope, frame.rt.clone(), Target::Local);
    let forward = emitter.statements(&planned.derivative.forward);
    let backward = emitter.statements(&planned.derivative.backward);
    let value = emitter.owned(planned.derivative.result());
    let parts: Vec<TokenStream> = planned
        .derivative
        .gradients
        .iter()
        .zip(&signature.wrt)
        .map(|(part, &index)| match part {
            Gradient::Value(Some(value)) => emitter.owned(*value),
            _ => zero(frame, index),
        })
        .collect();
    let parts = gather(&parts);
    frame.used(&scope);
    let (name, prelude) = (frame.name("value_and_grad"), frame.prelude());
    let checked = frame.checked(frame.idents(), &[]);
    let items = frame.items(&planned.derivative);
    quote! {
        #vis fn #name #generics (#arguments) -> (#output, #gradient) #bounds {
            #items
            #prelude
            #checked
            #forward
            #backward
            (#value, #parts)
        }
    }
}

/// Both sweeps in one body that adds to the gradient.
fn accumulating(frame: &Frame<'_>, planned: &Planned) -> TokenStream {
    let Frame { signature, .. } = frame;
    let (vis, output) = (&signature.vis, &signature.output);
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let (arguments, gradient) = (frame.arguments(), frame.gradient_type());
    let names: Vec<Ident> = frame.params().map(|(name, _)| name).collect();
    let scope = frame.names();
    let emitter = Emitter::new(
        signature,
        planned,
        &scope,
        frame.rt.clone(),
        Target::Reference,
    );
    let slots = slots_of_params(frame, &emitter);
    let forward = emitter.statements(&planned.derivative.forward);
    let backward = emitter.statements(&planned.derivative.backward);
    let last = final_additions(frame, &emitter, &slots, false);
    let value = emitter.owned(planned.derivative.result());
    let tangents = signature.wrt.iter().map(|&index| frame.tangent(index));
    let zeros = signature.wrt.iter().map(|&index| zero(frame, index));
    let adjoints = adjoints_of_params(frame, &emitter);
    let (parts, result) = (gather_names(&adjoints), ident(&scope.fresh("value")));
    frame.used(&scope);
    let [name, accumulate] =
        ["value_and_grad", "value_and_accumulate"].map(|name| frame.name(name));
    let prelude = frame.prelude();
    let checked_names = frame.checked(&names, &[]);
    let checked = frame.checked(&names, &slots);
    let resets = resets(frame, planned, &slots);
    let both = frame.passed(quote!((#result, #parts)));
    let items = frame.items(&planned.derivative);
    quote! {
        #vis fn #name #generics (#arguments) -> (#output, #gradient) #bounds {
            #prelude
            #checked_names
            #(let mut #adjoints = #zeros;)*
            let #result = Self::#accumulate(#(#names,)* #(&mut #adjoints),*);
            #both
        }

        #[doc(hidden)]
        #vis fn #accumulate #generics (#arguments #(#slots: &mut #tangents),*) -> #output #bounds {
            #items
            #prelude
            #checked
            #forward
            #resets
            #backward
            #last
            #value
        }
    }
}

/// Cotangents of what `&mut` parameters hold in the end begin at zero, in the shape that they have by then.
fn resets(frame: &Frame<'_>, planned: &Planned, slots: &[Ident]) -> TokenStream {
    let derivative = &planned.derivative;
    let mut written = HashSet::new();
    reshaped(&derivative.graph, &derivative.forward, &mut written);
    frame
        .wrt(true)
        .filter(|&index| written.contains(&derivative.params[index]))
        .map(|index| {
            let position = frame.signature.params[index]
                .wrt
                .expect("a parameter of `wrt`");
            let (slot, zero) = (&slots[position], zero(frame, index));
            quote!(*#slot = #zero;)
        })
        .collect()
}

/// Parameters whose lists may have another length in the end.
fn reshaped(graph: &Graph, region: &Region, written: &mut HashSet<Value>) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Store { place, .. } if !graph[*place].ty.is_float() => {
                written.insert(graph.root(*place));
            }
            Stmt::Push { place, .. } | Stmt::Pop { place, .. } => {
                written.insert(graph.root(*place));
            }
            Stmt::Swap(a, b) => written.extend([a, b].map(|place| graph.root(*place))),
            Stmt::Call(call) => written.extend(call.changed().map(|place| graph.root(place))),
            Stmt::If(branch) => {
                for arm in branch.arms() {
                    reshaped(graph, arm, written);
                }
            }
            Stmt::Loop(body) => reshaped(graph, &body.body, written),
            _ => {}
        }
    }
}
