//! The hidden pair that nested calls go through: a forward part that returns the value and residuals, and a pull part.

use super::frame::{Frame, anonymous, anonymous_tokens, slot_name};
use super::gradient::{final_additions, slots_of_params};
use super::names::ident;
use super::{Emitter, Planned, Target};
use crate::differentiate::Derivative;
use crate::ir::{Callee, Op, Region, Stmt, Ty, Value};
use crate::parse::signature::{Param, Signature};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

/// The forward part: the value, and residuals that own what was made on the way and take the arguments again.
pub(super) fn forward(frame: &Frame<'_>, planned: &Planned) -> TokenStream {
    let Frame { signature, rt, .. } = frame;
    let output = &signature.output;
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let arguments = frame.forward_arguments();
    let (residuals, captured) = (frame.residuals_type(), frame.captured());
    let scope = frame.names();
    let emitter = Emitter::new(signature, planned, &scope, rt.clone(), Target::Option);
    let slots = slots_of_params(frame, &emitter);
    let derivative = &planned.derivative;
    let statements = emitter.statements(&derivative.forward);
    let value = emitter.owned(derivative.result());
    let cotangent = derivative.cotangent.expect("the pull part has a cotangent");
    let cotangent_name = emitter.variable(cotangent);

    emitter.moves_nothing.set(true);
    let again = borrowing(&emitter);
    let mut prelude = TokenStream::new();
    for ((name, param), &value) in frame.params().zip(&derivative.params) {
        if param.lent {
            continue;
        }
        if is_copy(param) {
            prelude.extend(quote!(let #name = *#name;));
        } else {
            emitter.borrowed.borrow_mut().insert(value);
        }
    }
    if derivative.graph[cotangent].ty.is_float() || signature.output_ty.is_float() {
        prelude.extend(quote!(let #cotangent_name = *#cotangent_name;));
    } else {
        emitter.borrowed.borrow_mut().insert(cotangent);
    }
    let again: TokenStream = again
        .into_iter()
        .map(|value| emitter.binding(value))
        .collect();
    let backward = emitter.statements(&derivative.backward);
    let last = final_additions(frame, &emitter, &slots, true);

    let closure_params = frame.given_again().map(|(name, param)| {
        let ty = anonymous(&param.written);
        quote!(#name: &#ty)
    });
    let cotangent_ty = anonymous_tokens(frame.output_tangent());
    let slot_params = signature
        .params
        .iter()
        .enumerate()
        .map(|(index, param)| match param.wrt {
            Some(position) => {
                let (slot, ty) = (&slots[position], frame.slot(index));
                if param.lent {
                    quote!(#slot: &mut #ty)
                } else {
                    quote!(mut #slot: #rt::Option<&mut #ty>)
                }
            }
            None => quote!((): ()),
        });
    frame.used(&scope);
    let again_names: Vec<Ident> = frame.given_again().map(|(name, _)| name).collect();
    let checked = frame.checked(again_names.iter().chain([&cotangent_name]), &slots);
    let mut closure = quote! {
        move |#(#closure_params,)* #cotangent_name: &#cotangent_ty, #(#slot_params),*| {
            #checked
            #prelude
            #again
            #backward
            #last
        }
    };
    let mut kept = quote!(impl #residuals + #captured);
    if frame.is_recursive || calls_itself(derivative, &derivative.forward, signature) {
        // The residuals of a call hold those of the calls it makes: boxed, so that the type is finite.
        let boxed = quote!(#rt::Box<dyn #residuals>);
        if signature.is_of_trait() {
            closure = quote!(#rt::Box::new(#closure) as #boxed);
        } else {
            closure = quote!(#rt::Box::new(#closure));
            kept = boxed;
        }
    }
    let (name, receiver) = (frame.name("forward"), frame.forward_prelude());
    let checked = frame.checked(frame.idents(), &[]);
    let items = frame.items(derivative);
    let (vis, locals) = (frame.hidden_vis(), frame.locals(&[]));
    let by_path = (!signature.is_of_trait()).then(|| forward_by_path(frame, &kept));
    quote! {
        #[doc(hidden)]
        #[inline]
        #vis fn #name #generics (#arguments) -> (#output, #kept) #bounds {
            #locals
            #items
            #receiver
            #checked
            #statements
            (#value, #closure)
        }

        #by_path
    }
}

/// The forward part as it is called by a path, which does not show whether the function has a receiver. Expands to:
/// `fn step_forward_by_path(self, dt: f64) -> (f64, impl Fn(..)) { Self::step_forward(&self, dt) }`
pub(super) fn forward_by_path(frame: &Frame<'_>, kept: &TokenStream) -> Option<TokenStream> {
    let signature = frame.signature;
    signature.owner.as_ref()?;
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let (arguments, output, vis) = (frame.arguments(), &signature.output, frame.hidden_vis());
    let [forward, by_path] = ["forward", "forward_by_path"].map(|name| frame.name(name));
    let given = frame
        .params()
        .map(|(name, param)| match param.is_receiver() {
            true if frame.takes_self() => quote!(&self),
            true => quote!(self),
            false => quote!(#name),
        });
    Some(quote! {
        #[doc(hidden)]
        #[inline]
        #vis fn #by_path #generics (#arguments) -> (#output, #kept) #bounds {
            Self::#forward(#(#given),*)
        }
    })
}

/// Whether a function calls itself directly.
fn calls_itself(derivative: &Derivative, region: &Region, signature: &Signature) -> bool {
    region.stmts.iter().any(|stmt| match stmt {
        Stmt::Call(call) => match call.kind {
            Callee::Function => signature.owner.is_none() && call.path.is_ident(&signature.ident),
            Callee::Method => {
                let receiver = derivative.graph.behind_refs(call.args[0]);
                // Of generic parts the method of the same name is another one, as a rule.
                let is_own = signature.has_types() && signature.is_of_trait();
                call.path.is_ident(&signature.ident)
                    && signature.owner.is_some()
                    && (!is_own || derivative.params.first() == Some(&receiver))
            }
            Callee::Associated => {
                let mut names = call
                    .path
                    .segments
                    .iter()
                    .rev()
                    .map(|segment| &segment.ident);
                let (name, owner) = (names.next(), names.next());
                name == Some(&signature.ident)
                    && owner.is_some_and(|owner| owner == "Self" || signature.is_owned_by(owner))
            }
        },
        Stmt::If(branch) => {
            let mut arms = branch.arms().into_iter();
            arms.any(|arm| calls_itself(derivative, arm, signature))
        }
        Stmt::Loop(body) => calls_itself(derivative, &body.body, signature),
        _ => false,
    })
}

/// Values of the forward sweep that borrow from the arguments: the pull part makes them again from its own.
fn borrowing(emitter: &Emitter<'_>) -> Vec<Value> {
    let graph = &emitter.derivative.graph;
    emitter
        .derivative
        .forward
        .stmts
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Let(value) if emitter.plan.is_needed(*value) => match &graph[*value].op {
                Op::Rust(snippet)
                    if snippet.repeatable
                        && matches!(graph[*value].ty, Ty::Other | Ty::Ref(_) | Ty::List(_)) =>
                {
                    Some(*value)
                }
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn is_copy(param: &Param) -> bool {
    matches!(param.ty, Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Ref(_))
}

/// The pull part under its public name: hands on to the residuals what the slots allow.
pub(super) fn pull(frame: &Frame<'_>) -> TokenStream {
    let named = pull_as(frame, "pull", true);
    // `Point::norm(&p)` does not show whether the function has a receiver.
    let by_path = frame
        .signature
        .owner
        .as_ref()
        .map(|_| pull_as(frame, "pull_by_path", false));
    quote!(#named #by_path)
}

fn pull_as(frame: &Frame<'_>, name: &str, has_receiver: bool) -> TokenStream {
    let Frame { signature, rt, .. } = frame;
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let residuals_type = frame.residuals_type();
    let scope = frame.names();
    let [residuals, value_bar] = ["residuals", "value_bar"].map(|wish| ident(&scope.fresh(wish)));
    let names: Vec<Ident> = frame.params().map(|(name, _)| name).collect();
    let first = frame.params().next().filter(|_| has_receiver);
    let (receiver, this) = match first {
        Some((_, param)) if param.is_receiver() && param.lent => (Some(quote!(&self,)), None),
        Some((name, param)) if param.is_receiver() => match &param.written {
            Type::Reference(_) => (Some(quote!(&self,)), Some(quote!(let #name = &self;))),
            _ => (Some(quote!(&self,)), Some(quote!(let #name = self;))),
        },
        _ => (None, None),
    };
    let given = frame
        .params()
        .filter(|(_, param)| !(has_receiver && param.is_receiver()))
        .map(|(name, param)| match referenced(&param.written) {
            _ if param.lent => quote!(_: &impl ::core::marker::Sized),
            // As in a call, a list of any kind may stand for a slice.
            Some(referenced) => quote!(#name: &impl #rt::Given<#referenced>),
            None => {
                let ty = anonymous(&param.written);
                quote!(#name: &#ty)
            }
        });
    let slots: Vec<Ident> = names
        .iter()
        .map(|name| ident(&scope.fresh(&slot_name(name))))
        .collect();
    let slot_types = (0..names.len()).map(|index| {
        let slot = frame.slot(index);
        match &signature.params[index] {
            Param { wrt: None, .. } => quote!(impl #rt::Inactive),
            Param { lent: true, .. } => quote!(&mut #slot),
            _ => quote!(impl #rt::Slot<#slot>),
        }
    });
    let passed = slots
        .iter()
        .enumerate()
        .map(|(index, slot)| match &signature.params[index] {
            Param { wrt: None, .. } => quote!(()),
            Param { lent: true, .. } => quote!(#slot),
            _ => quote!(#rt::Slot::into_option(#slot)),
        });
    let given_on = frame
        .given_again()
        .map(|(name, param)| match referenced(&param.written) {
            Some(_) => quote!(&#rt::Given::given(#name)),
            None => quote!(#name),
        });
    let cotangent = anonymous_tokens(frame.output_tangent());
    frame.used(&scope);
    let name = frame.name(name);
    let given_names = [&[residuals.clone(), value_bar.clone()][..], &slots, &names].concat();
    let (vis, locals) = (frame.hidden_vis(), frame.locals(&given_names));
    let checked = frame.checked([&residuals], &[]);
    quote! {
        #[doc(hidden)]
        #[inline]
        #vis fn #name #generics (
            #receiver
            #residuals: &impl #residuals_type,
            #(#given,)*
            #value_bar: &#cotangent,
            #(#slots: #slot_types),*
        ) #bounds {
            #locals
            #this
            #checked
            #residuals(#(#given_on,)* #value_bar, #(#passed),*)
        }
    }
}

/// What a reference is to, where another type may be passed for it: any list for a slice, a box for what it holds.
fn referenced(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => {
            let elem = &*reference.elem;
            let tokens = elem.to_token_stream().to_string();
            let is_flexible = match elem {
                Type::Slice(_) => true,
                Type::Path(path) => path.path.segments.last().is_some_and(|last| {
                    let name = last.ident.to_string();
                    name.starts_with(char::is_uppercase) && !FIXED.contains(&name.as_str())
                }),
                _ => false,
            };
            (is_flexible && !tokens.contains(['&', '\''])).then_some(elem)
        }
        Type::Paren(inner) => referenced(&inner.elem),
        Type::Group(inner) => referenced(&inner.elem),
        _ => None,
    }
}

/// Types that are passed as they are.
const FIXED: [&str; 8] = [
    "Vec", "Box", "String", "Tensor", "Vector", "Matrix", "Tensor3", "Tensor4",
];
