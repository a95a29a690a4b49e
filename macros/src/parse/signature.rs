//! The signature: what is differentiated, and with respect to what.

use super::lifetimes::{Mentioned, Namer};
use super::types::{carries_no_float, compact, float_generics, is_result, known};
use crate::diagnostics::{Errors, nearest};
use crate::ir::Ty;
use crate::options::Options;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{
    FnArg, GenericParam, Generics, Ident, ItemFn, Lifetime, Pat, ReceiverKind, ReturnType, Safety,
    Type, Visibility,
};

#[derive(Debug)]
pub(crate) struct Param {
    /// The name in the twin: the user's, or one made for a pattern.
    pub(crate) ident: Ident,
    pub(crate) pattern: Pat,
    /// The type in the twin: `impl Trait` has become a named generic.
    pub(crate) written: Type,
    pub(crate) ty: Ty,
    /// The type as the user wrote it.
    pub(crate) declared: Type,
    /// The position in `wrt`.
    pub(crate) wrt: Option<usize>,
    /// Whether this is a `&mut`: the function changes what it refers to.
    pub(crate) lent: bool,
}

#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) float_generics: Vec<Ident>,
    pub(crate) params: Vec<Param>,
    /// Parameters in the order of `wrt`.
    pub(crate) wrt: Vec<usize>,
    pub(crate) output: Type,
    pub(crate) output_ty: Ty,
    /// The `impl` block that the function stands in.
    pub(crate) owner: Option<Owner>,
}

/// The block that a method stands in.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) kind: OwnerKind,
    /// The names of its functions.
    pub(crate) methods: Vec<String>,
    /// Those of them that return the type itself.
    pub(crate) makers: Vec<String>,
    pub(crate) generics: Generics,
    pub(crate) ty: Type,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OwnerKind {
    /// `impl Layer { .. }`
    Type,
    /// `trait Apply { .. }`
    Trait,
    /// `impl Apply for Layer { .. }`
    TraitOfType,
}

impl Param {
    /// The length of an array, by the type that is written.
    pub(crate) fn array_len(&self) -> Option<TokenStream> {
        fn len(ty: &Type) -> Option<TokenStream> {
            match ty {
                Type::Array(array) => Some(array.len.to_token_stream()),
                Type::Reference(reference) => len(&reference.elem),
                _ => None,
            }
        }
        len(&self.written)
    }

    /// Whether this is `self`.
    pub(crate) fn is_receiver(&self) -> bool {
        matches!(&self.pattern, Pat::Ident(pat) if pat.ident == "self")
    }
}

pub(crate) fn signature(
    item: &ItemFn,
    owner: Option<&Owner>,
    options: &Options,
    errors: &mut Errors,
) -> Signature {
    let mut generics = item.sig.generics.clone();
    check_qualifiers(item, errors);
    let mut float_generics = float_generics(&generics);
    if let Some(owner) = owner {
        float_generics.extend(self::float_generics(&owner.generics));
    }
    let taken = item.to_token_stream();
    let mut params = Vec::new();
    for (index, arg) in item.sig.inputs.iter().enumerate() {
        match arg {
            FnArg::Receiver(receiver) => params.push(self_param(receiver, errors)),
            FnArg::Typed(arg) => {
                params.push(param(index, arg, &mut generics, &float_generics, &taken));
            }
        }
    }
    let output = match &item.sig.output {
        ReturnType::Type(_, ty) => (**ty).clone(),
        ReturnType::Default => syn::parse_quote!(()),
    };
    if is_result(&output) {
        errors.at(
            output.span(),
            "a function that returns a `Result` cannot be differentiated",
            "return an `Option`, or check for errors outside and return the value",
        );
    }
    if matches!(&output, Type::Reference(reference) if reference.mutability.is_some()) {
        errors.on(
            &output,
            "a function that returns a `&mut` cannot be differentiated: what changes behind it has no adjoint",
            "return nothing, since the caller has the place, or put `#[differentiate(skip)]` on the method",
        );
    }
    if !Mentioned::of(&output).elided {
        // What `Data<'_>` borrows, the residuals may: it has a name.
        let owner = owner.map(|owner| &owner.generics);
        let mut namer = Namer::beside([taken], owner).of_arguments();
        params
            .iter_mut()
            .for_each(|param| namer.visit_type_mut(&mut param.written));
        namer.declare(&mut generics);
    }
    let wrt = choose_wrt(&mut params, item, options, errors);
    let output_ty = known(&output, &float_generics);
    let changes = params.iter().any(|param| param.lent && param.wrt.is_some());
    let is_unit = matches!(&output_ty, Ty::Tuple(parts) if parts.is_empty());
    if !changes && (is_unit || carries_no_float(&output)) {
        let span = match &item.sig.output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => item.sig.ident.span(),
        };
        errors.at(
            span,
            "the function returns nothing that has a derivative",
            "return a float, a tensor, or a tuple or struct that holds one, or change a `&mut` parameter",
        );
    }
    Signature {
        vis: item.vis.clone(),
        ident: item.sig.ident.clone(),
        generics,
        float_generics,
        params,
        wrt,
        output,
        output_ty,
        owner: owner.cloned(),
    }
}

/// `self`, which the twin calls `this`.
fn self_param(receiver: &syn::Receiver, errors: &mut Errors) -> Param {
    let written: Type = match &receiver.kind {
        ReceiverKind::Value => syn::parse_quote!(Self),
        ReceiverKind::Reference(_, _, None) => syn::parse_quote!(&Self),
        ReceiverKind::Reference(_, _, Some(_)) => syn::parse_quote!(&mut Self),
        _ => {
            errors.on(
                receiver,
                "this kind of `self` is not supported",
                "take `&self`, `&mut self` or `self`",
            );
            syn::parse_quote!(&Self)
        }
    };
    let token = receiver.self_token;
    let ident = Ident::new("self", token.span);
    Param {
        ident: Ident::new("this", token.span),
        pattern: Pat::Ident(syn::PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: receiver.mutability,
            ident,
            subpat: None,
        }),
        ty: known(&written, &[]),
        declared: written.clone(),
        lent: is_lent(&written),
        written,
        wrt: None,
    }
}

fn check_qualifiers(item: &ItemFn, errors: &mut Errors) {
    if let Some(token) = item.sig.asyncness {
        errors.at(
            token.span(),
            "an `async` function cannot be differentiated",
            "move the computation to a plain function, differentiate that and call it here",
        );
    }
    if let Safety::Unsafe(token) = &item.sig.safety {
        errors.at(
            token.span(),
            "an `unsafe` function cannot be differentiated",
            "move the computation to a safe function, differentiate that and call it here",
        );
    }
    if let Some(token) = item.sig.constness {
        errors.at(
            token.span(),
            "a `const` function cannot be differentiated: its derivatives call functions that are not `const`",
            "remove `const`",
        );
    }
    if let Some(token) = &item.sig.variadic {
        errors.on(
            token,
            "a variadic function cannot be differentiated",
            "name every parameter",
        );
    }
}

fn param(
    index: usize,
    arg: &syn::PatType,
    generics: &mut Generics,
    floats: &[Ident],
    taken: &TokenStream,
) -> Param {
    let ident = match &*arg.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident.clone(),
        _ => unused(&format!("arg{index}"), taken),
    };
    Param {
        ident,
        pattern: (*arg.pat).clone(),
        written: named_impl_trait(index, &arg.ty, generics, taken),
        ty: known(&arg.ty, floats),
        declared: (*arg.ty).clone(),
        lent: is_lent(&arg.ty),
        wrt: None,
    }
}

fn is_lent(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => reference.mutability.is_some(),
        Type::Paren(inner) => is_lent(&inner.elem),
        Type::Group(inner) => is_lent(&inner.elem),
        _ => false,
    }
}

/// A name that does not stand in the user's code, as near to `wish` as can be.
fn unused(wish: &str, taken: &TokenStream) -> Ident {
    fn has(tokens: &TokenStream, name: &str) -> bool {
        tokens.clone().into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == name,
            TokenTree::Group(group) => has(&group.stream(), name),
            _ => false,
        })
    }
    let mut name = wish.to_owned();
    while has(taken, &name) {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

/// Turns `impl Trait` into a named generic: the type of residuals has to name every type it does not capture.
fn named_impl_trait(index: usize, ty: &Type, generics: &mut Generics, taken: &TokenStream) -> Type {
    match ty {
        Type::ImplTrait(opaque) => {
            let name = unused(&format!("Arg{index}"), taken);
            let bounds = &opaque.bounds;
            generics.params.push(syn::parse_quote!(#name: #bounds));
            syn::parse_quote!(#name)
        }
        Type::Reference(reference) => {
            let mut reference = reference.clone();
            *reference.elem = named_impl_trait(index, &reference.elem, generics, taken);
            Type::Reference(reference)
        }
        other => other.clone(),
    }
}

fn choose_wrt(
    params: &mut [Param],
    item: &ItemFn,
    options: &Options,
    errors: &mut Errors,
) -> Vec<usize> {
    let Some((names, _)) = &options.wrt else {
        let chosen: Vec<usize> = (0..params.len())
            .filter(|&index| !carries_no_float(&params[index].declared))
            .filter(|&index| !matches!(params[index].pattern, Pat::Wild(_)))
            .collect();
        for (position, &index) in chosen.iter().enumerate() {
            params[index].wrt = Some(position);
        }
        if chosen.is_empty() {
            errors.at(
                item.sig.ident.span(),
                "there is nothing to differentiate with respect to: no parameter carries floats",
                "take a float, a tensor or a `Differentiable` struct as a parameter",
            );
        }
        return chosen;
    };
    let mut chosen = Vec::new();
    for name in names {
        let found = params
            .iter()
            .position(|param| param.ident == *name || param.is_receiver() && name == "self");
        match found {
            None => {
                let known: Vec<String> = params
                    .iter()
                    .filter(|param| matches!(param.pattern, Pat::Ident(_)))
                    .map(|param| param.ident.to_string())
                    .collect();
                let near = nearest(&name.to_string(), known.iter().map(String::as_str));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.is_empty() => "give the parameter a name".into(),
                    None => format!("the parameters are `{}`", known.join("`, `")),
                };
                errors.at(
                    name.span(),
                    format!("`{}` has no parameter `{name}`", item.sig.ident),
                    help,
                );
                // The one that was meant, so that the gradient keeps its type.
                let meant = params
                    .iter()
                    .position(|param| near.is_some_and(|near| param.ident == near));
                if let Some(index) = meant.filter(|&index| {
                    !names.contains(&params[index].ident) && !chosen.contains(&index)
                }) {
                    params[index].wrt = Some(chosen.len());
                    chosen.push(index);
                }
            }
            Some(index) if chosen.contains(&index) => errors.at(
                name.span(),
                format!("`{name}` is named twice in `wrt`"),
                "name each parameter once",
            ),
            Some(index) if carries_no_float(&params[index].declared) => errors.at(
                name.span(),
                format!(
                    "`{name}: {}` carries no floats, so there is no derivative with respect to it",
                    compact(&params[index].declared)
                ),
                "leave it out of `wrt`, or give it a float type",
            ),
            Some(index) => {
                params[index].wrt = Some(chosen.len());
                chosen.push(index);
            }
        }
    }
    chosen
}

impl Signature {
    /// Whether the function is a method in a block of this kind.
    pub(crate) fn is_in(&self, kind: OwnerKind) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.kind == kind)
    }

    /// The parameters that are declared as `usize`.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        let is_size = |param: &Param| matches!(&param.declared, Type::Path(path) if path.path.is_ident("usize"));
        let params = self.params.iter().enumerate();
        params
            .filter(|(_, param)| is_size(param))
            .map(|(index, _)| index)
            .collect()
    }

    /// The names of generic constants.
    pub(crate) fn const_generics(&self) -> Vec<String> {
        let owner = self
            .owner
            .iter()
            .flat_map(|owner| owner.generics.const_params());
        let params = owner.chain(self.generics.const_params());
        params.map(|param| param.ident.to_string()).collect()
    }

    /// Whether the function or its block is generic over types.
    pub(crate) fn has_types(&self) -> bool {
        let owner = self
            .owner
            .iter()
            .flat_map(|owner| owner.generics.type_params());
        owner.chain(self.generics.type_params()).next().is_some() || self.is_in(OwnerKind::Trait)
    }

    /// Whether the block of the function is one of the type of this name.
    pub(crate) fn is_owned_by(&self, name: &Ident) -> bool {
        let Some(Type::Path(ty)) = self.owner.as_ref().map(|owner| &owner.ty) else {
            return false;
        };
        ty.path
            .segments
            .last()
            .is_some_and(|last| last.ident == *name)
    }

    /// Whether the function belongs to a trait.
    pub(crate) fn is_of_trait(&self) -> bool {
        self.is_in(OwnerKind::Trait) || self.is_in(OwnerKind::TraitOfType)
    }

    /// The lifetimes that residuals may mention: those of values, not of the references to them.
    pub(crate) fn captured_lifetimes(&self) -> Vec<Lifetime> {
        let of_block = self.owner.iter();
        let of_block = of_block.flat_map(|owner| owner.generics.lifetimes());
        let types = self.params.iter().map(|param| &param.written);
        let held: HashSet<Lifetime> = types.flat_map(|ty| Mentioned::of(ty).arguments).collect();
        let own = self.generics.lifetimes();
        let own = own.filter(|param| held.contains(&param.lifetime));
        of_block
            .chain(own)
            .map(|param| param.lifetime.clone())
            .collect()
    }

    /// Names of generic types and constants, `Self` of a trait included.
    pub(crate) fn captured_types(&self) -> Vec<Ident> {
        let outer = self.owner.iter().flat_map(|owner| &owner.generics.params);
        outer
            .chain(&self.generics.params)
            .filter_map(|param| match param {
                GenericParam::Type(param) => Some(param.ident.clone()),
                GenericParam::Const(param) => Some(param.ident.clone()),
                GenericParam::Lifetime(_) => None,
            })
            .chain(
                self.is_in(OwnerKind::Trait)
                    .then(|| Ident::new("Self", Span::call_site())),
            )
            .collect()
    }
}
