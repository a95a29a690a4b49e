//! What types say as they are written: which carry floats, and what their tangents are.

use crate::ir::{FloatTy, Ty};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Ident, Type, TypeParamBound};

/// The type parameters that stand for floats.
pub(super) fn float_generics(generics: &Generics) -> Vec<Ident> {
    let is_float = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "Float"),
        _ => false,
    };
    let mut floats: Vec<Ident> = generics
        .type_params()
        .filter(|param| param.bounds.iter().any(is_float))
        .map(|param| param.ident.clone())
        .collect();
    let predicates = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    for predicate in predicates {
        if let syn::WherePredicate::Type(predicate) = predicate
            && predicate.bounds.iter().any(is_float)
            && let Some(name) = single_ident(&predicate.bounded_ty)
        {
            floats.push(name.clone());
        }
    }
    floats
}

fn single_ident(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.get_ident(),
        Type::Paren(inner) => single_ident(&inner.elem),
        Type::Group(inner) => single_ident(&inner.elem),
        _ => None,
    }
}

const INTEGERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// What can be said of a type as it is written.
pub(crate) fn known(ty: &Type, floats: &[Ident]) -> Ty {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            if let Some(ident) = path.path.get_ident() {
                return match ident.to_string().as_str() {
                    "f32" => Ty::Float(FloatTy::F32),
                    "f64" => Ty::Float(FloatTy::F64),
                    "bool" => Ty::Bool,
                    name if INTEGERS.contains(&name) => Ty::Int,
                    _ if floats.contains(ident) => Ty::Float(FloatTy::Generic(ident.clone())),
                    _ => Ty::Other,
                };
            }
            match container(&path.path) {
                Some(("Vec", element)) => Ty::List(Box::new(known(element, floats))),
                Some(("Box", inner)) => Ty::Boxed(Box::new(known(inner, floats))),
                Some(("Option", inner)) => Ty::Option(Box::new(known(inner, floats))),
                _ => Ty::Other,
            }
        }
        Type::Reference(reference) => Ty::Ref(Box::new(known(&reference.elem, floats))),
        Type::Tuple(tuple) => Ty::Tuple(tuple.elems.iter().map(|ty| known(ty, floats)).collect()),
        Type::Array(array) => Ty::List(Box::new(known(&array.elem, floats))),
        Type::Slice(slice) => Ty::Slice(Box::new(known(&slice.elem, floats))),
        Type::Paren(inner) => known(&inner.elem, floats),
        Type::Group(inner) => known(&inner.elem, floats),
        _ => Ty::Other,
    }
}

/// A container of std, and what it holds.
fn container(path: &syn::Path) -> Option<(&'static str, &Type)> {
    let last = path.segments.last()?;
    let name = ["Vec", "Option", "Box"]
        .into_iter()
        .find(|name| last.ident == name)?;
    Some((name, first_argument(last)?))
}

fn first_argument(segment: &syn::PathSegment) -> Option<&Type> {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            syn::GenericArgument::Type(ty) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}

/// `Result<f64, Error>`
pub(crate) fn is_result(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Result"))
}

/// Integers, `bool`, `char`, strings, containers of those, and functions: what has no derivative by its written type.
pub(crate) fn carries_no_float(ty: &Type) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else {
                return false;
            };
            let name = last.ident.to_string();
            match name.as_str() {
                "bool" | "char" | "str" | "String" => true,
                "Vec" | "Option" | "Box" => first_argument(last).is_some_and(carries_no_float),
                name => INTEGERS.contains(&name),
            }
        }
        Type::Reference(reference) => carries_no_float(&reference.elem),
        Type::Array(array) => carries_no_float(&array.elem),
        Type::Slice(slice) => carries_no_float(&slice.elem),
        Type::Tuple(tuple) => !tuple.elems.is_empty() && tuple.elems.iter().all(carries_no_float),
        Type::Paren(inner) => carries_no_float(&inner.elem),
        Type::Group(inner) => carries_no_float(&inner.elem),
        Type::FnPtr(_) => true,
        Type::ImplTrait(opaque) => opaque.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => bound
                .path
                .segments
                .last()
                .is_some_and(|s| s.ident == "Fn" || s.ident == "FnMut" || s.ident == "FnOnce"),
            _ => false,
        }),
        _ => false,
    }
}

/// The type of the gradient with respect to a parameter of this written type.
pub(crate) fn tangent_type(ty: &Type, rt: &TokenStream) -> TokenStream {
    match ty {
        Type::Reference(reference) => tangent_type(&reference.elem, rt),
        Type::Paren(inner) => tangent_type(&inner.elem, rt),
        Type::Group(inner) => tangent_type(&inner.elem, rt),
        Type::Slice(slice) => {
            let element = tangent_type(&slice.elem, rt);
            quote!(#rt::Vec<#element>)
        }
        Type::Array(array) => {
            let (element, len) = (tangent_type(&array.elem, rt), &array.len);
            quote!([#element; #len])
        }
        Type::Tuple(tuple) => {
            let elements = tuple.elems.iter().map(|ty| tangent_type(ty, rt));
            quote!((#(#elements,)*))
        }
        _ if carries_no_float(ty) || is_result(ty) => quote!(()),
        _ if matches!(known(ty, &[]), Ty::Float(_)) => ty.to_token_stream(),
        _ => quote_spanned!(ty.span()=> <#ty as #rt::Differentiable>::Tangent),
    }
}

/// The type of the place that a nested call adds the cotangent of a parameter to.
pub(crate) fn slot_type(ty: &Type, rt: &TokenStream) -> TokenStream {
    match ty {
        Type::Reference(reference) => slot_type(&reference.elem, rt),
        Type::Paren(inner) => slot_type(&inner.elem, rt),
        Type::Group(inner) => slot_type(&inner.elem, rt),
        Type::Slice(slice) => {
            let element = tangent_type(&slice.elem, rt);
            quote!([#element])
        }
        other => tangent_type(other, rt),
    }
}

/// A type as a reader would write it, for messages.
pub(crate) fn compact(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace("& ", "&")
        .replace(" ,", ",")
        .replace(" :: ", "::")
}
