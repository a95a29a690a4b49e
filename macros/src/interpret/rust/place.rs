//! Places that kept Rust changes: its own variables, and cells of the function around it.

use super::{Eval, Local, Scope, applied, member};
use crate::interpret::data::{Data, Part};
use crate::interpret::{Machine, Result, unknown};
use crate::ir::Value;
use crate::parse::spelling;
use syn::{Expr, UnOp};

#[derive(Clone)]
pub(super) struct Place {
    root: Root,
    path: Vec<Part>,
}

#[derive(Clone, Copy)]
enum Root {
    /// By its position in the scope.
    Local(usize),
    Cell(Value),
}

impl Place {
    pub(super) fn of(local: usize) -> Place {
        Place {
            root: Root::Local(local),
            path: Vec::new(),
        }
    }

    pub(super) fn inside(&self, part: Part) -> Place {
        let mut place = self.clone();
        place.path.push(part);
        place
    }
}

impl Machine<'_> {
    /// The place that an expression names, if it is one.
    pub(super) fn place(&mut self, expr: &Expr, scope: &mut Scope) -> Eval<Option<Place>> {
        let (base, part) = match expr {
            Expr::Paren(inner) => return self.place(&inner.expr, scope),
            Expr::Group(inner) => return self.place(&inner.expr, scope),
            Expr::Reference(inner) => return self.place(&inner.expr, scope),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                return self.place(&unary.expr, scope);
            }
            Expr::Path(path) => {
                return Ok(match path.path.get_ident() {
                    Some(ident) => self.named(&spelling(ident), scope)?,
                    None => None,
                });
            }
            Expr::Field(field) => (&field.base, member(&field.member)),
            Expr::Index(index) => {
                let part = self.eval(&index.index, scope)?.as_index()?;
                (&index.expr, part)
            }
            _ => return Ok(None),
        };
        let base = self.place(base, scope)?;
        Ok(base.map(|base| base.inside(part)))
    }

    fn named(&mut self, name: &str, scope: &Scope) -> Result<Option<Place>> {
        let position = scope.locals.iter().rposition(|(known, _)| known == name);
        if let Some(position) = position {
            return Ok(Some(match &scope.locals[position].1 {
                Local::Place(place) => place.clone(),
                Local::Own(_) => Place {
                    root: Root::Local(position),
                    path: Vec::new(),
                },
            }));
        }
        let Some(value) = scope.uses.get(name) else {
            return Ok(None);
        };
        if !self.derivative.graph.is_in_cell(*value) {
            return Ok(None);
        }
        let (root, path) = self.path(*value)?;
        let root = Root::Cell(root);
        Ok(Some(Place { root, path }))
    }

    /// The place that an expression lends by `&mut`: what is bound to it names the place.
    pub(super) fn lent(&mut self, expr: &Expr, scope: &mut Scope) -> Eval<Option<Place>> {
        match expr {
            Expr::Paren(inner) => self.lent(&inner.expr, scope),
            Expr::Reference(lent) if lent.mutability.is_some() => self.place(&lent.expr, scope),
            Expr::Path(path) => Ok(path.path.get_ident().and_then(|ident| {
                let name = spelling(ident);
                let local = scope.locals.iter().rev().find(|(known, _)| *known == name);
                match local {
                    Some((_, Local::Place(place))) => Some(place.clone()),
                    _ => None,
                }
            })),
            _ => Ok(None),
        }
    }

    pub(super) fn load(&mut self, place: &Place, scope: &Scope) -> Eval {
        let root = match place.root {
            Root::Local(position) => match &scope.locals[position].1 {
                Local::Own(data) => data.clone(),
                Local::Place(inner) => self.load(inner, scope)?,
            },
            Root::Cell(cell) => self.get(cell)?,
        };
        let mut parts = place.path.iter();
        Ok(parts.try_fold(root, |data, part| data.part(part))?)
    }

    /// Changes what a place holds.
    pub(super) fn modify<T>(
        &mut self,
        place: &Place,
        scope: &mut Scope,
        change: &mut dyn FnMut(&mut Data) -> Result<T>,
    ) -> Eval<T> {
        let root = match place.root {
            Root::Local(position) => match &mut scope.locals[position].1 {
                Local::Own(data) => data,
                Local::Place(_) => return unknown("a reference to a reference"),
            },
            Root::Cell(cell) => match self.state.values.get_mut(&cell) {
                Some(data) => data,
                None => return unknown("a cell that is not there"),
            },
        };
        Ok(root.change(&place.path, change)?)
    }

    /// The place that an expression has to be.
    pub(super) fn target(&mut self, expr: &Expr, scope: &mut Scope) -> Eval<Place> {
        match self.place(expr, scope)? {
            Some(place) => Ok(place),
            None => unknown("a change of what is no place"),
        }
    }

    pub(super) fn write(&mut self, place: &Place, data: Data, scope: &mut Scope) -> Eval<()> {
        self.modify(place, scope, &mut |held| {
            *held = data.clone();
            Ok(())
        })
    }

    pub(super) fn assign(&mut self, target: &Expr, value: &Expr, scope: &mut Scope) -> Eval {
        let value = self.eval(value, scope)?;
        self.assign_parts(target, value, scope)?;
        Ok(Data::unit())
    }

    fn assign_parts(&mut self, target: &Expr, value: Data, scope: &mut Scope) -> Eval<()> {
        match (target, value) {
            (Expr::Infer(_), _) => Ok(()),
            (Expr::Tuple(tuple), Data::Tuple(parts)) => {
                let pairs = tuple.elems.iter().zip(parts);
                for (target, part) in pairs {
                    self.assign_parts(target, part, scope)?;
                }
                Ok(())
            }
            (target, value) => {
                let place = self.target(target, scope)?;
                self.write(&place, value, scope)
            }
        }
    }

    /// As rustc does for numbers: first the value, then the place.
    pub(super) fn compound(
        &mut self,
        symbol: &str,
        binary: &syn::ExprBinary,
        scope: &mut Scope,
    ) -> Eval {
        let value = self.eval(&binary.right, scope)?;
        let place = self.target(&binary.left, scope)?;
        let held = self.load(&place, scope)?;
        self.write(&place, applied(symbol, held, value)?, scope)?;
        Ok(Data::unit())
    }
}
