//! The procedural macros of chainrule. Use them through the `chainrule` crate.

mod alias;
mod derive;
mod diagnostics;
mod differentiate;
#[cfg(test)]
mod documents;
mod dump;
mod emit;
mod fill;
mod formula;
mod fuse;
mod infer;
#[cfg(test)]
mod interpret;
mod ir;
mod local;
mod merge;
mod methods;
mod options;
mod parse;
mod plan;
mod reread;
mod rules;
mod simplify;
#[cfg(test)]
mod tokens;
mod variants;

use diagnostics::Errors;
use differentiate::Seed;
use emit::Planned;
use parse::signature::Owner;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::HashSet;
use syn::{Item, ItemFn, ItemImpl, ItemTrait};

/// Gives a function its derivatives.
#[proc_macro_attribute]
pub fn differentiate(
    attribute: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let item = TokenStream::from(item);
    guarded(item.clone(), || expand(attribute.into(), item)).into()
}

/// Gives a struct or an enum a tangent type, so that it can be a parameter to differentiate with respect to.
///
/// The tangent is named `<Mlp as Differentiable>::Tangent`, best by an alias. That of a struct is a struct with a component
/// for each field that carries floats, under the name of the field. Left out are fields whose written type has no floats
/// (integers, strings, functions, containers of those, `PhantomData`) and those with `#[differentiable(skip)]`; the fields
/// of a tuple struct close up. A float that is left out is read as `stop_gradient(net.rate)`: otherwise its derivative would be
/// lost, and rustc says that it finds `()` in the place of its tangent. A path to the runtime other than `::chainrule` is given above the type, as
/// `#[differentiable(crate = path)]`.
///
/// That of an enum is an enum with the same variants, each with the components of its fields:
///
/// ```text
/// enum Shape { Circle(f64), Rect { w: f64, h: f64, name: String }, Poly(usize, Vec<f64>), Empty }
/// enum ShapeTangent { Circle(f64), Rect { w: f64, h: f64 }, Poly(Vec<f64>), Empty }
/// ```
///
/// A gradient is of the variant that the value was of. A value and a tangent of different variants panic where they meet:
/// in `optimizer.step`, `accumulate` and `visit`. An optimizer with a state for each parameter takes it that values stay of
/// their variant from step to step.
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
    if let Ok(block) = syn::parse2::<ItemImpl>(item.clone()) {
        return methods::expand(block, &options, errors);
    }
    if let Ok(definition) = syn::parse2::<ItemTrait>(item.clone()) {
        return methods::expand_trait(definition, &options, errors);
    }
    let function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            misplaced(&item, &error, &mut errors);
            let errors = errors.into_compile_errors();
            return quote!(#item #errors);
        }
    };
    if let Some(receiver) = function.sig.receiver() {
        errors.on(
            receiver,
            "`#[differentiate]` stands on a method",
            "put it on the `impl` block",
        );
        let errors = errors.into_compile_errors();
        return quote!(#function #errors);
    }
    let twin = twin(&function, None, &options, &mut errors);
    let errors = errors.into_compile_errors();
    dump::Dump::of(&function.sig.ident.to_string()).emitted(&twin);
    quote!(#function #errors #twin)
}

/// Reports what is not a function.
fn misplaced(item: &TokenStream, error: &syn::Error, errors: &mut Errors) {
    let (keyword, what, help) = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => (item.struct_token.span, "a struct", DERIVE),
        Ok(Item::Enum(item)) => (item.enum_token.span, "an enum", DERIVE),
        Ok(Item::Mod(item)) => (item.mod_token.span, "a module", FREE),
        Ok(_) => (error.span(), "something else than a function", FREE),
        Err(error) => {
            return errors.at(
                error.span(),
                format!("`#[differentiate]` cannot read this function: {error}"),
                "write it in stable Rust",
            );
        }
    };
    errors.at(
        keyword,
        format!("`#[differentiate]` stands on {what}"),
        help,
    );
}

const DERIVE: &str =
    "put it on a function; the derivatives of a type come from `#[derive(Differentiable)]`";
const FREE: &str = "put it on a free function, `fn name(..) -> .. { .. }`";

/// The derivatives of a method of a trait that has no body there.
fn declared(
    function: &ItemFn,
    owner: &Owner,
    options: &options::Options,
    errors: &mut Errors,
) -> TokenStream {
    let signature = parse::signature::signature(function, Some(owner), options, errors);
    emit::of_trait(function, &signature, options, None, HashSet::new())
}

/// The derivatives of one function, in the `impl` block of its owner if it has one.
fn twin(
    function: &ItemFn,
    owner: Option<&Owner>,
    options: &options::Options,
    errors: &mut Errors,
) -> TokenStream {
    let signature = parse::signature::signature(function, owner, options, errors);
    let mut primal = parse::parse(function, &signature, errors);
    if !errors.is_empty() {
        return emit::fallback(function, &signature, options);
    }
    infer::infer(&mut primal, &signature.output_ty);
    fill::fill(&mut primal, &signature.sizes());
    let dump = dump::Dump::of(&function.sig.ident.to_string());
    dump.primal(&primal);
    let declared = primal.declared_names();
    let derive = |seed| {
        let (wrt, output) = (&signature.wrt, &signature.output_ty);
        let mut derivative = differentiate::differentiate(primal.clone(), wrt, output, seed);
        alias::alias_outside_calls(&mut derivative);
        derivative
    };
    let planned = |mut derivative, seed| {
        alias::alias(&mut derivative);
        reread::reread(&mut derivative);
        // The adjoint of a sum is known before the loop that adds it up only where the cotangent of the result is.
        if seed == Seed::One {
            fuse::fuse(&mut derivative);
        }
        merge::merge(&mut derivative);
        local::localize(&mut derivative, &signature.wrt);
        let plan = plan::plan(&mut derivative);
        Planned { derivative, plan }
    };
    let general = derive(Seed::Cotangent);
    if signature.is_of_trait() {
        return emit::of_trait(
            function,
            &signature,
            options,
            Some(&planned(general, Seed::Cotangent)),
            declared,
        );
    }
    let scalar = signature.output_ty.is_float().then(|| derive(Seed::One));
    let formulas = formula::formulas(&signature, scalar.as_ref().unwrap_or(&general));
    let general = planned(general, Seed::Cotangent);
    let scalar = scalar.map(|derivative| planned(derivative, Seed::One));
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
        &formulas,
    )
}
