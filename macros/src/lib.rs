//! The procedural macros of chainrule. Use them through the `chainrule` crate.

mod derive;
mod diagnostics;
mod differentiate;
mod dump;
mod emit;
mod ir;
mod options;
mod parse;
mod plan;
mod rules;
mod simplify;

use diagnostics::Errors;
use differentiate::Seed;
use emit::Planned;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

/// Gives a function its derivatives.
#[proc_macro_attribute]
pub fn differentiate(
    attribute: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let item = TokenStream::from(item);
    guarded(item.clone(), || expand(attribute.into(), item)).into()
}

/// Gives a struct a tangent type, so that it can be a parameter to differentiate with respect to.
#[proc_macro_derive(Differentiable, attributes(differentiable))]
pub fn derive_differentiable(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::derive(item.into()).into()
}

/// Hands every row of the rule table to a `macro_rules!` macro, for the test that walks it.
#[doc(hidden)]
#[proc_macro]
pub fn __walk_rules(callback: proc_macro::TokenStream) -> proc_macro::TokenStream {
    rules::walk(&callback.into()).into()
}

/// A defect of the macro itself must not eat the function: it becomes an error beside it.
fn guarded(item: TokenStream, expand: impl FnOnce() -> TokenStream) -> TokenStream {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(expand)).unwrap_or_else(|_| {
        quote! {
            #item
            ::core::compile_error!("`#[differentiate]` failed on this function: this is a defect of chainrule\nhelp: please report the function");
        }
    })
}

/// The stages in order. The function itself is emitted whatever happens.
fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::parse(attribute, &mut errors);
    let function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            errors.at(
                error.span(),
                format!("`#[differentiate]` stands on a free function: {error}"),
                "put it on `fn name(..) -> .. { .. }`",
            );
            let errors = errors.into_compile_errors();
            return quote!(#item #errors);
        }
    };
    let twin = twin(&function, &options, &mut errors);
    let errors = errors.into_compile_errors();
    dump::Dump::of(&function.sig.ident.to_string()).emitted(&twin);
    quote!(#function #errors #twin)
}

fn twin(function: &ItemFn, options: &options::Options, errors: &mut Errors) -> TokenStream {
    let signature = parse::signature::signature(function, options, errors);
    let primal = parse::parse(function, &signature, errors);
    if !errors.is_empty() {
        return emit::fallback(function, &signature, options);
    }
    let dump = dump::Dump::of(&function.sig.ident.to_string());
    dump.primal(&primal);
    let declared = primal.declared_names();
    let derive = |seed| {
        let mut derivative = differentiate::differentiate(
            primal.clone(),
            &signature.wrt,
            &signature.output_ty,
            seed,
        );
        let plan = plan::plan(&mut derivative);
        Planned { derivative, plan }
    };
    let general = derive(Seed::Cotangent);
    let scalar = signature.output_ty.is_float().then(|| derive(Seed::One));
    match &scalar {
        Some(scalar) => dump.planned("gradient", scalar),
        None => dump.planned("pull", &general),
    }
    emit::twin(
        function,
        &signature,
        options,
        scalar.as_ref(),
        &general,
        declared,
        "",
    )
}
