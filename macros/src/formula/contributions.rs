//! What the backward sweep adds to adjoint variables, gathered into one expression for each place: a sum over the
//! statements that add to it, by cases where they stand in an arm, over the iterations where they stand in a loop.

use super::algebra::Style;
use super::expr::Expr;
use super::lines::Line;
use super::sheet::Sheet;
use super::write::{last_name, marked};
use crate::ir::{Call, Head, Op, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

/// The adjoint of a place, by the value that it is a part of.
pub(super) struct Contribution {
    pub(super) root: Value,
    pub(super) place: Value,
    /// ∂L/∂x.f
    pub(super) adjoint: Expr,
    pub(super) total: Expr,
    /// Whether another place of the same value may be the same one.
    pub(super) overlaps: bool,
}

/// Contributions that are open in one region, in the order in which their places are first met.
#[derive(Default)]
struct Open {
    order: Vec<String>,
    places: HashMap<String, (Place, Vec<Expr>)>,
}

#[derive(Clone)]
struct Place {
    value: Value,
    adjoint: Expr,
}

impl Open {
    fn add(&mut self, key: String, place: Place, value: Expr) {
        let entry = self.places.entry(key.clone()).or_insert_with(|| {
            self.order.push(key);
            (place.clone(), Vec::new())
        });
        entry.0.value = entry.0.value.min(place.value);
        entry.1.push(value);
    }

    /// The uses of a value are met last one first.
    fn take(&mut self) -> impl Iterator<Item = (String, Place, Expr)> + use<> {
        let mut places = std::mem::take(&mut self.places);
        std::mem::take(&mut self.order)
            .into_iter()
            .filter_map(move |key| {
                let (place, mut values) = places.remove(&key)?;
                values.reverse();
                Some((key, place, Style::Tidy.sum(values)))
            })
    }
}

impl Sheet<'_> {
    pub(super) fn contributions(&self) -> Vec<Contribution> {
        let mut found = Vec::new();
        let mut open = self.gather(&self.facts.derivative.backward, &mut found);
        self.close(&mut open, |_| true, &mut found);
        found
    }

    fn gather(&self, region: &Region, found: &mut Vec<Contribution>) -> Open {
        let mut open = Open::default();
        let mut begun = HashSet::new();
        for stmt in &region.stmts {
            match stmt {
                // What a copy of an argument receives is gathered with the rest.
                Stmt::Accumulate { value, .. } if self.is_of_copy(*value) => {}
                Stmt::Accumulate { place, value } => {
                    self.add(*place, self.tidy.contribution(*value), &mut open)
                }
                Stmt::Pull { call, cotangent } => self.pull(call, *cotangent, &mut open),
                Stmt::BeginAdjoint(value) => {
                    begun.insert(*value);
                }
                Stmt::If(branch) => {
                    let [then, otherwise] = branch.arms().map(|arm| self.gather(arm, found));
                    self.join(&self.tidy.refer(branch.cond), then, otherwise, &mut open);
                }
                Stmt::Loop(body) => {
                    let index = match &body.head {
                        Head::Range { index, .. } => Some(*index),
                        Head::While { .. } => None,
                    };
                    let name = index.map_or(String::new(), |index| self.index(index));
                    for (key, place, value) in self.gather(&body.body, found).take() {
                        // Each iteration has a place of its own where the index names it.
                        let value = match index
                            .is_some_and(|index| self.facts.depends_on(place.value, index))
                        {
                            true => value,
                            false => iterations(&name, value),
                        };
                        open.add(key, place, value);
                    }
                }
                _ => {}
            }
        }
        self.close(&mut open, |root| begun.contains(&root), found);
        open
    }

    /// What two arms add, by cases.
    fn join(&self, cond: &Expr, mut then: Open, mut otherwise: Open, open: &mut Open) {
        let choice = |then: Expr, otherwise: Expr| Expr::Choice {
            cond: Box::new(cond.clone()),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        };
        let mut of_then: HashMap<String, (Place, Expr)> = HashMap::new();
        for (key, place, value) in then.take() {
            match otherwise.places.contains_key(&key) {
                true => {
                    of_then.insert(key, (place, value));
                }
                false => open.add(key, place, choice(value, Expr::zero())),
            }
        }
        for (key, mut place, value) in otherwise.take() {
            let mut taken = Expr::zero();
            if let Some((earlier, value)) = of_then.remove(&key) {
                place.value = place.value.min(earlier.value);
                taken = value;
            }
            open.add(key, place, choice(taken, value));
        }
    }

    fn is_of_copy(&self, value: Value) -> bool {
        matches!(self.facts.op(value), Op::AdjointOf(root) if self.facts.canon(*root) != *root)
    }

    fn add(&self, place: Value, value: Expr, open: &mut Open) {
        let graph = self.facts.graph;
        let place = self.facts.canon(place);
        if graph.is_in_cell(place) {
            return;
        }
        let adjoint = self.tidy.adjoint(place);
        let value_of_place = graph.behind_refs(place);
        let mut key = self.text(&adjoint);
        if matches!(self.facts.op(value_of_place), Op::Load(_) | Op::Fixed(..)) {
            // Read at another point, a variable of this name is another value.
            key += &format!("%{}", value_of_place.0);
        }
        open.add(
            key,
            Place {
                value: value_of_place,
                adjoint,
            },
            value,
        );
    }

    /// Moves what belongs to certain values to those that are found.
    fn close(
        &self,
        open: &mut Open,
        belongs: impl Fn(Value) -> bool,
        found: &mut Vec<Contribution>,
    ) {
        let mut left = Open::default();
        for (key, place, total) in open.take() {
            let root = self.facts.graph.root(place.value);
            if belongs(root) {
                found.push(Contribution {
                    root,
                    place: place.value,
                    adjoint: place.adjoint,
                    total,
                    overlaps: false,
                });
            } else {
                left.add(key, place, total);
            }
        }
        *open = left;
    }

    /// Each argument of a nested call receives ∂L/∂z · ∂g/∂a.
    fn pull(&self, call: &Call, cotangent: Value, open: &mut Open) {
        let name = last_name(&call.path);
        let is_only = self.facts.callees.get(&name) == Some(&1);
        let own = self
            .names
            .of(self.facts.canon(call.value))
            .filter(|own| *own != self.names.objective);
        let texts: Vec<String> = call
            .args
            .iter()
            .map(|arg| self.text(&self.tidy.refer(*arg)))
            .collect();
        for (index, &arg) in call.args.iter().enumerate() {
            if !self.facts.graph[arg].active {
                continue;
            }
            let value = own.filter(|_| !is_only).unwrap_or(&name);
            // Where an argument stands twice, its number says which one is meant.
            let partial = if texts.iter().filter(|text| **text == texts[index]).count() > 1 {
                let number = super::letters::subscript(&(index + 1).to_string());
                format!("∂{}{value}", number.unwrap_or_default())
            } else {
                format!("∂{value}/∂{}", texts[index])
            };
            let partial = Expr::Partial {
                text: partial,
                array: self.facts.is_array(self.facts.canon(arg)),
            };
            let value = match self.tidy.refer(cotangent) {
                one if one.is_one() => partial,
                zero if zero.is_zero() => zero,
                cotangent => Style::Tidy.matmul(cotangent, partial),
            };
            let through = self.through_changed(call, &texts[index]);
            let value = through.into_iter().fold(value, |sum, value| {
                if sum.is_zero() {
                    value
                } else {
                    Style::Tidy.add(sum, value)
                }
            });
            self.add(arg, value, open);
        }
    }

    /// ∂L/∂x⁺ · ∂x⁺/∂a for each place x that the call changes.
    fn through_changed(&self, call: &Call, arg: &str) -> Vec<Expr> {
        let active = call
            .changed()
            .filter(|place| self.facts.graph[*place].active);
        active
            .map(|place| {
                let name = self.text(&self.tidy.refer(place));
                let array = self.facts.is_array(self.facts.canon(place));
                let partial = Expr::Partial {
                    text: format!("∂{name}⁺/∂{arg}"),
                    array,
                };
                Style::Tidy.matmul(marked(self.tidy.adjoint(place), "⁺"), partial)
            })
            .collect()
    }

    /// What becomes of the adjoint of a place that a call changes: `∂L/∂x = ∂L/∂x⁺ · ∂x⁺/∂x + ∂L/∂u · ∂g/∂x`
    pub(super) fn pulled(&self, call: &Call, cotangent: Value, place: Value) -> Line {
        let name = self.text(&self.tidy.refer(place));
        let mut value = String::new();
        for through in self.through_changed(call, &name) {
            value += if value.is_empty() { "" } else { " + " };
            value += &self.text(&through);
        }
        let cotangent = self.tidy.refer(cotangent);
        if !cotangent.is_zero() {
            let factor = match cotangent.is_one() {
                true => String::new(),
                false => format!("{} · ", self.text(&cotangent)),
            };
            value += &format!(" + {factor}∂{}/∂{name}", last_name(&call.path));
        }
        Line::Text(format!(
            "{} = {value}",
            self.text(&self.tidy.adjoint(place))
        ))
    }
}

/// Σᵢ in front of a sum over the iterations of a loop.
fn iterations(index: &str, value: Expr) -> Expr {
    match value.inlined() {
        Expr::Neg(inner) => Expr::Neg(Box::new(Expr::Iterations(index.to_owned(), inner))),
        inner => Expr::Iterations(index.to_owned(), Box::new(inner)),
    }
}
