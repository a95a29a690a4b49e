//! `#[differentiate]` on an `impl` block or a trait: the derivatives of each of its functions, under names with a suffix.
//! Those of a type stand in a block of their own; those of a trait belong to the trait.

use crate::diagnostics::Errors;
use crate::options::{self, Options};
use crate::parse::lifetimes::Namer;
use crate::parse::signature::{Owner, OwnerKind};
use crate::parse::types::carries_no_float;
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, FnArg, ImplItem, ItemFn, ItemImpl, ItemTrait, Meta, ReceiverKind, ReturnType,
    TraitItem, Type, Visibility,
};

pub(crate) fn expand(mut block: ItemImpl, options: &Options, mut errors: Errors) -> TokenStream {
    refuse_wrt(options, &mut errors);
    let kind = match block.trait_ {
        Some(_) => OwnerKind::TraitOfType,
        None => OwnerKind::Type,
    };
    // What `Data<'_>` borrows, the residuals may: in the generated code it has a name.
    let (mut generics, mut ty) = (block.generics.clone(), (*block.self_ty).clone());
    let mut namer = Namer::beside([quote!(#block)], None).of_arguments();
    namer.visit_type_mut(&mut ty);
    namer.declare(&mut generics);
    if kind == OwnerKind::TraitOfType {
        (block.generics, *block.self_ty) = (generics.clone(), ty.clone());
    }
    let owner = Owner {
        kind,
        methods: block
            .items
            .iter()
            .filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            })
            .collect(),
        makers: makers(&block),
        generics,
        ty,
    };
    let is_refused = !errors.is_empty();
    let mut twins = TokenStream::new();
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else {
            continue;
        };
        let Some(own) = own_options(&mut method.attrs, options, &mut errors) else {
            continue;
        };
        let function = ItemFn {
            attrs: method.attrs.clone(),
            vis: method.vis.clone(),
            modifiers: Default::default(),
            sig: method.sig.clone(),
            block: Box::new(method.block.clone()),
        };
        if own.wrt.is_none() && has_no_derivative(&function) || is_refused {
            continue;
        }
        let mut found = Errors::default();
        let twin = crate::twin(&function, Some(&owner), &own, &mut found);
        crate::dump::Dump::of(&function.sig.ident.to_string()).emitted(&twin);
        twins.extend(twin);
        errors.append(found);
    }
    let errors = errors.into_compile_errors();
    if owner.kind == OwnerKind::TraitOfType {
        block.items.push(ImplItem::Verbatim(twins));
        return quote!(#block #errors);
    }
    quote!(#block #errors #twins)
}

/// The functions of a block that return what it is for.
fn makers(block: &ItemImpl) -> Vec<String> {
    let ty = &block.self_ty;
    let own = [quote!(Self).to_string(), quote!(#ty).to_string()];
    let methods = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(&method.sig),
        _ => None,
    });
    methods
        .filter(|sig| match &sig.output {
            ReturnType::Type(_, ty) => own.contains(&quote!(#ty).to_string()),
            ReturnType::Default => false,
        })
        .map(|sig| sig.ident.to_string())
        .collect()
}

/// The derivatives of a trait's methods: the forward part is declared, everything else follows from it.
pub(crate) fn expand_trait(
    mut definition: ItemTrait,
    options: &Options,
    mut errors: Errors,
) -> TokenStream {
    refuse_wrt(options, &mut errors);
    let owner = Owner {
        kind: OwnerKind::Trait,
        methods: definition
            .items
            .iter()
            .filter_map(|item| match item {
                TraitItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            })
            .collect(),
        makers: Vec::new(),
        generics: definition.generics.clone(),
        ty: syn::parse_quote!(Self),
    };
    let is_refused = !errors.is_empty();
    let runtime = crate::emit::runtime_path(options.krate.as_ref());
    let mut twins = TokenStream::new();
    for item in &mut definition.items {
        let TraitItem::Fn(method) = item else {
            continue;
        };
        let Some(own) = own_options(&mut method.attrs, options, &mut errors) else {
            continue;
        };
        let mut function = ItemFn {
            attrs: method.attrs.clone(),
            vis: Visibility::Inherited,
            modifiers: Default::default(),
            sig: method.sig.clone(),
            block: Box::new(
                method
                    .default
                    .clone()
                    .unwrap_or_else(|| syn::parse_quote!({})),
            ),
        };
        if own.wrt.is_none() && has_no_derivative(&function) || is_refused {
            continue;
        }
        let is_receiver_active = function.sig.receiver().is_some()
            && own
                .wrt
                .as_ref()
                .is_none_or(|(names, _)| names.iter().any(|name| name == "self"));
        let bound: syn::WherePredicate = match is_receiver_active {
            true => syn::parse_quote!(Self: #runtime::Differentiable),
            false => syn::parse_quote!(Self: ::core::marker::Sized),
        };
        function
            .sig
            .generics
            .make_where_clause()
            .predicates
            .push(bound);
        let mut found = Errors::default();
        twins.extend(match method.default {
            Some(_) => crate::twin(&function, Some(&owner), &own, &mut found),
            None => crate::declared(&function, &owner, &own, &mut found),
        });
        errors.append(found);
    }
    let errors = errors.into_compile_errors();
    definition.items.push(TraitItem::Verbatim(twins));
    quote!(#definition #errors)
}

fn refuse_wrt(options: &Options, errors: &mut Errors) {
    if let Some((_, Some(span))) = &options.wrt {
        errors.at(
            *span,
            "`wrt` on a block of methods says nothing of them",
            "put `#[differentiate(wrt(..))]` on the method inside the block",
        );
    }
}

/// What `#[differentiate(..)]` on a method says, taken off it; `None` to leave the method out.
fn own_options(
    attributes: &mut Vec<Attribute>,
    outer: &Options,
    errors: &mut Errors,
) -> Option<Options> {
    let mut own = Options {
        wrt: None,
        krate: outer.krate.clone(),
        recursive: false,
    };
    let mut skipped = false;
    attributes.retain(|attribute| {
        if !is_own(attribute) {
            return true;
        }
        match &attribute.meta {
            Meta::List(list) if list.tokens.to_string() == "skip" => skipped = true,
            Meta::List(list) => {
                let written = options::parse(list.tokens.clone(), errors);
                own.wrt = written.wrt;
                own.recursive = written.recursive;
            }
            _ => {}
        }
        false
    });
    (!skipped).then_some(own)
}

fn is_own(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "differentiate")
}

/// Whether a function takes or returns nothing that carries floats, by its written types.
pub(crate) fn has_no_derivative(function: &ItemFn) -> bool {
    let returns_none = match &function.sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => carries_no_float(ty),
    };
    let takes_none = function.sig.inputs.iter().all(|arg| match arg {
        FnArg::Receiver(_) => false,
        FnArg::Typed(arg) => carries_no_float(&arg.ty),
    });
    let is_lent = |arg: &FnArg| match arg {
        FnArg::Receiver(receiver) => {
            matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_)))
        }
        FnArg::Typed(arg) => {
            matches!(&*arg.ty, Type::Reference(reference) if reference.mutability.is_some())
                && !carries_no_float(&arg.ty)
        }
    };
    takes_none || returns_none && !function.sig.inputs.iter().any(is_lent)
}
