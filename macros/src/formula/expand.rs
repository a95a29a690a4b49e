//! A gradient written out: the adjoints in it replaced by what they are, while that stays short.

use super::algebra::Style;
use super::expr::Expr;
use std::collections::HashMap;

/// The most parts that are put together before giving up.
const BUDGET: usize = 64;

/// What each adjoint is, by its name; nothing where a name has two meanings.
#[derive(Default)]
pub(super) struct Definitions(HashMap<String, Option<Expr>>);

impl Definitions {
    pub(super) fn add(&mut self, name: &Expr, definition: Expr) {
        if let Expr::Adjoint { of, .. } = name {
            self.0
                .entry(of.clone())
                .and_modify(|known| *known = None)
                .or_insert(Some(definition));
        }
    }

    pub(super) fn expanded(&self, expr: &Expr) -> Option<Expr> {
        let mut budget = BUDGET;
        self.expand(expr, &mut budget)
    }

    fn expand(&self, expr: &Expr, budget: &mut usize) -> Option<Expr> {
        *budget = budget.checked_sub(1)?;
        let style = Style::Tidy;
        let mut all = |parts: &[Expr]| {
            parts
                .iter()
                .map(|part| self.expand(part, budget))
                .collect::<Option<Vec<_>>>()
        };
        Some(match expr {
            Expr::Adjoint { of, .. } => match self.0.get(of) {
                Some(definition) => self.expand(definition.as_ref()?, budget)?,
                None => expr.clone(),
            },
            Expr::Sum(terms) => style.sum(all(terms)?),
            Expr::Product { over, under } => style.quotient(all(over)?, all(under)?),
            Expr::Matmul(factors) => all(factors)?
                .into_iter()
                .reduce(|a, b| style.matmul(a, b))?,
            Expr::Neg(inner) => style.neg(self.expand(inner, budget)?),
            Expr::Prefix(word, inner) => {
                Expr::Prefix(word.clone(), Box::new(self.expand(inner, budget)?))
            }
            Expr::Transposed(inner) => self.expand(inner, budget)?.transposed(),
            Expr::Power(base, exponent) => {
                style.power(self.expand(base, budget)?, (**exponent).clone())
            }
            Expr::Call(name, args) => Expr::Call(name.clone(), all(args)?),
            Expr::Choice { .. } | Expr::Iterations(..) => return None,
            other => other.clone(),
        })
    }
}
