//! Values of any type.

use super::{Generator, boxed};
use crate::ast::*;

impl Generator<'_> {
    /// A type that a variable may have.
    pub(super) fn some_ty(&mut self) -> Ty {
        let float = || Box::new(Ty::Float);
        match self.rng.below(15) {
            12 => Ty::Array(Box::new(self.group()), 1 + self.rng.below(3)),
            13 | 14 => Ty::Vec(Box::new(self.group())),
            0..=2 => Ty::Array(float(), 1 + self.rng.below(4)),
            3 => Ty::Array(Box::new(Ty::Array(float(), 2 + self.rng.below(2))), 2),
            4 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            5 => Ty::Tuple(vec![Ty::Float, Ty::Array(float(), 2)]),
            6 => Ty::Struct(self.rng.below(3)),
            7 => Ty::Vec(float()),
            8 | 9 => Ty::MaybeFloat,
            10 => Ty::Enum,
            _ => Ty::Struct(self.rng.below(STRUCTS.len())),
        }
    }

    /// A few floats that belong together, the element of a list.
    pub(super) fn group(&mut self) -> Ty {
        match self.rng.below(4) {
            0 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            1 => Ty::Struct(0),
            2 => Ty::MaybeFloat,
            _ => Ty::Array(Box::new(Ty::Float), 2),
        }
    }

    pub(super) fn value(&mut self, ty: &Ty) -> Expr {
        if !matches!(ty, Ty::Float | Ty::Int | Ty::Bool)
            && self.rng.percent(25)
            && let Some(variable) = self.whole(ty)
        {
            return variable;
        }
        if !matches!(ty, Ty::Float | Ty::Int | Ty::Bool | Ty::MaybeInt)
            && self.rng.percent(8)
            && self.affords()
        {
            let cond = self.condition();
            let arms = [0, 1].map(|_| {
                let value = self.kept_inside(|draw| draw.deeper(|draw| draw.value(ty)));
                Block {
                    stmts: Vec::new(),
                    value: Some(boxed(value)),
                }
            });
            let [then, otherwise] = arms;
            return Expr::If(boxed(cond), then, otherwise);
        }
        if !matches!(ty, Ty::Float | Ty::Int | Ty::Bool)
            && self.rng.percent(30)
            && self.affords()
            && let Some(call) = self.deeper(|draw| draw.called(ty))
        {
            return call;
        }
        match ty {
            Ty::Float => self.float(),
            Ty::Int => self.int(),
            Ty::Bool => self.condition(),
            Ty::Array(element, count) if **element == Ty::Float && self.rng.percent(15) => {
                self.array_by_index(Some(*count))
            }
            Ty::Sized(_) => self.array_by_index(None),
            Ty::Array(element, count) if **element == Ty::Float && self.rng.percent(25) => {
                let suffix = self.rng.percent(40);
                Expr::Repeat(boxed(self.literal(suffix)), *count)
            }
            Ty::Array(element, count) if self.rng.percent(15) => match &**element {
                Ty::Array(inner, columns) if **inner == Ty::Float => {
                    let row = Expr::Repeat(boxed(self.literal(true)), *columns);
                    Expr::Repeat(boxed(row), *count)
                }
                _ => Expr::Array((0..*count).map(|_| self.value(element)).collect()),
            },
            Ty::Array(element, count) => {
                Expr::Array((0..*count).map(|_| self.value(element)).collect())
            }
            Ty::Vec(element) if **element != Ty::Float => self.list_of(element),
            Ty::Vec(_) if !self.affords() || self.rng.percent(35) => {
                Expr::VecRepeat(boxed(self.literal(true)), 1 + self.rng.below(3))
            }
            Ty::Vec(_) => self.collected(),
            Ty::Tuple(parts) => Expr::Tuple(parts.iter().map(|part| self.value(part)).collect()),
            Ty::Struct(index) => {
                let fields = STRUCTS[*index].fields;
                Expr::Struct(
                    *index,
                    fields.iter().map(|field| self.value(&field.ty())).collect(),
                )
            }
            Ty::Enum => {
                let variant = self.rng.below(VARIANTS.len());
                let fields = VARIANTS[variant].fields;
                Expr::Variant(
                    variant,
                    fields.iter().map(|field| self.value(&field.ty())).collect(),
                )
            }
            Ty::MaybeFloat => match self.rng.below(6) {
                0 => Expr::None,
                _ => self.option(),
            },
            Ty::MaybeInt | Ty::Ref(_) | Ty::RefMut(_) | Ty::Slice(_) => {
                unreachable!("only parameters have such types")
            }
        }
    }

    /// `vec![.., ..]`, or what a chain collects.
    fn list_of(&mut self, element: &Ty) -> Expr {
        if !self.affords() || self.rng.percent(40) {
            let count = 1 + self.rng.below(3);
            return Expr::VecOf((0..count).map(|_| self.value(element)).collect());
        }
        self.frozen(|draw| {
            let chain = draw.chain();
            let closure = draw.closure(&[(chain.ty, chain.vague, chain.bounds)], |draw| {
                draw.value(element)
            });
            Expr::Collect(Sequence::Map(Box::new(chain.items), closure))
        })
    }

    /// A variable of a type, read as a whole.
    pub(super) fn whole(&mut self, ty: &Ty) -> Option<Expr> {
        let from = self.readable(|variable| *variable.ty.peeled() == *ty);
        let index = self.pick(&from)?;
        let is_ref = matches!(self.variables[index].ty, Ty::Ref(_));
        // Behind a reference a `Vec` is a slice, if the reference may not change it.
        if is_ref && matches!(ty, Ty::Vec(_)) && !self.variables[index].mutable {
            return None;
        }
        let var = self.var(index);
        Some(match (ty.is_copy(), is_ref) {
            (true, true) => Expr::Deref(boxed(var)),
            (true, false) => var,
            (false, _) => Expr::Clone(boxed(var)),
        })
    }
}
