//! `#[derive(Differentiable)]`: the tangent of a struct, field by field, and of an enum, variant by variant.

mod absent;
mod attributes;
mod emit;
mod generics;
mod mentions;
mod names;
mod parts;
mod patterns;
mod respell;
mod standard;
#[cfg(test)]
mod tests;

use crate::diagnostics::Errors;
use crate::parse::types::carries_no_float;
use absent::Absent;
use attributes::{Options, Place};
use generics::Split;
use names::Names;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Index, Member, Type, Visibility};

/// What the derive knows of a type once its mistakes are reported.
struct Item {
    ident: Ident,
    vis: Visibility,
    is_enum: bool,
    /// The variants of an enum. A struct is like an enum that is its one variant.
    variants: Vec<Variant>,
    generics: Split,
    /// The path of the runtime's `private` module.
    private: TokenStream,
    tangent: Ident,
    /// The name of the struct of the fields without components.
    absent_name: Ident,
    /// The name of the type parameter of generated methods.
    walker: Ident,
    /// The name of the field that mentions otherwise unused parameters, where there are any.
    marker: Ident,
}

struct Variant {
    /// `None` for a struct.
    ident: Option<Ident>,
    style: Style,
    components: Vec<Component>,
    /// Fields that have none.
    absent: Vec<Absent>,
    /// Whether the marker of the generics stands in it.
    has_marker: bool,
}

#[derive(Clone, Copy)]
enum Style {
    Named,
    Tuple,
    Unit,
}

/// A field that has a component in the tangent.
struct Component {
    vis: Visibility,
    member: Member,
    /// The field of the tangent: the same name, or the position among the fields that are kept.
    tangent_member: Member,
    /// The user's name for it, in docs and in the paths that visitors see.
    name: String,
    ty: Type,
    /// Where rustc reports that the type has no tangent.
    span: Span,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let names = Names::used_in(input.clone());
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let options = attributes::read(&input.attrs, Place::Type, &mut errors);
    let private = private_module(&options);
    let keyword = match &input.data {
        Data::Struct(data) => {
            let variants = vec![variant(&input, None, &data.fields, &mut errors)];
            let item = describe(&input, variants, private, &names);
            return finish(errors, emit::all(&item));
        }
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|node| {
                attributes::read(&node.attrs, Place::Variant, &mut errors);
                variant(&input, Some(&node.ident), &node.fields, &mut errors)
            });
            let item = describe(&input, variants.collect(), private, &names);
            return finish(errors, emit::all(&item));
        }
        Data::Union(data) => data.union_token.span,
    };
    errors.at(
        keyword,
        "`#[derive(Differentiable)]` stands on a union: which of its fields holds a value is not known",
        "derive it for a struct or an enum",
    );
    finish(errors, emit::fallback(&input, &private, &names))
}

fn finish(errors: Errors, items: TokenStream) -> TokenStream {
    let errors = errors.into_compile_errors();
    quote!(#errors #items)
}

fn private_module(options: &Options) -> TokenStream {
    match &options.krate {
        Some(path) => quote!(#path::private),
        None => quote!(::chainrule::private),
    }
}

fn variant(
    input: &DeriveInput,
    ident: Option<&Ident>,
    fields: &Fields,
    errors: &mut Errors,
) -> Variant {
    let style = match fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    };
    let (mut components, mut absent) = (Vec::new(), Vec::new());
    for (field, mut member) in fields.iter().zip(fields.members()) {
        let options = attributes::read(&field.attrs, Place::Field, errors);
        if options.skip
            || carries_no_float(&field.ty)
            || last_name(&field.ty).is_some_and(|name| name == "PhantomData")
        {
            if let Member::Named(name) = member {
                let vis = field.vis.clone();
                absent.push(Absent { vis, name });
            }
            continue;
        }
        if let Some(reference) = borrowed(&field.ty) {
            errors.at(
                reference.and_token.span,
                "a reference has no tangent: an optimizer could not change what it borrows",
                "hold the value itself, or leave the field out with `#[differentiable(skip)]`",
            );
            continue;
        }
        let span = generated(field.ty.span());
        match &mut member {
            Member::Named(ident) => ident.set_span(span),
            Member::Unnamed(index) => index.span = span,
        }
        components.push(Component {
            vis: field.vis.clone(),
            tangent_member: match &member {
                Member::Named(_) => member.clone(),
                Member::Unnamed(_) => Member::Unnamed(Index {
                    index: components.len() as u32,
                    span,
                }),
            },
            name: member_name(&member),
            ty: respell::without_self(&field.ty, input),
            span,
            member,
        });
    }
    Variant {
        ident: ident.map(as_generated),
        style,
        components,
        absent,
        has_marker: false,
    }
}

fn describe(
    input: &DeriveInput,
    mut variants: Vec<Variant>,
    private: TokenStream,
    names: &Names,
) -> Item {
    let components = variants.iter().flat_map(|variant| &variant.components);
    let types: Vec<&Type> = components.map(|component| &component.ty).collect();
    let generics = generics::split(input, &types, &private);
    if generics.marker.is_some() {
        // There is a component that mentions a parameter.
        let first = variants
            .iter_mut()
            .find(|variant| !variant.components.is_empty());
        first
            .into_iter()
            .for_each(|variant| variant.has_marker = true);
    }
    Item {
        ident: as_generated(&input.ident),
        vis: input.vis.clone(),
        is_enum: matches!(input.data, Data::Enum(_)),
        variants,
        generics,
        private,
        tangent: names.fresh(&format!("{}Tangent", input.ident.unraw())),
        absent_name: names.fresh("Absent"),
        walker: names.fresh("V"),
        marker: names.fresh("marker"),
    }
}

fn member_name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

fn as_generated(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(generated(ident.span()));
    ident
}

/// The same place, as generated code: lints leave it alone.
fn generated(span: Span) -> Span {
    Span::call_site().located_at(span)
}

fn last_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        Type::Group(inner) => last_name(&inner.elem),
        Type::Paren(inner) => last_name(&inner.elem),
        _ => None,
    }
}

fn borrowed(ty: &Type) -> Option<&syn::TypeReference> {
    match ty {
        Type::Reference(reference) => Some(reference),
        Type::Group(inner) => borrowed(&inner.elem),
        Type::Paren(inner) => borrowed(&inner.elem),
        _ => None,
    }
}

impl Item {
    /// Whether the type has a tangent for certain, to judge by the names in it.
    fn has_tangent(&self, ty: &Type) -> bool {
        const KNOWN: [&str; 15] = [
            "f32", "f64", "Vector", "Matrix", "Tensor", "Tensor3", "Tensor4", "DYN", "Rank1",
            "Rank2", "Rank3", "Rank4", "Vec", "Option", "Box",
        ];
        let params: Vec<String> = self
            .generics
            .item
            .params
            .iter()
            .map(mentions::key)
            .collect();
        Names::used_in(ty.to_token_stream())
            .iter()
            .all(|name| KNOWN.contains(&name) || params.iter().any(|param| param == name))
    }
}

impl Component {
    /// The path, as if it were written where the type of the field is: there rustc reports that the type has no tangent,
    /// and once, since it drops errors that are equal in text and place. (Functions are called as `{ path }(..)`: rustc
    /// would say more of a plain call.)
    fn at_type(&self, path: &TokenStream) -> TokenStream {
        let at_type = |mut token: TokenTree| {
            token.set_span(self.span.resolved_at(token.span()));
            token
        };
        path.clone().into_iter().map(at_type).collect()
    }

    /// `<Matrix<784, 256> as P::Differentiable>::Tangent`
    fn tangent_type(&self, private: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        quote_spanned!(self.span=> <#ty as #private::Differentiable>::Tangent)
    }
}
