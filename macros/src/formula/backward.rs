//! The backward part: the adjoint of each value with a name, in the order of the backward sweep, then the gradient.

use super::changes::{Changes, States};
use super::contributions::Contribution;
use super::expand::Definitions;
use super::expr::Expr;
use super::facts::Home;
use super::lines::Line;
use super::sheet::Sheet;
use crate::ir::{Head, If, Loop, Op, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

pub(super) struct Backward<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    contributions: HashMap<Value, Vec<Contribution>>,
    /// Values with a name, by region, last first.
    shown: HashMap<Home, Vec<Value>>,
    definitions: Definitions,
    pub(super) changes: Changes,
}

impl<'a> Backward<'a> {
    pub(super) fn new(sheet: &'a Sheet<'a>) -> Self {
        let mut contributions: HashMap<Value, Vec<Contribution>> = HashMap::new();
        for contribution in sheet.contributions() {
            contributions
                .entry(contribution.root)
                .or_default()
                .push(contribution);
        }
        for parts in contributions.values_mut() {
            parts.sort_by_key(|part| part.place);
            mark_overlaps(sheet, parts);
        }
        let facts = sheet.facts;
        let mut shown: HashMap<Home, Vec<Value>> = HashMap::new();
        for &value in facts.defined.iter().rev() {
            let is_param = matches!(facts.op(value), Op::Param(_));
            if !is_param && facts.canon(value) == value && sheet.names.of(value).is_some() {
                shown.entry(facts.homes[&value]).or_default().push(value);
            }
        }
        Backward {
            sheet,
            contributions,
            shown,
            definitions: Definitions::default(),
            changes: Changes::of(facts),
        }
    }

    pub(super) fn lines(mut self) -> Vec<Line> {
        let mut lines = self.given();
        lines.extend(self.region(&self.sheet.facts.derivative.backward, 0));
        let facts = self.sheet.facts;
        for &index in &facts.signature.wrt {
            self.gradient(facts.derivative.params[index], &mut lines);
        }
        lines
    }

    /// The cotangents that a function of several or unknown outputs starts from.
    fn given(&self) -> Vec<Line> {
        let sheet = self.sheet;
        if sheet.facts.derivative.cotangent.is_none() {
            return Vec::new();
        }
        let outputs = sheet.names.outputs.iter();
        let active = outputs.filter(|output| sheet.facts.graph[output.value].active);
        let lent = sheet.facts.derivative.params.iter().filter(|param| {
            let node = &sheet.facts.graph[**param];
            node.lent && node.active
        });
        let names: Vec<String> = active
            .map(|output| format!("∂{}/∂{}", sheet.names.objective, output.text))
            .chain(
                lent.map(|param| format!("{} of the end", sheet.text(&sheet.tidy.adjoint(*param)))),
            )
            .collect();
        vec![Line::Text(format!("given {}", names.join(", ")))]
    }

    fn region(&mut self, region: &Region, home: Home) -> Vec<Line> {
        let facts = self.sheet.facts;
        let made: HashSet<Value> = region
            .stmts
            .iter()
            .flat_map(made)
            .map(|value| facts.canon(*value))
            .collect();
        let mut lines = Vec::new();
        for value in self.shown.get(&home).cloned().unwrap_or_default() {
            if let Some(total) = facts.totals.get(&value)
                && !made.contains(total)
            {
                self.adjoint(value, *total, &mut lines);
            }
        }
        let mut states = States::of(home);
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => self.value(*value, &mut states, &mut lines),
                Stmt::If(branch) => {
                    self.flush_all(&mut states, &mut lines);
                    self.write_cleared(None, &mut states, &mut lines);
                    self.branch(branch, &mut lines);
                    for &result in &branch.results {
                        self.value(result, &mut states, &mut lines);
                    }
                }
                Stmt::Loop(body) => {
                    self.flush_all(&mut states, &mut lines);
                    self.write_cleared(None, &mut states, &mut lines);
                    self.repeat(body, &mut lines);
                }
                Stmt::Accumulate { place, value } => {
                    self.accumulate(*place, *value, &mut states, &mut lines);
                }
                Stmt::SwapAdjoints(a, b) => {
                    self.flush_all(&mut states, &mut lines);
                    let [a, b] =
                        [a, b].map(|place| self.sheet.text(&self.sheet.tidy.adjoint(*place)));
                    lines.push(Line::Text(format!("{a}, {b} ← {b}, {a}")));
                }
                Stmt::ClearAdjoint(place) => {
                    self.overwritten(*place, &mut states, &mut lines);
                }
                Stmt::Pull { call, cotangent } if call.may_change() => {
                    self.flush_all(&mut states, &mut lines);
                    for place in call.changed().filter(|place| facts.graph[*place].active) {
                        lines.push(self.sheet.pulled(call, *cotangent, place));
                    }
                }
                // Gathered in `contributions`; the rest is of the forward sweep.
                Stmt::Pull { .. }
                | Stmt::ResetAdjoint { .. }
                | Stmt::BeginAdjoint(_)
                | Stmt::Call(_)
                | Stmt::Store { .. }
                | Stmt::Push { .. }
                | Stmt::Pop { .. }
                | Stmt::PushAdjoint { .. }
                | Stmt::Swap(..)
                | Stmt::Increment { .. }
                | Stmt::Effect(_) => {}
            }
        }
        self.flush_all(&mut states, &mut lines);
        if home != 0 {
            self.write_cleared(None, &mut states, &mut lines);
        }
        lines
    }

    fn value(&mut self, value: Value, states: &mut States, lines: &mut Vec<Line>) {
        let facts = self.sheet.facts;
        match facts.op(value) {
            Op::TakeAdjoint(place) => self.overwritten(*place, states, lines),
            Op::ReadAdjoint(place) | Op::PopAdjoint(place) => {
                self.step(facts.graph.root(*place), states, lines)
            }
            Op::AdjointOf(root) => {
                self.flush(facts.graph.root(*root), states, lines);
                if !self.is_of_variable(*root) {
                    self.places(*root, lines);
                }
            }
            _ => {}
        }
        let total = facts.canon(value);
        if total != value {
            return;
        }
        for owner in facts.owners.get(&total).cloned().unwrap_or_default() {
            if facts.homes.get(&owner) == Some(&states.home) {
                self.adjoint(owner, total, lines);
            }
        }
    }

    /// ∂L/∂v = …
    fn adjoint(&mut self, value: Value, total: Value, lines: &mut Vec<Line>) {
        let sheet = self.sheet;
        let is_param = matches!(sheet.facts.op(value), Op::Param(_));
        if is_param || sheet.names.of(value).is_none() || sheet.names.is_shared(value) {
            return;
        }
        let name = sheet.tidy.adjoint(value);
        if sheet.is_seed(&name) {
            return;
        }
        let definition = match sheet.names.symbol(total) {
            Some((false, owner)) if sheet.facts.canon(owner) != value => sheet.tidy.refer(total),
            _ => sheet.tidy.define_total(total),
        };
        self.define(&name, definition, lines);
    }

    fn define(&mut self, name: &Expr, definition: Expr, lines: &mut Vec<Line>) {
        if *name != definition {
            lines.push(self.sheet.define(&self.sheet.text(name), &definition));
            self.definitions.add(name, definition);
        }
    }

    /// Whether a value is what a variable held at some point, as a whole, and goes by the name of the variable.
    fn is_of_variable(&self, value: Value) -> bool {
        let (Op::Load(place) | Op::Fixed(place, _)) = self.sheet.facts.op(value) else {
            return false;
        };
        let [of_value, of_place] =
            [value, *place].map(|value| self.sheet.text(&self.sheet.tidy.adjoint(value)));
        let parts = self.contributions.get(&value);
        of_value == of_place
            && parts.is_some_and(|parts| parts.iter().all(|part| part.place == value))
    }

    /// What the adjoint of a variable receives from that of a value which it held.
    pub(super) fn received(&mut self, value: Value) -> Option<Vec<Expr>> {
        let Op::AdjointOf(root) = *self.sheet.facts.op(value) else {
            return None;
        };
        let parts = self
            .is_of_variable(root)
            .then(|| self.contributions.remove(&root))?;
        Some(parts?.into_iter().map(|part| part.total).collect())
    }

    /// The adjoints of a value with an adjoint variable, and of its parts.
    fn places(&mut self, root: Value, lines: &mut Vec<Line>) {
        if self.sheet.is_seed(&self.sheet.tidy.adjoint(root)) {
            return;
        }
        for part in self.contributions.remove(&root).unwrap_or_default() {
            if part.overlaps {
                lines.push(self.sheet.assignment(&part.adjoint, "+=", &part.total));
            } else {
                self.define(&part.adjoint, part.total, lines);
            }
        }
    }

    fn branch(&mut self, branch: &If, lines: &mut Vec<Line>) {
        let id = branch.mirrors.unwrap_or(usize::MAX);
        let [then, otherwise] = branch.arms();
        let then = self.region(then, self.sheet.facts.home_of_arm(id, 0));
        let otherwise = self.region(otherwise, self.sheet.facts.home_of_arm(id, 1));
        let cond = self.sheet.tidy.refer(branch.cond);
        let is_only = then.is_empty();
        if !then.is_empty() {
            let head = self.sheet.condition(&cond);
            lines.push(Line::Block { head, lines: then });
        }
        if otherwise.is_empty() {
            return;
        }
        let head = if is_only {
            self.sheet.condition(&cond.negated())
        } else {
            "otherwise".to_owned()
        };
        lines.push(match <[Line; 1]>::try_from(otherwise) {
            Ok([Line::Block { head: inner, lines }])
                if is_only
                    && inner.starts_with("if ")
                    && !format!("{head}{inner}").contains(" or ") =>
            {
                Line::Block {
                    head: format!("{head} and {}", &inner["if ".len()..]),
                    lines,
                }
            }
            Ok([line]) => Line::Block {
                head,
                lines: vec![line],
            },
            Err(lines) => Line::Block { head, lines },
        });
    }

    fn repeat(&mut self, body: &Loop, lines: &mut Vec<Line>) {
        let sheet = self.sheet;
        let home = sheet.facts.home_of_loop(body.mirrors.unwrap_or(usize::MAX));
        let inner = self.region(&body.body, home);
        if inner.is_empty() {
            return;
        }
        let mut head = match &body.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } => sheet.range(*index, *start, *end, *backwards),
            Head::While { .. } => "for each iteration, last first".to_owned(),
        };
        let states = sheet.states(home);
        if !states.is_empty() {
            let objective = &sheet.names.objective;
            let next: Vec<String> = states
                .iter()
                .map(|(name, marks)| {
                    format!("∂{objective}/∂{name} becomes the next ∂{objective}/∂{name}{marks}")
                })
                .collect();
            head += &format!("  ({})", next.join(", "));
        }
        lines.push(Line::Block { head, lines: inner });
    }

    /// ∂L/∂w = … for a parameter: in terms of the adjoints above, and written out while that is short.
    fn gradient(&mut self, param: Value, lines: &mut Vec<Line>) {
        let sheet = self.sheet;
        if sheet.facts.graph[param].lent {
            return;
        }
        let mut parts = self.contributions.remove(&param).unwrap_or_default();
        if parts.is_empty() {
            let total = sheet.facts.totals.get(&param);
            parts.push(Contribution {
                root: param,
                place: param,
                adjoint: sheet.tidy.adjoint(param),
                total: total.map_or(Expr::zero(), |total| sheet.tidy.total(*total)),
                overlaps: false,
            });
        }
        for Contribution {
            adjoint: name,
            total,
            overlaps,
            ..
        } in parts
        {
            if overlaps {
                lines.push(sheet.assignment(&name, "+=", &total));
                continue;
            }
            let mut line = sheet.define(&sheet.text(&name), &total);
            if let (Line::Definition { sides, .. }, Some(expanded)) =
                (&mut line, self.definitions.expanded(&total))
            {
                let side = sheet.side(&expanded);
                let length: usize = side.iter().map(|term| term.chars().count()).sum();
                let is_readable = length <= LONGEST_EXPANSION && depth(&side) <= DEEPEST_EXPANSION;
                if is_readable && sides.last() != Some(&side) {
                    sides.push(side);
                }
            }
            lines.push(line);
        }
    }
}

/// The longest gradient that is written out.
const LONGEST_EXPANSION: usize = 48;
/// How deep parentheses nest in it at most.
const DEEPEST_EXPANSION: usize = 2;

fn depth(side: &[String]) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for letter in side.iter().flat_map(|term| term.chars()) {
        match letter {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// The values that a statement of the backward sweep makes.
fn made(stmt: &Stmt) -> &[Value] {
    match stmt {
        Stmt::Let(value) => std::slice::from_ref(value),
        Stmt::If(branch) => &branch.results,
        _ => &[],
    }
}

/// Places of a list that may be the same one are added to, one after the other.
fn mark_overlaps(sheet: &Sheet<'_>, parts: &mut [Contribution]) {
    let is_index = |expr: &Expr| matches!(expr, Expr::Atom { .. });
    let varies = |part: &Contribution| {
        let indices = sheet.indices(part.place);
        let names: Vec<&Expr> = indices
            .iter()
            .filter(|index| !matches!(index, Expr::Number(_)))
            .collect();
        (!names.is_empty(), names.into_iter().all(is_index))
    };
    let varying: Vec<(bool, bool)> = parts.iter().map(varies).collect();
    let is_one = parts.len() == 1;
    let overlap = varying
        .iter()
        .any(|(varies, plain)| *varies && !(is_one && *plain));
    for part in parts {
        part.overlaps = overlap;
    }
}
