//! What both parts of a derivation are written with.

use super::algebra::Style;
use super::cells::Cells;
use super::expr::Expr;
use super::facts::Facts;
use super::lines::Line;
use super::names::Names;
use super::print::Printer;
use super::write::Writer;
use crate::ir::{Op, Projection, Value};

pub(super) struct Sheet<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) names: &'a Names,
    pub(super) cells: &'a Cells,
    pub(super) printer: Printer<'a>,
    /// For the forward part: as the user wrote it.
    pub(super) written: Writer<'a>,
    /// For the adjoints.
    pub(super) tidy: Writer<'a>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, names: &'a Names, cells: &'a Cells) -> Sheet<'a> {
        let writer = |style| Writer {
            facts,
            names,
            cells,
            style,
        };
        Sheet {
            facts,
            names,
            cells,
            printer: Printer {
                objective: &names.objective,
            },
            written: writer(Style::AsWritten),
            tidy: writer(Style::Tidy),
        }
    }

    pub(super) fn text(&self, expr: &Expr) -> String {
        self.printer.text(expr)
    }

    pub(super) fn condition(&self, cond: &Expr) -> String {
        format!("if {}", self.text(cond))
    }

    /// The terms of an expression, to be broken between.
    pub(super) fn side(&self, expr: &Expr) -> Vec<String> {
        match expr {
            Expr::Sum(terms) => self.printer.terms(terms),
            other => vec![self.text(other)],
        }
    }

    /// `name = expr`, by cases where it is a choice of more than one thing.
    pub(super) fn define(&self, name: &str, expr: &Expr) -> Line {
        let values = cases(expr)
            .into_iter()
            .filter(|(value, _)| !value.is_zero());
        if values.count() > 1 {
            return self.by_cases(name, expr);
        }
        Line::Definition {
            name: name.to_owned(),
            sides: vec![self.side(&expr.clone().inlined())],
        }
    }

    /// `name = expr`, by cases where it is a choice.
    pub(super) fn by_cases(&self, name: &str, expr: &Expr) -> Line {
        let cases = cases(expr);
        let name = name.to_owned();
        if cases.len() > 1 {
            let cases = cases.into_iter().map(|(value, cond)| {
                let condition = cond.map_or("otherwise".into(), |cond| self.condition(cond));
                (self.text(value), condition)
            });
            return Line::Cases {
                name,
                cases: cases.collect(),
            };
        }
        Line::Definition {
            name,
            sides: vec![self.side(expr)],
        }
    }

    /// `place ← expr`
    pub(super) fn assignment(&self, place: &Expr, operator: &str, expr: &Expr) -> Line {
        let place = self.text(place);
        Line::Text(format!(
            "{place} {operator} {}",
            self.text(&expr.clone().inlined())
        ))
    }

    /// `for i = 0, …, n − 1`
    pub(super) fn range(&self, index: Value, start: Value, end: Value, backwards: bool) -> String {
        let writer = &self.written;
        let first = writer.refer(start);
        let last = match writer.refer(end) {
            Expr::Number(text) => match text.parse::<u64>() {
                Ok(end) if end > 0 => Expr::Number((end - 1).to_string()),
                _ => Style::AsWritten.sub(Expr::Number(text), Expr::number("1")),
            },
            end => Style::AsWritten.sub(end, Expr::number("1")),
        };
        let (from, to) = if backwards {
            (last, first)
        } else {
            (first, last)
        };
        format!(
            "for {} = {}, …, {}",
            self.index(index),
            self.text(&from),
            self.text(&to)
        )
    }

    /// The indices in the path of a place.
    pub(super) fn indices(&self, place: Value) -> Vec<Expr> {
        match self.facts.op(place) {
            Op::Project(base, projection) => {
                let mut indices = self.indices(*base);
                if let Projection::Index(index) = projection {
                    indices.push(self.tidy.refer(*index));
                }
                indices
            }
            Op::Ref(inner) | Op::Deref(inner) => self.indices(*inner),
            _ => Vec::new(),
        }
    }

    /// Whether an adjoint is that of the scalar result: it is 1.
    pub(super) fn is_seed(&self, adjoint: &Expr) -> bool {
        let is_scalar = self.facts.derivative.cotangent.is_none();
        is_scalar && matches!(adjoint, Expr::Adjoint { of, .. } if *of == self.names.objective)
    }

    /// The name of the index of a loop.
    pub(super) fn index(&self, index: Value) -> String {
        self.names.of(index).unwrap_or("i").to_owned()
    }
}

/// A chain of choices, as cases.
fn cases(expr: &Expr) -> Vec<(&Expr, Option<&Expr>)> {
    let mut cases = Vec::new();
    let mut rest = expr;
    while let Expr::Choice {
        cond,
        then,
        otherwise,
    } = rest
    {
        cases.push((&**then, Some(&**cond)));
        rest = otherwise;
    }
    cases.push((rest, None));
    cases
}
