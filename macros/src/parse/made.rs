//! `std::array::from_fn(|i| ..)`: a list that a loop makes, as an array.

use super::Lower;
use super::closure::behind_parens;
use super::each::{Base, parameter};
use super::sequence::Sequence;
use crate::ir::{Op, Ty, Value};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, PathArguments, Type};

impl Lower<'_> {
    /// A call of `std::array::from_fn`; `None` where it is none. How long the array is, what becomes of it says to rustc, or the
    /// type that it is declared with.
    pub(super) fn array_from_fn(
        &mut self,
        call: &ExprCall,
        declared: Option<&Type>,
    ) -> Option<Value> {
        let function = function_of(call)?;
        let span = call.func.span();
        let array = self.array_of(None, span, parameter(function), |lower, index| {
            lower.applied(function, vec![index], span)
        });
        if let Some(ty) = declared
            .map(ToTokens::to_token_stream)
            .or_else(|| turbofish(call))
        {
            self.types.insert(array, ty);
        }
        Some(array)
    }

    /// An array of what is made of each position; as long as another one, or as becomes of it.
    pub(super) fn array_of(
        &mut self,
        like: Option<Value>,
        span: Span,
        name: Option<String>,
        make: impl FnOnce(&mut Self, Value) -> Value,
    ) -> Value {
        let length = self.add(Op::Length(like), Ty::Other, span);
        self.graph[length].active = false;
        self.graph[length].name = Some("length".into());
        let empty: Expr = syn::parse_quote_spanned!(span=> ::std::vec::Vec::new());
        let empty = self.plain(&empty, Ty::List(Box::new(Ty::Other)));
        let list = format!("made{}", self.next_region());
        let list = self.scratch(&list, empty, span);
        let start = self.composed(quote!(0), Vec::new(), Ty::Int, span);
        let end = self.composed(
            quote!(length.get()),
            vec![("length", length)],
            Ty::Int,
            span,
        );
        let positions = Sequence::Range {
            start,
            end: Some(end),
        };
        let base = Base {
            name: name.as_deref(),
            stop: None,
            span,
        };
        self.drive_once(&positions, base, |lower, index| {
            let item = make(lower, index);
            let item = lower.operand(item);
            lower.push(list, item);
        });
        let whole = self.composed(quote!(..), Vec::new(), Ty::Range, span);
        let whole = self.slice_by(list, whole, span);
        let ty = self.graph[whole].ty.owned();
        self.add(Op::Fixed(whole, length), ty, span)
    }

    /// An array of unknown length is declared with a type.
    pub(super) fn note_length(&mut self, ty: &Type, value: Value) {
        let array = self.graph.behind_refs(value);
        let Type::Reference(reference) = ty else {
            if let Op::Fixed(..) = self.graph[array].op {
                self.types.entry(array).or_insert(ty.to_token_stream());
            }
            return;
        };
        self.note_length(&reference.elem, value);
    }
}

/// The function that `from_fn` is given.
fn function_of(call: &ExprCall) -> Option<&Expr> {
    let (Expr::Path(path), [function]) = (
        behind_parens(&call.func),
        &call.args.iter().collect::<Vec<_>>()[..],
    ) else {
        return None;
    };
    let mut names = path.path.segments.iter().rev().map(|part| &part.ident);
    let is_array = |name: &syn::Ident| name == "array";
    let is_named = names.next()? == "from_fn" && names.next().is_none_or(is_array);
    is_named.then_some(*function)
}

/// The type that `from_fn::<T, N, _>` says.
fn turbofish(call: &ExprCall) -> Option<TokenStream> {
    let Expr::Path(path) = behind_parens(&call.func) else {
        return None;
    };
    let PathArguments::AngleBracketed(generics) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match &generics.args.iter().collect::<Vec<_>>()[..] {
        [element, length, ..] => Some(quote!([#element; #length])),
        _ => None,
    }
}
