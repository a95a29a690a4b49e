//! Patterns that only test, or that bind one name.

use super::matching::is_constant;
use syn::Pat;
use syn::visit_mut::{self, VisitMut};

/// Replaces every name that a pattern binds by `_`.
pub(super) struct Wildcards;

impl VisitMut for Wildcards {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        wildcard(pattern, None);
        visit_mut::visit_pat_mut(self, pattern);
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        spell_out(field);
        visit_mut::visit_field_pat_mut(self, field);
    }
}

/// `Circle { r }` without its shorthand, so that the name can be replaced.
fn spell_out(field: &mut syn::FieldPat) {
    if field.colon_token.is_none() {
        field.colon_token = Some(Default::default());
    }
}

/// The same, but for one name.
pub(super) struct WildcardsBut<'a>(pub(super) &'a syn::Ident);

impl VisitMut for WildcardsBut<'_> {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        wildcard(pattern, Some(self.0));
        visit_mut::visit_pat_mut(self, pattern);
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        spell_out(field);
        visit_mut::visit_field_pat_mut(self, field);
        if let (syn::Member::Named(name), Pat::Ident(pat)) = (&field.member, &*field.pat)
            && *name == pat.ident
            && pat.subpat.is_none()
        {
            field.colon_token = None;
        }
    }
}

fn wildcard(pattern: &mut Pat, but: Option<&syn::Ident>) {
    if let Pat::Ident(pat) = pattern
        && !is_constant(pat)
        && but != Some(&pat.ident)
    {
        *pattern = match pat.subpat.take() {
            Some((_, inner)) => *inner,
            None => syn::parse_quote!(_),
        };
    }
}
