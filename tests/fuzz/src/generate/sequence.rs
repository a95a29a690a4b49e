//! Chains of iterators.

use super::{Generator, boxed};
use crate::ast::*;

/// A chain, and what it says of its items.
pub(super) struct Chain {
    pub(super) items: Sequence,
    pub(super) ty: Ty,
    pub(super) vague: bool,
    /// Whether it borrows as long as it lives.
    pub(super) lazy: bool,
    /// Whether its length is known and its end can be reached first.
    pub(super) exact: bool,
    pub(super) bounds: Option<(usize, usize)>,
}

/// How a list is held.
enum Held {
    Value,
    Reference,
    /// By a reference that may change it.
    Elsewhere,
    /// In something larger.
    Part,
}

impl Generator<'_> {
    /// A list that can be iterated over, and its type without references.
    pub(super) fn list(&mut self) -> Option<(Expr, Ty)> {
        let from = self.readable(|variable| match variable.ty.peeled() {
            Ty::Array(inner, _) | Ty::Vec(inner) => **inner != Ty::Int,
            Ty::Slice(inner) | Ty::Sized(inner) => **inner != Ty::Int,
            Ty::Struct(index) => *index == 1 || *index == 3,
            _ => false,
        });
        let index = self.pick(&from)?;
        let ty = self.variables[index].ty.peeled().clone();
        let var = self.var(index);
        if let Ty::Struct(item) = ty {
            let field = &STRUCTS[item].fields[0];
            return Some((Expr::Field(boxed(var), field, 0), field.ty()));
        }
        if let Some(inner @ Ty::Array(_, count)) = ty.element()
            && *count > 0
            && self.rng.percent(40)
            && let Ty::Array(_, rows) = ty
        {
            let row = self.index_below(rows)?;
            return Some((Expr::Index(boxed(var), boxed(row)), inner.clone()));
        }
        if self.rng.percent(15)
            && let Some(element) = ty.element().cloned()
        {
            return Some((self.slice(var, &ty), Ty::Slice(Box::new(element))));
        }
        Some((var, ty))
    }

    /// `list[from..to]`
    fn slice(&mut self, list: Expr, ty: &Ty) -> Expr {
        let from = self.rng.below(2);
        let to = match ty {
            _ if self.rng.percent(50) => None,
            Ty::Array(_, count) => Some(Expr::Int((*count).min(from + 1 + self.rng.below(2)))),
            _ => Some(Expr::Int(from + self.rng.below(2))),
        };
        Expr::Slice(boxed(list), from, to.map(boxed))
    }

    /// A range of integers with few of them.
    pub(super) fn range(&mut self) -> Chain {
        let low = self.rng.weighted(&[75, 15, 10]);
        let (end, high) = match self.rng.weighted(&[60, 20, 20]) {
            0 => {
                let count = *self.rng.of(&[0, 1, 2, 3, 3, 4, 2, 7]);
                (Expr::Int(low + count), Some(low + count))
            }
            1 => (self.int_variable().unwrap_or(Expr::Int(3)), None),
            _ => match self.list() {
                Some((list, Ty::Array(_, count))) => (Expr::Len(boxed(list)), Some(count)),
                Some((list, _)) => (Expr::Len(boxed(list)), None),
                None => (Expr::Int(2), Some(2)),
            },
        };
        let inclusive = self.rng.percent(15);
        let high = high.map(|high| high + usize::from(inclusive));
        Chain {
            items: Sequence::Range(boxed(Expr::Int(low)), boxed(end), inclusive),
            ty: Ty::Int,
            vague: false,
            lazy: false,
            exact: !inclusive,
            bounds: high.and_then(|high| (high > low).then(|| (low, high - 1))),
        }
    }

    pub(super) fn source(&mut self) -> Chain {
        if self.rng.percent(25) {
            return self.range();
        }
        let Some((list, ty)) = self.list() else {
            return self.range();
        };
        let element = ty.element().expect("a list").clone();
        let vague = self.is_vague(&list);
        let by_ref = Ty::Ref(Box::new(element.clone()));
        let list = boxed(list);
        if self.rng.percent(14) {
            let count = 1 + self.rng.below(3);
            let items = if self.rng.percent(60) {
                Sequence::Windows(list, count)
            } else {
                Sequence::Chunks(list, count)
            };
            return Chain {
                items,
                ty: Ty::Ref(Box::new(Ty::Slice(Box::new(element)))),
                vague,
                lazy: true,
                exact: true,
                bounds: None,
            };
        }
        let (items, ty, lazy) = match self.held(&list) {
            // A reference is an iterable of its own.
            Held::Reference if self.rng.percent(30) => (Sequence::Owned(list, false), by_ref, true),
            Held::Value if self.rng.percent(30) && ty.is_copy() => {
                let method = self.rng.percent(50);
                (Sequence::Owned(list, method), element, false)
            }
            Held::Value | Held::Part if self.rng.percent(20) => {
                (Sequence::Borrowed(list), by_ref, true)
            }
            _ => (Sequence::Iter(list), by_ref, true),
        };
        Chain {
            items,
            ty,
            vague,
            lazy,
            exact: true,
            bounds: None,
        }
    }

    /// Items of a type.
    pub(super) fn source_of(&mut self, ty: &Ty) -> Option<Chain> {
        (0..4)
            .map(|_| self.source())
            .find(|source| source.ty == *ty)
    }

    fn held(&self, list: &Expr) -> Held {
        let Expr::Var(name) = list else {
            return Held::Part;
        };
        let found = self
            .variables
            .iter()
            .rev()
            .find(|variable| variable.name == *name);
        match found {
            Some(variable) if matches!(variable.ty, Ty::Ref(_)) && variable.mutable => {
                Held::Elsewhere
            }
            Some(variable) if matches!(variable.ty, Ty::Ref(_)) => Held::Reference,
            _ => Held::Value,
        }
    }

    pub(super) fn chain(&mut self) -> Chain {
        let mut chain = self.source();
        let adaptors = self.rng.weighted(&[35, 40, 20, 5]);
        for _ in 0..adaptors {
            chain = self.adapted(chain);
        }
        chain
    }
}
