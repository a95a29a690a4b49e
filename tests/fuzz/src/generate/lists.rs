//! Statements that change lists.

use super::{Generator, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
    /// A list of floats that can be changed.
    fn changed_list(&mut self) -> Option<(Expr, Ty)> {
        let is_floats = |ty: &Ty| ty.element() == Some(&Ty::Float);
        let from = self.changeable(|variable| match variable.ty.peeled() {
            Ty::Struct(index) => *index == 1 || *index == 3,
            Ty::Array(inner, _) => is_floats(variable.ty.peeled()) || is_floats(inner),
            ty => is_floats(ty),
        });
        let index = self.pick(&from)?;
        let ty = self.variables[index].ty.peeled().clone();
        let var = self.var(index);
        if let Ty::Struct(item) = ty {
            let field = &STRUCTS[item].fields[0];
            return Some((Expr::Field(boxed(var), field, 0), field.ty()));
        }
        if let Ty::Array(inner, rows) = &ty
            && is_floats(inner)
        {
            let row = self.index_below(*rows)?;
            return Some((Expr::Index(boxed(var), boxed(row)), (**inner).clone()));
        }
        Some((var, ty))
    }

    fn position(&mut self, list: &Expr, ty: &Ty) -> Expr {
        match ty {
            Ty::Array(_, count) => self.index_below(*count).unwrap_or(Expr::Int(0)),
            _ => self.index_in(list),
        }
    }

    pub(super) fn list_change(&mut self) -> Option<Stmt> {
        let first = self.reads.len();
        let (list, ty) = self.changed_list()?;
        let root = self.reads[first];
        self.holding(first, |draw| draw.change_of(list, ty, root))
    }

    fn change_of(&mut self, list: Expr, ty: Ty, root: usize) -> Option<Stmt> {
        let is_vec = matches!(ty, Ty::Vec(_));
        Some(match self.rng.below(9) {
            6 => Stmt::Reverse(list),
            7 if is_vec => Stmt::Truncate(list, 1 + self.rng.below(3)),
            8 if is_vec && self.frames.len() < 2 => {
                let items = self.lending(root, |draw| draw.frozen(Self::owned_floats));
                Stmt::Extend(list, Sequence::Take(Box::new(items), boxed(Expr::Int(3))))
            }
            0 | 1 => {
                let (i, j) = self.lending(root, |draw| {
                    (draw.position(&list, &ty), draw.position(&list, &ty))
                });
                // The indices of a call may not look at what it changes.
                if matches!(ty, Ty::Vec(_) | Ty::Slice(_) | Ty::Sized(_)) {
                    Stmt::Swap(list, Expr::Int(0), Expr::Int(self.rng.below(2)))
                } else {
                    Stmt::Swap(list, i, j)
                }
            }
            2 if self.rng.percent(40) => {
                let value = self.lending(root, |draw| draw.kept_inside(Self::float));
                Stmt::Fill(list, value)
            }
            2 => Stmt::Fill(list, self.frozen_leaf()),
            3 => {
                let source = self.other_list(&list, &ty)?;
                Stmt::CopyFrom(list, source)
            }
            4 if matches!(ty, Ty::Vec(_)) && self.rng.percent(70) => self.moved(&list),
            5 if matches!(ty, Ty::Vec(_)) && self.frames.len() < 2 && self.rng.percent(30) => {
                Stmt::Insert(list, 0, self.frozen_leaf())
            }
            _ if matches!(ty, Ty::Vec(_)) && self.frames.len() < 2 => {
                let value = self.kept_inside(Self::float);
                let reads_itself = value.reads(&list) && !matches!(list, Expr::Var(_));
                Stmt::Push(
                    list,
                    if reads_itself {
                        Expr::Float(0.3, true)
                    } else {
                        value
                    },
                )
            }
            5 if matches!(ty, Ty::Vec(_)) => Stmt::Expr(Expr::Pop(boxed(list))),
            _ => {
                let j = self.lending(root, |draw| draw.position(&list, &ty));
                let i = Expr::Int(0);
                if matches!(ty, Ty::Vec(_) | Ty::Slice(_) | Ty::Sized(_)) {
                    Stmt::Swap(list, i, Expr::Int(0))
                } else {
                    Stmt::Swap(list, i, j)
                }
            }
        })
    }

    /// `if list.len() > 1 { let r = list.remove(..); list.push(0.5 * r); }`, or `swap_remove`, or `list.insert(.., 0.5 * r)`
    fn moved(&mut self, list: &Expr) -> Stmt {
        let name = self.fresh_name("r");
        let at = match self.index_below(2) {
            Some(at) if !at.reads(list) => at,
            _ => Expr::Int(1),
        };
        let (from, at) = (boxed(list.clone()), boxed(at));
        let removed = match self.rng.percent(50) {
            true => Expr::Remove(from, at),
            false => Expr::SwapRemove(from, at),
        };
        let half = binary(
            Operator::Mul,
            Expr::Float(0.5, true),
            Expr::Var(name.clone()),
        );
        let stmts = vec![
            Stmt::Let(Pattern::Name(name, false), None, removed),
            match self.rng.percent(50) {
                true => Stmt::Push(list.clone(), half),
                false => Stmt::Insert(list.clone(), self.rng.below(2), half),
            },
        ];
        let is_long = binary(
            Operator::Greater,
            Expr::Len(boxed(list.clone())),
            Expr::Int(1),
        );
        Stmt::If(is_long, Block { stmts, value: None }, None)
    }

    fn frozen_leaf(&mut self) -> Expr {
        let from = self.readable(|variable| variable.ty == Ty::Float);
        match self.pick(&from) {
            Some(index) => self.var(index),
            None => Expr::Float(0.2, true),
        }
    }

    /// A list of the same length.
    fn other_list(&mut self, list: &Expr, ty: &Ty) -> Option<Expr> {
        let Ty::Array(_, count) = ty else { return None };
        let from = self.readable(|variable| *variable.ty.peeled() == *ty);
        if self.rng.percent(60)
            && let Some(index) = self.pick(&from)
        {
            let is_reference = matches!(self.variables[index].ty, Ty::Ref(_));
            let mut other = self.var(index);
            if is_reference {
                other = Expr::Deref(boxed(other));
            }
            if !list.reads(&other) {
                return Some(other);
            }
        }
        let parts = (0..*count).map(|_| self.frozen_leaf()).collect();
        Some(Expr::Array(parts))
    }
}

impl Expr {
    /// Whether the variable that `place` is in may be read here.
    fn reads(&self, place: &Expr) -> bool {
        let mut root = place;
        while let Expr::Field(inner, ..)
        | Expr::Part(inner, _)
        | Expr::Index(inner, _)
        | Expr::Deref(inner) = root
        {
            root = inner;
        }
        let Expr::Var(name) = root else { return true };
        let text = format!("{self:?}");
        text.contains(&format!("Var({name:?})"))
    }
}
