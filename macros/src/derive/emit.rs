//! The tangent and its impls as tokens.
//!
//! `enum Shape { Circle(f64), Rect { w: f64, n: usize } }` becomes
//!
//! ```text
//! enum ShapeTangent {
//!     Circle(<f64 as P::Differentiable>::Tangent),
//!     Rect { w: <f64 as P::Differentiable>::Tangent },
//! }
//! impl P::Differentiable for Shape {
//!     type Tangent = ShapeTangent;
//!     fn zero_tangent(&self) -> ShapeTangent {
//!         match self {
//!             Shape::Circle { 0: __value0, .. } => {
//!                 ShapeTangent::Circle { 0: P::Differentiable::zero_tangent(__value0) }
//!             }
//!             ..
//!         }
//!     }
//!     fn visit<V: P::LeafVisitor>(&mut self, __tangent: &ShapeTangent, __visitor: &mut V) {
//!         match (self, __tangent) {
//!             (Shape::Circle { 0: __value0, .. }, ShapeTangent::Circle { 0: __tangent0, .. }) => {
//!                 P::LeafVisitor::enter(__visitor, "Circle.0");
//!                 P::Differentiable::visit(__value0, __tangent0, __visitor);
//!                 P::LeafVisitor::leave(__visitor);
//!             }
//!             ..
//!             (__value, __tangent) => P::tangent_of_other_variant(__value, __tangent),
//!         }
//!     }
//! }
//! ```
//!
//! and the same for `ShapeTangent`, which is its own tangent. A struct becomes the same with one pattern.

use super::generics::require;
use super::names::Names;
use super::{Component, Item, Style, Variant, parts, standard};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Generics, Member, WherePredicate};

pub(super) fn all(item: &Item) -> TokenStream {
    let definition = definition(item);
    let standard = standard::traits(item);
    let generics = &item.generics;
    let of_item = differentiable(item, &item.ident, &generics.item, |field| &field.member);
    let of_tangent = differentiable(item, &item.tangent, &generics.tangent, |field| {
        &field.tangent_member
    });
    let tangent = tangent(item);
    let parts = item.is_enum.then(|| parts::all(item));
    let absent = super::absent::absent(item);
    quote! {
        const _: () = {
            #definition
            #standard
            #of_item
            #of_tangent
            #tangent
            #parts
            #absent
        };
    }
}

/// For a type that cannot be derived: no tangent, so that only the mistake itself is reported.
pub(super) fn fallback(input: &DeriveInput, private: &TokenStream, names: &Names) -> TokenStream {
    let ident = &input.ident;
    let walker = names.fresh("V");
    let mut generics = input.generics.clone();
    require(&mut generics, assumed(&quote!(::core::clone::Clone)));
    let (params, arguments, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params #private::Differentiable for #ident #arguments #bounds {
            type Tangent = ();
            fn zero_tangent(&self) {}
            fn visit<#walker: #private::LeafVisitor>(&mut self, _: &(), _: &mut #walker) {}
        }
        #[automatically_derived]
        impl #params #private::Trainable for #ident #arguments #bounds {}
    }
}

/// `Self: bound`, checked where the impl is used and not where it stands: that a type is not `Clone` is said once, by the
/// impl of `Differentiable`.
fn assumed(bound: &TokenStream) -> WherePredicate {
    syn::parse_quote!(for<'__anywhere> Self: #bound)
}

fn definition(item: &Item) -> TokenStream {
    let Item { vis, tangent, .. } = item;
    let (params, _, bounds) = item.generics.tangent.split_for_impl();
    let doc = format!(
        "The tangent of `{}`: a component for each field that carries floats.",
        item.ident
    );
    let definition = match &*item.variants {
        [only] if !item.is_enum => {
            let body = body(item, only);
            match only.style {
                Style::Named => quote!(struct #tangent #params #bounds #body),
                _ => quote!(struct #tangent #params #body #bounds;),
            }
        }
        variants => {
            let variants = variants.iter().map(|variant| {
                let (ident, body) = (&variant.ident, body(item, variant));
                let doc = format!("The tangent of `{}`.", variant.name());
                quote!(#[doc = #doc] #ident #body)
            });
            quote!(enum #tangent #params #bounds { #(#variants,)* })
        }
    };
    quote!(#[doc = #doc] #vis #definition)
}

/// The components of a variant, as its definition lists them.
fn body(item: &Item, variant: &Variant) -> TokenStream {
    let mut components: Vec<&Component> = variant.components.iter().collect();
    if let Style::Named = variant.style {
        // The last field decides whether a struct is `Sized`: where its type has no tangent, rustc says so many times.
        components.sort_by_key(|component| item.has_tangent(&component.ty));
    }
    let fields = components.into_iter().map(|component| {
        let Component { vis, name, .. } = component;
        let ty = component.tangent_type(&item.private);
        let label = match &component.tangent_member {
            Member::Named(ident) => quote!(#ident:),
            Member::Unnamed(_) => TokenStream::new(),
        };
        let doc = format!("The component of `{name}`.");
        quote!(#[doc = #doc] #vis #label #ty)
    });
    let marker_name = &item.marker;
    let marker = item.generics.marker.iter().filter(|_| variant.has_marker);
    let marker = marker.map(|marker| {
        let marker = match variant.style {
            Style::Named => quote!(#marker_name: #marker),
            _ => marker.to_token_stream(),
        };
        quote!(#[doc(hidden)] #marker)
    });
    let fields = fields.chain(marker);
    match variant.style {
        Style::Named => quote!({ #(#fields,)* }),
        Style::Tuple => quote!((#(#fields,)*)),
        Style::Unit => TokenStream::new(),
    }
}

fn differentiable(
    item: &Item,
    ident: &Ident,
    generics: &Generics,
    member: impl Fn(&Component) -> &Member + Copy,
) -> TokenStream {
    let Item {
        tangent,
        private,
        walker,
        ..
    } = item;
    let (params, arguments, bounds) = generics.split_for_impl();
    let (_, tangent_arguments, _) = item.generics.tangent.split_for_impl();

    let zeros = item.each(|variant| {
        let zeros = variant.numbered("__value").map(|(component, value)| {
            let private = component.at_type(private);
            let to = &component.tangent_member;
            quote_spanned!(component.span=> #to: { #private::Differentiable::zero_tangent }(#value))
        });
        let zeros = zeros.chain(marker_value(item, variant));
        let pattern = variant.pattern(ident, "__value", member);
        let path = variant.path(tangent);
        quote!(#pattern => #path { #(#zeros,)* })
    });
    let visits = visits(item, ident, member);
    let mut trainable = generics.clone();
    require(&mut trainable, assumed(&quote!(#private::Differentiable)));
    let (_, _, trainable) = trainable.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params #private::Differentiable for #ident #arguments #bounds {
            type Tangent = #tangent #tangent_arguments;

            #[inline]
            fn zero_tangent(&self) -> #tangent #tangent_arguments {
                #zeros
            }

            fn visit<#walker: #private::LeafVisitor>(
                &mut self,
                __tangent: &#tangent #tangent_arguments,
                __visitor: &mut #walker,
            ) {
                #visits
            }
        }
        #[automatically_derived]
        #[doc(hidden)]
        impl #params #private::Trainable for #ident #arguments #trainable {}
    }
}

fn visits(
    item: &Item,
    ident: &Ident,
    member: impl Fn(&Component) -> &Member + Copy,
) -> TokenStream {
    let private = &item.private;
    item.each_pair(
        &quote!(__tangent),
        |variant| {
            let visits = variant
                .numbered("__value")
                .zip(variant.numbered("__tangent"));
            let visits = visits.map(|((component, value), (_, tangent))| {
                let private = component.at_type(private);
                let name = variant.field_path(component);
                quote_spanned! {component.span=>
                    #private::LeafVisitor::enter(__visitor, #name);
                    let () = { #private::Differentiable::visit }(#value, #tangent, __visitor);
                    #private::LeafVisitor::leave(__visitor);
                }
            });
            let value = variant.pattern(ident, "__value", member);
            let tangent = variant.tangent_pattern(&item.tangent, "__tangent");
            quote!((#value, #tangent) => { #(#visits)* })
        },
        &quote!((__value, __tangent) => #private::tangent_of_other_variant(__value, __tangent)),
    )
}

fn tangent(item: &Item) -> TokenStream {
    let Item {
        tangent,
        private,
        walker,
        ..
    } = item;
    let (params, arguments, bounds) = item.generics.tangent.split_for_impl();
    let walk = |walker: TokenStream, method: TokenStream| {
        item.each(|variant| {
            let walks = variant.numbered("__tangent").map(|(component, tangent)| {
                let private = component.at_type(private);
                quote_spanned!(component.span=> let () = { #private::Tangent::#method }(#tangent, #walker);)
            });
            let pattern = variant.tangent_pattern(tangent, "__tangent");
            quote!(#pattern => { #(#walks)* })
        })
    };
    let reads = walk(quote!(__reader), quote!(read_leaves));
    let writes = walk(quote!(__writer), quote!(write_leaves));
    quote! {
        #[automatically_derived]
        impl #params #private::Tangent for #tangent #arguments #bounds {
            fn read_leaves<#walker: #private::LeafReader>(&self, __reader: &mut #walker) {
                #reads
            }

            fn write_leaves<#walker: #private::LeafWriter>(&mut self, __writer: &mut #walker) {
                #writes
            }
        }
    }
}

pub(super) fn marker_value(item: &Item, variant: &Variant) -> Option<TokenStream> {
    if !variant.has_marker {
        return None;
    }
    let member = match variant.style {
        Style::Named => Member::Named(item.marker.clone()),
        _ => Member::Unnamed(variant.components.len().into()),
    };
    Some(quote!(#member: ::core::marker::PhantomData))
}
