//! What the functions of a twin have in common: names, arguments and types, and the block that they stand in.

use super::check::is_checked;
use super::lifetimes::VjpTypes;
use super::names::{Names, ident};
use super::{call_site, docs, runtime_path};
use crate::differentiate::Derivative;
use crate::options::Options;
use crate::parse::signature::{Owner, Param, Signature};
use crate::parse::types::{slot_type, tangent_type};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::cell::RefCell;
use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{ItemFn, Type};

/// The pieces of the twin that do not depend on the derivative.
pub(super) struct Frame<'a> {
    pub(super) signature: &'a Signature,
    /// How the runtime is named.
    pub(super) rt: TokenStream,
    pub(super) runtime: TokenStream,
    user: TokenStream,
    declared: HashSet<String>,
    made: RefCell<Vec<Ident>>,
    attributes: Vec<&'a syn::Attribute>,
    pub(super) item: &'a ItemFn,
    pub(super) is_recursive: bool,
    krate: Option<&'a syn::Path>,
    /// The constant that has an error where the function has one.
    pub(super) check: Option<Ident>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        item: &'a ItemFn,
        signature: &'a Signature,
        options: &'a Options,
        declared: HashSet<String>,
    ) -> Self {
        let user = quote!(#item);
        let names = Names::new(&user, HashSet::new());
        let [rt, check] = ["rt", "CHECK"].map(|wish| ident(&names.fresh(wish)));
        let runtime = runtime_path(options.krate.as_ref());
        Frame {
            signature,
            // The block of a trait holds the user's code, too, which sees no names of ours.
            rt: match signature.is_of_trait() {
                true => runtime.clone(),
                false => quote!(#rt),
            },
            runtime,
            user,
            declared,
            made: RefCell::default(),
            attributes: item
                .attrs
                .iter()
                .filter(|attr| attr.path().is_ident("cfg"))
                .collect(),
            item,
            is_recursive: options.recursive,
            krate: options.krate.as_ref(),
            check: (!signature.is_of_trait() && is_checked(item, signature)).then_some(check),
        }
    }

    /// Names for one generated function.
    pub(super) fn names(&self) -> Names {
        Names::new(&self.user, self.declared.clone())
    }

    /// What the function declares inside. Expands to: `#[differentiate] fn helper(x: f64) -> f64 { .. }`
    pub(super) fn items(&self, derivative: &Derivative) -> TokenStream {
        let (runtime, krate) = (&self.runtime, self.krate);
        let options = krate.map(|path| quote!((crate = #path)));
        let items = derivative.items.iter().map(|declared| {
            let item = &declared.item;
            let attribute = declared
                .is_differentiated
                .then(|| quote!(#[#runtime::differentiate #options]));
            quote!(#attribute #item)
        });
        items.collect()
    }

    /// Notes the names that a function made, to be kept apart from constants of the module.
    pub(super) fn used(&self, names: &Names) {
        self.made.borrow_mut().extend(names.made());
    }

    /// Expands to: `pub`, where it may stand.
    pub(super) fn hidden_vis(&self) -> Option<TokenStream> {
        (!self.signature.is_of_trait()).then(|| quote!(pub))
    }

    /// In a method of a trait: what `local_names!` does for a block otherwise. The function's own parameters would be hidden.
    pub(super) fn locals(&self, params: &[Ident]) -> Option<TokenStream> {
        let (rt, mut locals) = (&self.rt, self.made_names());
        locals.retain(|name| !params.contains(name) && self.idents().all(|param| param != name));
        self.signature
            .is_of_trait()
            .then(|| quote!(use #rt::methods::*; #rt::local_names!(#(#locals)*);))
    }

    fn made_names(&self) -> Vec<Ident> {
        let mut locals = self.made.borrow().clone();
        locals.sort();
        locals.dedup();
        locals
    }

    /// Expands to: `pub enum loss {}` and the block that holds its functions.
    pub(super) fn assemble(&self, formulas: &str, functions: &TokenStream) -> TokenStream {
        let Signature { vis, ident, .. } = self.signature;
        let attributes = &self.attributes;
        let docs = docs::of_twin(self.signature, formulas);
        let formulas_doc = format!(" The derivatives of [`{ident}()`] as formulas.");
        let block = self.block(&quote! {
            impl #ident {
                #[doc = #formulas_doc]
                pub const FORMULAS: &'static str = #formulas;

                #functions
            }
        });
        quote! {
            #(#attributes)*
            #docs
            #[derive(Clone, Copy, Debug)]
            #[allow(non_camel_case_types, dead_code, clippy::empty_enums)]
            #vis enum #ident {}

            #block
        }
    }

    /// Expands to: an `impl` block with the functions of a method.
    pub(super) fn assemble_method(
        &self,
        owner: &Owner,
        formulas: &str,
        functions: &TokenStream,
    ) -> TokenStream {
        let (generics, _, bounds) = owner.generics.split_for_impl();
        let (ty, vis) = (&owner.ty, &self.signature.vis);
        let name = self.signature.ident.to_string();
        let name = name.trim_start_matches("r#");
        let docs = docs::of_method(name, formulas);
        let constant = call_site(&format!("{}_FORMULAS", name.to_uppercase()));
        self.block(&quote! {
            impl #generics #ty #bounds {
                #docs
                #vis const #constant: &'static str = #formulas;

                #functions
            }
        })
    }

    /// Expands to: `const _: () = { .. };`, with what the functions in it name.
    fn block(&self, functions: &TokenStream) -> TokenStream {
        let (rt, runtime, attributes) = (&self.rt, &self.runtime, &self.attributes);
        let (lints, locals, check) = (lints(), self.made_names(), self.check());
        quote! {
            #(#attributes)*
            #[allow(#lints, non_local_definitions)]
            const _: () = {
                use #runtime as #rt;
                use #rt::methods::*;
                #rt::local_names!(#(#locals)*);
                #check

                #functions
            };
        }
    }

    pub(super) fn idents(&self) -> impl Iterator<Item = &Ident> {
        self.signature.params.iter().map(|param| &param.ident)
    }

    pub(super) fn params(&self) -> impl Iterator<Item = (Ident, &Param)> {
        self.signature
            .params
            .iter()
            .map(|param| (param.ident.clone(), param))
    }

    /// The parameters that the pull part is given again: what a `&mut` refers to has changed by then.
    pub(super) fn given_again(&self) -> impl Iterator<Item = (Ident, &Param)> {
        self.params().filter(|(_, param)| !param.lent)
    }

    /// Parameters of `wrt` whose cotangent travels through a place, or those whose cotangent is returned.
    pub(super) fn wrt(&self, lent: bool) -> impl Iterator<Item = usize> {
        let wrt = self.signature.wrt.iter().copied();
        wrt.filter(move |&index| self.signature.params[index].lent == lent)
    }

    /// `w: f64, x: &Mlp`
    pub(super) fn arguments(&self) -> TokenStream {
        self.arguments_of(self.signature.params.iter().map(|param| &param.written))
    }

    /// The parameters with these types.
    pub(super) fn arguments_of<'t>(
        &self,
        types: impl IntoIterator<Item = &'t Type>,
    ) -> TokenStream {
        let arguments =
            self.params()
                .zip(types)
                .map(|((name, param), ty)| match (param.is_receiver(), ty) {
                    (
                        true,
                        Type::Reference(syn::TypeReference {
                            lifetime,
                            mutability,
                            ..
                        }),
                    ) => {
                        quote!(& #lifetime #mutability self)
                    }
                    (true, _) => quote!(self),
                    (false, ty) => quote!(#name: #ty),
                });
        quote!(#(#arguments,)*)
    }

    /// The arguments of the forward part. It borrows a `self` that the function takes: the pull part is given that again.
    pub(super) fn forward_arguments(&self) -> TokenStream {
        let arguments = self.arguments();
        match self.takes_self() {
            true => quote!(& #arguments),
            false => arguments,
        }
    }

    /// The prelude of the forward part.
    pub(super) fn forward_prelude(&self) -> Option<TokenStream> {
        let rt = &self.rt;
        match (self.takes_self(), self.params().next()) {
            (true, Some((name, _))) => Some(quote!(let #name = #rt::clone(self);)),
            _ => self.prelude(),
        }
    }

    /// Whether the function is a method that takes `self` by value.
    pub(super) fn takes_self(&self) -> bool {
        self.signature.params.first().is_some_and(|param| {
            param.is_receiver() && !matches!(param.written, Type::Reference(_))
        })
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

    pub(super) fn slot(&self, index: usize) -> TokenStream {
        let rt = &self.rt;
        let ty = &self.signature.params[index].written;
        anonymous_tokens(slot_type(ty, &quote!(#rt)))
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

    /// `impl FnOnce(f64) -> (f64, f64)`; the cotangent of a `&mut` parameter travels through a place.
    pub(super) fn pullback_type(&self, types: &VjpTypes) -> TokenStream {
        let (rt, cotangent) = (&self.rt, self.output_tangent());
        let [lent, returned] = [true, false].map(|lent| {
            let tangents = self
                .wrt(lent)
                .map(|index| tangent_type(&types.params[index], &quote!(#rt)));
            tangents.collect::<Vec<_>>()
        });
        let (gradient, captured) = (gather(&returned), &types.captured);
        quote!(impl #rt::FnOnce(#cotangent #(, &mut #lent)*) -> #gradient #captured)
    }

    /// `impl Fn(&f64, &&Mlp, &f64, Option<&mut f64>, ()) + use<..>`
    pub(super) fn residuals_type(&self) -> TokenStream {
        let rt = &self.rt;
        let arguments = self.given_again().map(|(_, param)| {
            let ty = anonymous(&param.written);
            quote!(&#ty)
        });
        let slots = (0..self.signature.params.len()).map(|index| {
            let slot = self.slot(index);
            match &self.signature.params[index] {
                Param { wrt: None, .. } => quote!(()),
                Param { lent: true, .. } => quote!(&mut #slot),
                _ => quote!(#rt::Option<&mut #slot>),
            }
        });
        let cotangent = anonymous_tokens(self.output_tangent());
        quote!(#rt::Fn(#(#arguments,)* &#cotangent, #(#slots),*))
    }

    pub(super) fn captured(&self) -> TokenStream {
        let lifetimes = self.signature.captured_lifetimes();
        let types = self.signature.captured_types();
        quote!(use<#(#lifetimes,)* #(#types),*>)
    }
}

/// The lints that generated code does not concern.
pub(super) fn lints() -> TokenStream {
    quote!(
        unused,
        unused_lifetimes,
        single_use_lifetimes,
        deprecated,
        non_snake_case,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )
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
pub(super) fn slot_name(param: &Ident) -> String {
    let name = param.to_string();
    format!("{}_bar", name.trim_start_matches("r#"))
}

/// One thing bare, several as a tuple.
pub(super) fn gather(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [one] => one.clone(),
        parts => quote!((#(#parts),*)),
    }
}

pub(super) fn gather_names(names: &[Ident]) -> TokenStream {
    let names: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
    gather(&names)
}

/// A type without names of lifetimes of references, for places where each has a lifetime of its own.
pub(super) fn anonymous(ty: &Type) -> Type {
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

        fn visit_generic_argument_mut(&mut self, argument: &mut syn::GenericArgument) {
            if !matches!(argument, syn::GenericArgument::Lifetime(_)) {
                visit_mut::visit_generic_argument_mut(self, argument);
            }
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

pub(super) fn anonymous_tokens(tokens: TokenStream) -> TokenStream {
    match syn::parse2::<Type>(tokens.clone()) {
        Ok(ty) => {
            let ty = anonymous(&ty);
            quote!(#ty)
        }
        Err(_) => tokens,
    }
}
