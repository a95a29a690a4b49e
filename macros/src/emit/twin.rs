//! The type of the function's name that holds its derivatives.

use super::check::is_checked;
use super::names::{Names, ident};
use super::{Emitter, Planned, Target, call_site, docs, runtime_path};
use crate::differentiate::Gradient;
use crate::ir::{Callee, Region, Stmt, Ty, Value};
use crate::options::Options;
use crate::parse::signature::{Owner, Param, Signature, tangent_type};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use std::cell::RefCell;
use std::collections::HashSet;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{ItemFn, Type};

/// The pieces of the twin that do not depend on the derivative.
pub(super) struct Frame<'a> {
    pub(super) signature: &'a Signature,
    pub(super) rt: Ident,
    pub(super) runtime: TokenStream,
    user: TokenStream,
    declared: HashSet<String>,
    made: RefCell<Vec<Ident>>,
    attributes: Vec<&'a syn::Attribute>,
    pub(super) item: &'a ItemFn,
    /// The constant that has an error where the function has one.
    pub(super) check: Option<Ident>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        item: &'a ItemFn,
        signature: &'a Signature,
        options: &Options,
        declared: HashSet<String>,
    ) -> Self {
        let user = quote!(#item);
        let names = Names::new(&user, HashSet::new());
        let [rt, check] = ["rt", "CHECK"].map(|wish| ident(&names.fresh(wish)));
        Frame {
            signature,
            rt,
            runtime: runtime_path(options.krate.as_ref()),
            user,
            declared,
            made: RefCell::default(),
            attributes: item
                .attrs
                .iter()
                .filter(|attr| attr.path().is_ident("cfg"))
                .collect(),
            item,
            check: is_checked(item, signature).then_some(check),
        }
    }

    /// Names for one generated function.
    pub(super) fn names(&self) -> Names {
        Names::new(&self.user, self.declared.clone())
    }

    /// Notes the names that a function made, to be kept apart from constants of the module.
    pub(super) fn used(&self, names: &Names) {
        self.made.borrow_mut().extend(names.made());
    }

    /// Expands to: `pub enum loss {}` and the block that holds its functions.
    pub(super) fn assemble(&self, formulas: &str, functions: &TokenStream) -> TokenStream {
        let Signature { vis, ident, .. } = self.signature;
        let (rt, runtime, attributes) = (&self.rt, &self.runtime, &self.attributes);
        let check = self.check();
        let docs = docs::of_twin(self.signature, formulas);
        let mut locals = self.made.borrow().clone();
        locals.sort();
        locals.dedup();
        let formulas_doc = format!(" The derivatives of [`{ident}()`] as formulas.");
        quote! {
            #(#attributes)*
            #docs
            #[derive(Clone, Copy, Debug)]
            #[allow(non_camel_case_types, dead_code, clippy::empty_enums)]
            #vis enum #ident {}

            #(#attributes)*
            #[allow(
                unused, deprecated, non_snake_case, non_local_definitions, clippy::all, clippy::pedantic, clippy::nursery
            )]
            const _: () = {
                use #runtime as #rt;
                #rt::local_names!(#(#locals)*);
                #check

                impl #ident {
                    #[doc = #formulas_doc]
                    pub const FORMULAS: &'static str = #formulas;

                    #functions
                }
            };
        }
    }

    /// Expands to: an `impl` block with the functions of a method.
    pub(super) fn assemble_method(
        &self,
        owner: &Owner,
        formulas: &str,
        functions: &TokenStream,
    ) -> TokenStream {
        let (rt, runtime, attributes) = (&self.rt, &self.runtime, &self.attributes);
        let mut locals = self.made.borrow().clone();
        locals.sort();
        locals.dedup();
        let check = self.check();
        let (generics, _, bounds) = owner.generics.split_for_impl();
        let (ty, vis) = (&owner.ty, &self.signature.vis);
        let name = self.signature.ident.to_string();
        let name = name.trim_start_matches("r#");
        let doc = format!(" The derivatives of [`Self::{name}()`] as formulas.");
        let constant = call_site(&format!("{}_FORMULAS", name.to_uppercase()));
        quote! {
            #(#attributes)*
            #[allow(
                unused, deprecated, non_snake_case, non_local_definitions, clippy::all, clippy::pedantic, clippy::nursery
            )]
            const _: () = {
                use #runtime as #rt;
                #rt::local_names!(#(#locals)*);
                #check

                impl #generics #ty #bounds {
                    #[doc = #doc]
                    #vis const #constant: &'static str = #formulas;

                    #functions
                }
            };
        }
    }

    fn idents(&self) -> impl Iterator<Item = &Ident> {
        self.signature.params.iter().map(|param| &param.ident)
    }

    pub(super) fn params(&self) -> impl Iterator<Item = (Ident, &Param)> {
        self.signature
            .params
            .iter()
            .map(|param| (param.ident.clone(), param))
    }

    /// `w: f64, x: &Mlp`
    pub(super) fn arguments(&self) -> TokenStream {
        let arguments = self.params().map(|(name, param)| {
            let ty = &param.written;
            match (param.is_receiver(), ty) {
                (true, Type::Reference(_)) => quote!(&self),
                (true, _) => quote!(self),
                (false, ty) => quote!(#name: #ty),
            }
        });
        quote!(#(#arguments),*)
    }

    /// In a method: `let this = self;`, since closures cannot have a parameter called `self`.
    pub(super) fn prelude(&self) -> Option<TokenStream> {
        let (name, param) = self.params().next()?;
        param.is_receiver().then(|| quote!(let #name = self;))
    }

    /// The name of a generated function: `grad`, or `energy_grad` for the method `energy`.
    pub(super) fn name(&self, function: &str) -> Ident {
        match &self.signature.owner {
            Some(_) => derived_name(&self.signature.ident, function),
            None => call_site(function),
        }
    }

    pub(super) fn tangent(&self, index: usize) -> TokenStream {
        let rt = &self.rt;
        tangent_type(&self.signature.params[index].written, &quote!(#rt))
    }

    /// The type of the gradient: a tuple in the order of `wrt`, or the one tangent.
    pub(super) fn gradient_type(&self) -> TokenStream {
        let tangents: Vec<_> = self
            .signature
            .wrt
            .iter()
            .map(|&index| self.tangent(index))
            .collect();
        gather(&tangents)
    }

    pub(super) fn output_tangent(&self) -> TokenStream {
        let rt = &self.rt;
        tangent_type(&self.signature.output, &quote!(#rt))
    }

    /// `impl Fn(&f64, &&Mlp, &f64, Option<&mut f64>, ()) + use<..>`
    pub(super) fn residuals_type(&self) -> TokenStream {
        let rt = &self.rt;
        let arguments = self.params().map(|(_, param)| {
            let ty = anonymous(&param.written);
            quote!(&#ty)
        });
        let slots = (0..self.signature.params.len()).map(|index| {
            if self.signature.params[index].wrt.is_some() {
                let tangent = anonymous_tokens(self.tangent(index));
                quote!(#rt::Option<&mut #tangent>)
            } else {
                quote!(())
            }
        });
        let cotangent = anonymous_tokens(self.output_tangent());
        quote!(#rt::Fn(#(#arguments,)* &#cotangent, #(#slots),*))
    }

    pub(super) fn captured(&self) -> TokenStream {
        let captured = self.signature.captured();
        quote!(use<#(#captured),*>)
    }
}

/// The name of a function that belongs to a method.
pub(super) fn derived_name(method: &Ident, function: &str) -> Ident {
    let name = method.to_string();
    Ident::new(
        &format!("{}_{function}", name.trim_start_matches("r#")),
        method.span(),
    )
}

/// The name of the gradient slot of a parameter.
fn slot_name(param: &Ident) -> String {
    let name = param.to_string();
    format!("{}_bar", name.trim_start_matches("r#"))
}

pub(crate) fn twin(
    item: &ItemFn,
    signature: &Signature,
    options: &Options,
    scalar: Option<&Planned>,
    general: &Planned,
    declared: HashSet<String>,
    formulas: &str,
) -> TokenStream {
    let frame = Frame::new(item, signature, options, declared);
    let functions = functions(&frame, scalar, general);
    match &signature.owner {
        Some(owner) => frame.assemble_method(owner, formulas, &functions),
        None => frame.assemble(formulas, &functions),
    }
}

/// The functions of a twin.
pub(super) fn functions(
    frame: &Frame<'_>,
    scalar: Option<&Planned>,
    general: &Planned,
) -> TokenStream {
    let mut functions = TokenStream::new();
    if let Some(planned) = scalar {
        functions.extend(direct(frame, planned));
    }
    functions.extend(vjp(frame));
    functions.extend(forward(frame, general));
    functions.extend(pull(frame));
    functions.extend(primal(frame));
    functions
}

/// `grad`, `value_and_grad` and `value_and_grad_into`.
fn direct(frame: &Frame<'_>, planned: &Planned) -> TokenStream {
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
        #vis fn #value_and_grad_into #generics (#arguments, #target: &mut #gradient) -> #output #bounds {
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
    quote! {
        #vis fn #name #generics (#arguments) -> (#output, #gradient) #bounds {
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
    let last = final_additions(frame, &emitter, false);
    let value = emitter.owned(planned.derivative.result());
    let tangents = signature.wrt.iter().map(|&index| frame.tangent(index));
    let zeros = signature.wrt.iter().map(|&index| zero(frame, index));
    let (parts, result) = (gather_names(&slots), ident(&scope.fresh("value")));
    frame.used(&scope);
    let [name, accumulate] =
        ["value_and_grad", "value_and_accumulate"].map(|name| frame.name(name));
    let prelude = frame.prelude();
    let checked_names = frame.checked(&names, &[]);
    let checked = frame.checked(&names, &slots);
    let both = frame.passed(quote!((#result, #parts)));
    quote! {
        #vis fn #name #generics (#arguments) -> (#output, #gradient) #bounds {
            #prelude
            #checked_names
            #(let mut #slots = #zeros;)*
            let #result = Self::#accumulate(#(#names,)* #(&mut #slots),*);
            #both
        }

        #[doc(hidden)]
        #vis fn #accumulate #generics (#arguments, #(#slots: &mut #tangents),*) -> #output #bounds {
            #prelude
            #checked
            #forward
            #backward
            #last
            #value
        }
    }
}

/// The names of the adjoint variables of the parameters in `wrt`.
fn slots_of_params(frame: &Frame<'_>, emitter: &Emitter<'_>) -> Vec<Ident> {
    frame
        .signature
        .wrt
        .iter()
        .map(|&index| emitter.adjoint(emitter.derivative.params[index]))
        .collect()
}

/// What is left to add to the gradients that are values.
fn final_additions(frame: &Frame<'_>, emitter: &Emitter<'_>, optional: bool) -> TokenStream {
    let rt = &frame.rt;
    let gradients = emitter
        .derivative
        .gradients
        .iter()
        .zip(&frame.signature.wrt);
    gradients
        .filter_map(|(gradient, &index)| {
            let Gradient::Value(Some(value)) = gradient else {
                return None;
            };
            let param = emitter.derivative.params[index];
            let name = emitter.adjoint(param);
            let add = emitter.add(&quote!(#name), true, param, *value);
            Some(if optional {
                quote!(if let #rt::Some(#name) = #name { #add })
            } else {
                add
            })
        })
        .collect()
}

fn zero(frame: &Frame<'_>, index: usize) -> TokenStream {
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

/// `vjp`: the value, and a closure from a cotangent to the gradient.
fn vjp(frame: &Frame<'_>) -> TokenStream {
    let Frame { signature, rt, .. } = frame;
    let (vis, output) = (&signature.vis, &signature.output);
    let mut cloned = signature.generics.clone();
    for param in signature
        .params
        .iter()
        .filter(|param| matches!(param.declared, Type::ImplTrait(_)))
    {
        let written = &param.written;
        cloned
            .make_where_clause()
            .predicates
            .push(syn::parse_quote!(#written: #rt::Clone));
    }
    let (generics, _, bounds) = cloned.split_for_impl();
    let (arguments, gradient) = (frame.arguments(), frame.gradient_type());
    let cotangent = frame.output_tangent();
    let doc = docs::of_vjp(signature);
    let passed = frame.params().map(|(name, param)| {
        if matches!(param.ty, Ty::Other | Ty::Tuple(_) | Ty::List(_)) {
            quote!(#rt::clone(&#name))
        } else {
            quote!(#name)
        }
    });
    let scope = frame.names();
    let [value, pull, value_bar] =
        ["value", "pull", "value_bar"].map(|wish| ident(&scope.fresh(wish)));
    let names: Vec<Ident> = frame.params().map(|(name, _)| name).collect();
    let slots: Vec<Ident> = signature
        .wrt
        .iter()
        .map(|&index| ident(&scope.fresh(&slot_name(&signature.params[index].ident))))
        .collect();
    let zeros = signature.wrt.iter().map(|&index| zero(frame, index));
    // A literal needs its type; a call that has one would tell a second time that the type has no tangent.
    let tangents = signature.wrt.iter().map(|&index| {
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
            quote!(#rt::Some(&mut #slot))
        }
        None => quote!(()),
    });
    let parts = frame.passed(gather_names(&slots));
    frame.used(&scope);
    let [name, forward] = ["vjp", "forward"].map(|name| frame.name(name));
    let prelude = frame.prelude();
    let checked = frame.checked(&names, &[]);
    let checked_pull = frame.checked([&value, &pull], &[]);
    quote! {
        #doc
        #vis fn #name #generics (#arguments) -> (#output, impl #rt::FnOnce(#cotangent) -> #gradient) #bounds {
            #prelude
            #checked
            let (#value, #pull) = Self::#forward(#(#passed),*);
            #checked_pull
            (#value, move |#value_bar: #cotangent| {
                #(let mut #slots #tangents = #zeros;)*
                #pull(#(&#names,)* &#value_bar, #(#slot_args),*);
                #parts
            })
        }
    }
}

/// The forward part: the value, and residuals that own what was made on the way and take the arguments again.
fn forward(frame: &Frame<'_>, planned: &Planned) -> TokenStream {
    let Frame { signature, rt, .. } = frame;
    let output = &signature.output;
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let arguments = frame.arguments();
    let (residuals, captured) = (frame.residuals_type(), frame.captured());
    let scope = frame.names();
    let emitter = Emitter::new(signature, planned, &scope, rt.clone(), Target::Option);
    let slots = slots_of_params(frame, &emitter);
    let derivative = &planned.derivative;
    let statements = emitter.statements(&derivative.forward);
    let value = emitter.owned(derivative.result());
    let cotangent = derivative.cotangent.expect("the pull part has a cotangent");
    let cotangent_name = emitter.variable(cotangent);

    emitter.is_pull.set(true);
    let again = borrowing(&emitter);
    let mut prelude = TokenStream::new();
    for ((name, param), &value) in frame.params().zip(&derivative.params) {
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
    let last = final_additions(frame, &emitter, true);

    let closure_params = frame.params().map(|(name, param)| {
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
                let (slot, tangent) = (&slots[position], anonymous_tokens(frame.tangent(index)));
                quote!(mut #slot: #rt::Option<&mut #tangent>)
            }
            None => quote!((): ()),
        });
    frame.used(&scope);
    let checked = frame.checked(frame.idents().chain([&cotangent_name]), &slots);
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
    if calls_itself(&derivative.forward, signature) {
        // The residuals of a call hold those of the calls it makes: boxed, so that the type is finite.
        closure = quote!(#rt::Box::new(#closure));
        kept = quote!(#rt::Box<dyn #residuals>);
    }
    let (name, receiver) = (frame.name("forward"), frame.prelude());
    let checked = frame.checked(frame.idents(), &[]);
    quote! {
        #[doc(hidden)]
        pub fn #name #generics (#arguments) -> (#output, #kept) #bounds {
            #receiver
            #checked
            #statements
            (#value, #closure)
        }
    }
}

/// Whether a function calls itself directly.
fn calls_itself(region: &Region, signature: &Signature) -> bool {
    region.stmts.iter().any(|stmt| match stmt {
        Stmt::Call(call) => match call.kind {
            Callee::Function => signature.owner.is_none() && call.path.is_ident(&signature.ident),
            Callee::Method => signature.owner.is_some() && call.path.is_ident(&signature.ident),
            Callee::Associated => {
                call.path.segments.len() == 2
                    && call.path.segments[0].ident == "Self"
                    && call.path.segments[1].ident == signature.ident
            }
        },
        Stmt::If(branch) => branch.arms().iter().any(|arm| calls_itself(arm, signature)),
        Stmt::Loop(body) => calls_itself(&body.body, signature),
        _ => false,
    })
}

/// Values of the forward sweep that borrow from the arguments: the pull part makes them again from its own.
fn borrowing(emitter: &Emitter<'_>) -> Vec<Value> {
    use crate::ir::Op;
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
    let Frame { signature, rt, .. } = frame;
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let residuals_type = frame.residuals_type();
    let scope = frame.names();
    let [residuals, value_bar] = ["residuals", "value_bar"].map(|wish| ident(&scope.fresh(wish)));
    let names: Vec<Ident> = frame.params().map(|(name, _)| name).collect();
    let (receiver, this) = match frame.params().next() {
        Some((name, param)) if param.is_receiver() => match &param.written {
            Type::Reference(_) => (Some(quote!(&self,)), Some(quote!(let #name = &self;))),
            _ => (Some(quote!(&self,)), Some(quote!(let #name = self;))),
        },
        _ => (None, None),
    };
    let given = frame
        .params()
        .filter(|(_, param)| !param.is_receiver())
        .map(|(name, param)| {
            let ty = anonymous(&param.written);
            quote!(#name: &#ty)
        });
    let slots: Vec<Ident> = names
        .iter()
        .map(|name| ident(&scope.fresh(&slot_name(name))))
        .collect();
    let slot_types = (0..names.len()).map(|index| {
        if signature.params[index].wrt.is_some() {
            let tangent = anonymous_tokens(frame.tangent(index));
            quote!(impl #rt::Slot<#tangent>)
        } else {
            quote!(impl #rt::Inactive)
        }
    });
    let passed = slots.iter().enumerate().map(|(index, slot)| {
        if signature.params[index].wrt.is_some() {
            quote!(#rt::Slot::into_option(#slot))
        } else {
            quote!(())
        }
    });
    let cotangent = anonymous_tokens(frame.output_tangent());
    frame.used(&scope);
    let name = frame.name("pull");
    let checked = frame.checked([&residuals], &[]);
    quote! {
        #[doc(hidden)]
        pub fn #name #generics (
            #receiver
            #residuals: &impl #residuals_type,
            #(#given,)*
            #value_bar: &#cotangent,
            #(#slots: #slot_types),*
        ) #bounds {
            #this
            #checked
            #residuals(#(#names,)* #value_bar, #(#passed),*)
        }
    }
}

/// Calls the function itself, so that it counts as used wherever its twin is.
fn primal(frame: &Frame<'_>) -> TokenStream {
    let signature = frame.signature;
    let (name, output) = (&signature.ident, &signature.output);
    let (generics, _, bounds) = signature.generics.split_for_impl();
    let scope = frame.names();
    // A parameter of a free function may have the name of the function.
    let names: Vec<Ident> = frame
        .params()
        .map(|(param, _)| match &signature.owner {
            Some(_) => param,
            None => ident(&scope.fresh("argument")),
        })
        .collect();
    let arguments = match &signature.owner {
        Some(_) => frame.arguments(),
        None => {
            let types = frame.params().map(|(_, param)| &param.written);
            quote!(#(#names: #types),*)
        }
    };
    frame.used(&scope);
    let (primal, prelude) = (frame.name("primal"), frame.prelude());
    let path = match &signature.owner {
        Some(_) => quote!(Self::#name),
        None => quote!(#name),
    };
    quote! {
        fn #primal #generics (#arguments) -> #output #bounds {
            #prelude
            #path(#(#names),*)
        }
    }
}

/// One thing bare, several as a tuple.
fn gather(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [one] => one.clone(),
        parts => quote!((#(#parts),*)),
    }
}

fn gather_names(names: &[Ident]) -> TokenStream {
    let names: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
    gather(&names)
}

/// A type without names of lifetimes, for places where each reference has a lifetime of its own.
fn anonymous(ty: &Type) -> Type {
    struct Anonymous;
    impl VisitMut for Anonymous {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            if reference
                .lifetime
                .as_ref()
                .is_some_and(|l| l.ident != "static")
            {
                reference.lifetime = None;
            }
            visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident != "static" {
                lifetime.ident = call_site("_");
            }
        }
    }
    let mut ty = ty.clone();
    Anonymous.visit_type_mut(&mut ty);
    ty
}

fn anonymous_tokens(tokens: TokenStream) -> TokenStream {
    match syn::parse2::<Type>(tokens.clone()) {
        Ok(ty) => {
            let ty = anonymous(&ty);
            quote!(#ty)
        }
        Err(_) => tokens,
    }
}
