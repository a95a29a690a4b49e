//! Statements that are there for what they do to variables.

use super::{Generator, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
    /// Something that changes a variable.
    pub(super) fn effect(&mut self) -> Option<Stmt> {
        match self.rng.weighted(&[50, 15, 20, 8, 7]) {
            0 => self.change(),
            1 => self.count_on().or_else(|| self.change()),
            2 => self.call_stmt().or_else(|| self.change()),
            3 => self.list_change(),
            _ => self.exchange(),
        }
    }

    /// `k += 1;`
    fn count_on(&mut self) -> Option<Stmt> {
        let from = self.changeable(|variable| variable.ty == Ty::Int);
        let index = self.pick(&from)?;
        let place = self.var(index);
        let step = Expr::Int(1 + self.rng.below(2));
        Some(Stmt::Compound(Operator::Add, place, step))
    }

    /// An assignment to a float, or to something larger.
    pub(super) fn change(&mut self) -> Option<Stmt> {
        if self.rng.percent(14) {
            return self.whole_change();
        }
        if self.rng.percent(8)
            && let Some(count) = self.count_on()
        {
            return Some(count);
        }
        let place = self.float_place(true)?;
        Some(match self.rng.weighted(&[35, 35, 12, 14, 4]) {
            0 => {
                let value = self.float();
                Stmt::Assign(place, value)
            }
            1 => Stmt::Compound(Operator::Add, place, self.float()),
            2 => Stmt::Compound(Operator::Sub, place, self.float()),
            3 => Stmt::Compound(Operator::Mul, place, self.float()),
            _ => {
                let divisor = self.float();
                let divisor = self.math(Fun::Powi(2), vec![divisor]);
                let divisor = binary(Operator::Add, divisor, Expr::Float(0.7, false));
                Stmt::Compound(Operator::Div, place, divisor)
            }
        })
    }

    fn whole_change(&mut self) -> Option<Stmt> {
        let from = self.changeable(|variable| {
            variable.ty.has_floats() && !matches!(variable.ty.peeled(), Ty::Slice(_))
        });
        let index = self.pick(&from)?;
        let (ty, is_reference) = match &self.variables[index].ty {
            Ty::Ref(inner) => ((**inner).clone(), true),
            ty => (ty.clone(), false),
        };
        if matches!(ty, Ty::Ref(_)) {
            return None;
        }
        let place = self.var(index);
        let value = self.deeper(|draw| draw.value(&ty));
        let place = if is_reference {
            Expr::Deref(boxed(place))
        } else {
            place
        };
        Some(Stmt::Assign(place, value))
    }

    /// `(a, b) = (b, a + ..);`
    pub(super) fn swap_floats(&mut self) -> Option<Stmt> {
        let (a, b) = (self.float_place(true)?, self.float_place(true)?);
        let value = Expr::Tuple(vec![self.float(), self.float()]);
        (a != b).then_some(Stmt::AssignTuple(vec![a, b], value))
    }

    /// `std::mem::swap(&mut a, &mut b);`
    pub(super) fn exchange(&mut self) -> Option<Stmt> {
        let from = self.changeable(|variable| {
            variable.ty.has_floats() && !matches!(variable.ty.peeled(), Ty::Slice(_) | Ty::Sized(_))
        });
        let root = self.pick(&from)?;
        let ty = if self.rng.percent(50) {
            Ty::Float
        } else {
            self.variables[root].ty.peeled().clone()
        };
        let (first, root) = self.lendable(&ty)?;
        let second = self.lending(root, |draw| draw.lendable(&ty));
        second.map(|(second, _)| Stmt::Exchange(first, second))
    }

    /// `std::mem::replace(&mut a, ..)`
    pub(super) fn replaced(&mut self) -> Option<Expr> {
        let (place, root) = self.lendable(&Ty::Float)?;
        if self.rng.percent(20) {
            return Some(Expr::Take(boxed(place)));
        }
        let value = self.lending(root, |draw| draw.kept_inside(Self::float));
        Some(Expr::Replace(boxed(place), boxed(value)))
    }
}
