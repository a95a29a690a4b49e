//! The procedural macros of chainrule. Use them through the `chainrule` crate.

mod diagnostics;
mod differentiate;
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
    expand(attribute.into(), item.into()).into()
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
    quote!(#function #errors #twin)
}

fn twin(function: &ItemFn, options: &options::Options, errors: &mut Errors) -> TokenStream {
    let signature = parse::signature::signature(function, options, errors);
    let primal = parse::parse(function, &signature, errors);
    if !errors.is_empty() {
        return emit::fallback(function, &signature, options);
    }
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
