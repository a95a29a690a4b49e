//! Closures where they are passed, and what they and loops bind.

use super::{Generator, Variable, boxed};
use crate::ast::*;

/// What a closure takes: its type, whether it is vague, and the bounds of an integer.
pub(super) type Taken = (Ty, bool, Option<(usize, usize)>);

impl Generator<'_> {
    pub(super) fn closure(
        &mut self,
        takes: &[Taken],
        body: impl FnOnce(&mut Self) -> Expr,
    ) -> Closure {
        self.frozen(|draw| {
            draw.scope(|draw| {
                let patterns = takes
                    .iter()
                    .map(|(ty, vague, bounds)| draw.pattern(ty, *vague, *bounds))
                    .collect();
                let body = draw.deeper(body);
                Closure {
                    patterns,
                    body: boxed(body),
                }
            })
        })
    }

    /// A pattern for items of a type, whose names are in scope from now on.
    pub(super) fn pattern(
        &mut self,
        ty: &Ty,
        vague: bool,
        bounds: Option<(usize, usize)>,
    ) -> Pattern {
        match ty {
            Ty::Tuple(parts) if self.rng.percent(85) => Pattern::Tuple(
                parts
                    .iter()
                    .map(|part| self.pattern(part, vague, None))
                    .collect(),
            ),
            Ty::Ref(inner)
                if inner.is_copy()
                    && !matches!(**inner, Ty::Array(..) | Ty::Slice(_) | Ty::Sized(_))
                    && self.rng.percent(45) =>
            {
                Pattern::Ref(Box::new(self.pattern(inner, vague, None)))
            }
            Ty::Ref(inner) if matches!(**inner, Ty::Tuple(_)) => {
                match self.pattern(inner, vague, None) {
                    tuple @ Pattern::Tuple(_) => Pattern::Ref(Box::new(tuple)),
                    other => Pattern::Ref(Box::new(other)),
                }
            }
            ty => {
                if self.rng.percent(4) {
                    return Pattern::Any;
                }
                let mut name = self.name();
                // A name stands for one thing in a pattern.
                while self
                    .variables
                    .iter()
                    .rev()
                    .take(6)
                    .any(|variable| variable.name == name)
                {
                    name = self.fresh_name("e");
                }
                let mut variable = Variable::new(&name, ty.clone()).vague(vague);
                variable.bounds = if *ty == Ty::Int { bounds } else { None };
                self.variables.push(variable);
                Pattern::Name(name, false)
            }
        }
    }
}
