//! The fields of a variant, in values and in cotangents.

use super::Emitter;
use super::names::ident;
use crate::ir::{Value, VariantField};
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
