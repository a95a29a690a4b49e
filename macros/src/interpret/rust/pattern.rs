//! Patterns of kept Rust.

use super::place::Place;
use super::{Eval, Local, Scope, literal, member};
use crate::interpret::data::{Data, Part};
use crate::interpret::{Machine, last, unknown};
use crate::parse::spelling;
use crate::variants::{is_none, is_some};
use quote::ToTokens;
use syn::{Expr, Pat};

impl Machine<'_> {
    /// Whether a value fits a pattern; binds its names, to parts of `place` where that is lent.
    pub(super) fn fits(
        &mut self,
        pattern: &Pat,
        value: &Data,
        place: Option<&Place>,
        scope: &mut Scope,
    ) -> Eval<bool> {
        let inside = |part: Part| place.map(|place| place.inside(part));
        Ok(match (pattern, value) {
            (Pat::Wild(_), _) => true,
            (Pat::Path(path), Data::Option(held)) if is_none(&path.path) => held.is_none(),
            (Pat::Ident(name), _) if name.ident == "None" => *value == Data::Option(None),
            (Pat::Ident(name), _) if name.subpat.is_none() => {
                let local = match place {
                    Some(place) => Local::Place(place.clone()),
                    None => Local::Own(value.clone()),
                };
                scope.locals.push((spelling(&name.ident), local));
                true
            }
            (Pat::Paren(inner), _) => self.fits(&inner.pat, value, place, scope)?,
            (Pat::Reference(inner), _) => self.fits(&inner.pat, value, None, scope)?,
            (Pat::Type(inner), _) => self.fits(&inner.pat, value, place, scope)?,
            (Pat::Lit(lit), _) => literal(&lit.lit)? == *value,
            (Pat::Or(or), _) => {
                for case in &or.cases {
                    if self.fits(case, value, place, scope)? {
                        return Ok(true);
                    }
                }
                false
            }
            (Pat::Guard(guarded), _) => {
                self.fits(&guarded.pat, value, place, scope)? && self.bool(&guarded.guard, scope)?
            }
            (Pat::Range(range), Data::Int(number)) => {
                let mut bound = |side: &Option<Box<Expr>>| match side {
                    Some(side) => self.int(side, scope).map(Some),
                    None => Ok(None),
                };
                let (start, end) = (bound(&range.start)?, bound(&range.end)?);
                let is_closed = matches!(range.limits, syn::RangeLimits::Closed(_));
                start.is_none_or(|start| start <= *number)
                    && end.is_none_or(|end| *number < end + i64::from(is_closed))
            }
            (Pat::Tuple(tuple), Data::Tuple(parts)) => {
                for (index, (pattern, part)) in tuple.elems.iter().zip(parts).enumerate() {
                    let place = inside(Part::Index(index));
                    if !self.fits(pattern, part, place.as_ref(), scope)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Pat::TupleStruct(variant), Data::Option(held)) if is_some(&variant.path) => {
                let place = inside(Part::Variant("Some".into(), "0".into()));
                match held {
                    Some(held) => self.fits(&variant.elems[0], held, place.as_ref(), scope)?,
                    None => false,
                }
            }
            (Pat::TupleStruct(pattern), Data::Variant(name, fields)) => {
                if last(&pattern.path) != *name {
                    return Ok(false);
                }
                for (pattern, (field, part)) in pattern.elems.iter().zip(fields) {
                    let place = inside(Part::Variant(name.clone(), field.clone()));
                    if !self.fits(pattern, part, place.as_ref(), scope)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Pat::Struct(pattern), Data::Variant(name, _)) if last(&pattern.path) != *name => false,
            (Pat::Struct(pattern), Data::Variant(_, fields) | Data::Struct(fields)) => {
                for field in &pattern.fields {
                    let name = field.member.to_token_stream().to_string();
                    let Some((_, part)) = fields.iter().find(|(known, _)| *known == name) else {
                        return unknown("a field that is not there");
                    };
                    let place = inside(match value {
                        Data::Variant(variant, _) => Part::Variant(variant.clone(), name),
                        _ => member(&field.member),
                    });
                    if !self.fits(&field.pat, part, place.as_ref(), scope)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Pat::Path(path), Data::Variant(name, _)) => last(&path.path) == *name,
            _ => return unknown(format!("the pattern `{}`", pattern.to_token_stream())),
        })
    }
}
