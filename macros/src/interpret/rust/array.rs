//! Arrays that `std::array::from_fn` makes, and their lengths.

use super::{Eval, Scope};
use crate::interpret::data::Data;
use crate::interpret::{Machine, Result, last, unknown};
use crate::ir::{Op, Value};
use syn::{Expr, ExprCall, GenericArgument, Pat, PathArguments, Type};

impl Machine<'_> {
    /// How long the array of `N` elements is that the function is given.
    pub(in crate::interpret) fn own_length(&mut self) -> Result<i64> {
        let Some(param) = self.sized else {
            return unknown("the name `N`");
        };
        match self.get(param)? {
            Data::List(list) => Ok(i64::try_from(list.len()).expect("a short array")),
            other => unknown(format!("an array {other:?}")),
        }
    }

    /// The length of an array by the type that it is declared with.
    pub(in crate::interpret) fn length_of(&mut self, length: Value) -> Result<i64> {
        let derivative = self.derivative;
        let arrays = derivative.types.iter().filter(
            |(array, _)| matches!(derivative.graph[**array].op, Op::Fixed(_, of) if of == length),
        );
        for (_, ty) in arrays {
            if let Ok(Type::Array(array)) = syn::parse2(ty.clone()) {
                return self.length(&array.len);
            }
        }
        unknown("an array whose length is not written")
    }

    fn length(&mut self, written: &Expr) -> Result<i64> {
        match written {
            Expr::Lit(lit) => match &lit.lit {
                syn::Lit::Int(int) => Ok(int.base10_parse().expect("a length")),
                _ => unknown("a length"),
            },
            _ => self.own_length(),
        }
    }

    /// `std::array::from_fn::<f64, 3, _>(|i| ..)`
    pub(super) fn array_from_fn(
        &mut self,
        call: &ExprCall,
        declared: Option<&Expr>,
        scope: &mut Scope,
    ) -> Eval<Option<Data>> {
        let (Expr::Path(path), [function]) =
            (&*call.func, &call.args.iter().collect::<Vec<_>>()[..])
        else {
            return Ok(None);
        };
        if last(&path.path) != "from_fn" {
            return Ok(None);
        }
        let arguments = path.path.segments.last().map(|segment| &segment.arguments);
        let written = match arguments {
            Some(PathArguments::AngleBracketed(generics)) => generics.args.get(1),
            _ => None,
        };
        let length = match (written, declared) {
            (Some(GenericArgument::Const(length)), _) | (_, Some(length)) => self.length(length)?,
            (Some(_), _) => self.own_length()?,
            _ => return unknown("an array whose length is not written"),
        };
        let mut items = Vec::new();
        for index in 0..length {
            items.push(self.applied(function, &[Data::Int(index)], scope)?);
        }
        Ok(Some(Data::List(items)))
    }

    /// The same with the type of a declaration.
    pub(super) fn declared_array(
        &mut self,
        pattern: &Pat,
        value: &Expr,
        scope: &mut Scope,
    ) -> Eval<Option<Data>> {
        match (pattern, value) {
            (Pat::Type(typed), Expr::Call(call)) => match &*typed.ty {
                Type::Array(array) => self.array_from_fn(call, Some(&array.len), scope),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }
}
