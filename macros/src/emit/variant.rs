//! The fields of a variant, in values and in cotangents.

use super::Emitter;
use super::code::{Binding, Code};
use super::names::ident;
use crate::ir::{Op, Projection, Value, VariantField};
use crate::variants;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

impl Emitter<'_> {
    /// Expands to: `match &shape { Shape::Circle { 0: part } => part, _ => .. }`, or of a cotangent
    /// `rt::variant_part::<NUMBER, _>(&shape_bar)`
    pub(super) fn variant_part(
        &self,
        base: Value,
        field: &VariantField,
        span: Span,
    ) -> TokenStream {
        let (reference, rt) = (self.reference(base), &self.rt);
        if self.derivative.is_cotangent(base) {
            return self.cotangent_part("variant_part", field, &reference, span);
        }
        let (path, member, part) = (&field.path, &field.member, ident(&self.names.fresh("part")));
        quote!((match #reference { #path { #member: #part, .. } => #part, _ => #rt::unreachable() }))
    }

    /// A place within a variant, to be changed.
    pub(super) fn changed(&self, place: Value) -> Code {
        let graph = &self.derivative.graph;
        match &graph[place].op {
            Op::Project(base, Projection::Variant(field)) => {
                let (base, rt) = (self.changed_reference(*base), &self.rt);
                let (path, member, part) =
                    (&field.path, &field.member, ident(&self.names.fresh("part")));
                let tokens = quote!((match #base { #path { #member: #part, .. } => #part, _ => #rt::unreachable() }));
                Code::new(quote!(*#tokens), Binding::Prefix)
            }
            Op::Project(base, Projection::Unboxed) => {
                let base = self.changed(*base).at(Binding::Prefix);
                Code::new(quote!(*#base), Binding::Prefix)
            }
            Op::Project(base, Projection::Field(member)) => {
                let base = self.changed_base(*base);
                Code::tight(quote!(#base.#member))
            }
            Op::Project(base, Projection::Index(index)) => {
                let (base, index) = (self.changed_base(*base), self.value(*index).tokens());
                Code::tight(quote!(#base[#index]))
            }
            Op::Ref(inner) | Op::Deref(inner) => self.changed(*inner),
            _ => self.value(place),
        }
    }

    /// The same, to take a part or call a method of.
    pub(super) fn changed_base(&self, place: Value) -> TokenStream {
        match self.derivative.graph.is_in_variant(place) {
            true => self.changed(place).at(Binding::Tight),
            false => self.base(place),
        }
    }

    fn changed_reference(&self, place: Value) -> TokenStream {
        let place = self.derivative.graph.behind_refs(place);
        if self.derivative.graph[place].lent {
            let name = self.variable(place);
            return quote!(&mut *#name);
        }
        let place = self.changed(place).at(Binding::Prefix);
        quote!(&mut #place)
    }

    /// The call stands at the user's pattern: there rustc reports that the field has no component, and once, since it drops
    /// errors that are equal in text and place.
    pub(super) fn cotangent_part(
        &self,
        function: &str,
        field: &VariantField,
        cotangent: &TokenStream,
        span: Span,
    ) -> TokenStream {
        let (rt, number, function) = (&self.rt, part_number(field), format_ident!("{function}"));
        let path = quote!(#rt::#function::<#number, _>);
        let path: TokenStream = path
            .into_iter()
            .map(|mut token: TokenTree| {
                token.set_span(span.resolved_at(token.span()));
                token
            })
            .collect();
        quote_spanned!(span.resolved_at(Span::call_site())=> #path(#cotangent))
    }
}

/// The number by which the runtime knows a field of a variant.
fn part_number(field: &VariantField) -> Literal {
    let variant = field
        .path
        .segments
        .last()
        .map(|last| last.ident.to_string());
    let member = field.member.to_token_stream().to_string();
    Literal::u64_unsuffixed(variants::part_number(&variant.unwrap_or_default(), &member))
}
