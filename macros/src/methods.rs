//! `#[differentiate]` on an `impl` block: the derivatives of each of its functions, under names with a suffix.

use crate::diagnostics::Errors;
use crate::options::{self, Options};
use crate::parse::signature::{Owner, carries_no_float};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemFn, ItemImpl, Meta, ReceiverKind, ReturnType, Type,
};

pub(crate) fn expand(mut block: ItemImpl, options: &Options, mut errors: Errors) -> TokenStream {
    if let Some((path, _)) = &block.trait_ {
        errors.on(
            path,
            "`#[differentiate]` on the `impl` of a trait is not supported",
            "put the methods into an `impl` block of the type, and call them from the trait's",
        );
    }
    if let Some((_, Some(span))) = &options.wrt {
        errors.at(
            *span,
            "`wrt` on an `impl` block says nothing of its methods",
            "put `#[differentiate(wrt(..))]` on the method inside the block",
        );
    }
    let owner = Owner {
        generics: block.generics.clone(),
        ty: (*block.self_ty).clone(),
    };
    let is_refused = !errors.is_empty();
    let mut twins = TokenStream::new();
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else {
            continue;
        };
        let Some(own) = own_options(method, options, &mut errors) else {
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
    quote!(#block #errors #twins)
}

/// What `#[differentiate(..)]` on a method says, taken off it; `None` to leave the method out.
fn own_options(method: &mut ImplItemFn, outer: &Options, errors: &mut Errors) -> Option<Options> {
    let mut own = Options {
        wrt: None,
        krate: outer.krate.clone(),
    };
    let mut skipped = false;
    method.attrs.retain(|attribute| {
        if !is_own(attribute) {
            return true;
        }
        match &attribute.meta {
            Meta::List(list) if list.tokens.to_string() == "skip" => skipped = true,
            Meta::List(list) => own.wrt = options::parse(list.tokens.clone(), errors).wrt,
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
fn has_no_derivative(function: &ItemFn) -> bool {
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
