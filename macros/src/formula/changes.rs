//! The adjoints of variables that change in place, which the backward sweep changes in place, too.

use super::algebra::Style;
use super::backward::Backward;
use super::expr::Expr;
use super::facts::{Facts, Home};
use super::lines::Line;
use super::write::marked;
use crate::ir::{Op, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

/// What one region knows of these variables.
pub(super) struct States {
    pub(super) home: Home,
    /// How many assignments of this region lie before the point reached, going backwards.
    stage: HashMap<Value, usize>,
    /// Variables whose adjoint, at its stage, holds something already.
    begun: HashSet<Value>,
    pending: HashMap<Value, Pending>,
    order: Vec<Value>,
    /// Adjoints of parts that are zero by now, since the part was assigned here; not yet written down.
    cleared: Vec<(Value, Expr)>,
}

/// What has been added to an adjoint, not yet written down.
struct Pending {
    name: Expr,
    /// Whether the adjoint was empty before.
    is_first: bool,
    /// Whether it held something that goes no further.
    replaces: bool,
    values: Vec<Expr>,
}

impl States {
    pub(super) fn of(home: Home) -> States {
        States {
            home,
            stage: HashMap::new(),
            begun: HashSet::new(),
            pending: HashMap::new(),
            order: Vec::new(),
            cleared: Vec::new(),
        }
    }

    /// Whether the adjoint was cleared just before.
    fn replaces(&mut self, cell: Value, name: &Expr) -> bool {
        let count = self.cleared.len();
        self.cleared
            .retain(|(of, cleared)| *of != cell || cleared != name);
        self.cleared.len() < count
    }
}

pub(super) struct Changes {
    /// Variables whose adjoint is added to in an arm or a loop, or both as a whole and by parts.
    shared: HashSet<Value>,
    /// Parts of other variables that have an adjoint already.
    begun: HashSet<String>,
    /// Places that are assigned, where something is added to the adjoint of the same variable further back.
    followed: HashSet<Value>,
}

impl Changes {
    pub(super) fn of(facts: &Facts<'_>) -> Changes {
        let mut found = Found::default();
        found.region(facts, &facts.derivative.backward, true);
        let mut seen = HashSet::new();
        let backward = &facts.derivative.backward;
        followed(facts, backward, &mut HashSet::new(), &mut seen);
        found
            .elsewhere
            .extend(found.whole.intersection(&found.parts));
        Changes {
            shared: found.elsewhere,
            followed: seen,
            begun: HashSet::new(),
        }
    }
}

/// Finds the assigned places whose adjoint is added to further back: `later` are the variables that are.
fn followed(
    facts: &Facts<'_>,
    region: &Region,
    later: &mut HashSet<Value>,
    found: &mut HashSet<Value>,
) {
    for stmt in region.stmts.iter().rev() {
        match stmt {
            Stmt::Accumulate { place, .. } => {
                later.insert(facts.graph.root(*place));
            }
            Stmt::ClearAdjoint(place) if later.contains(&facts.graph.root(*place)) => {
                found.insert(*place);
            }
            Stmt::Let(value) => {
                if let Op::TakeAdjoint(place) = facts.op(*value)
                    && later.contains(&facts.graph.root(*place))
                {
                    found.insert(*place);
                }
            }
            Stmt::If(branch) => {
                let before = later.clone();
                for arm in branch.arms() {
                    let mut inside = before.clone();
                    followed(facts, arm, &mut inside, found);
                    later.extend(inside);
                }
            }
            Stmt::Loop(body) => {
                added_to(facts, &body.body, later);
                followed(facts, &body.body, later, found);
            }
            _ => {}
        }
    }
}

fn added_to(facts: &Facts<'_>, region: &Region, found: &mut HashSet<Value>) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Accumulate { place, .. } => {
                found.insert(facts.graph.root(*place));
            }
            Stmt::If(branch) => {
                for arm in branch.arms() {
                    added_to(facts, arm, found);
                }
            }
            Stmt::Loop(body) => added_to(facts, &body.body, found),
            _ => {}
        }
    }
}

/// Variables by how their adjoints are added to.
#[derive(Default)]
struct Found {
    whole: HashSet<Value>,
    parts: HashSet<Value>,
    elsewhere: HashSet<Value>,
}

impl Found {
    fn region(&mut self, facts: &Facts<'_>, region: &Region, is_outermost: bool) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Accumulate { place, .. } => {
                    let is_whole = facts.graph.is_cell(facts.canon(*place));
                    let root = facts.graph.root(*place);
                    match (is_outermost, is_whole) {
                        (false, _) => self.elsewhere.insert(root),
                        (true, true) => self.whole.insert(root),
                        (true, false) => self.parts.insert(root),
                    };
                }
                Stmt::If(branch) => {
                    for arm in branch.arms() {
                        self.region(facts, arm, false);
                    }
                }
                Stmt::Loop(body) => self.region(facts, &body.body, false),
                Stmt::Pull { call, .. } => {
                    let changed = call.changed().map(|place| facts.graph.root(place));
                    self.elsewhere.extend(changed);
                }
                _ => {}
            }
        }
    }
}

impl Backward<'_> {
    pub(super) fn accumulate(
        &mut self,
        place: Value,
        value: Value,
        states: &mut States,
        lines: &mut Vec<Line>,
    ) {
        let sheet = self.sheet;
        let cell = sheet.facts.graph.root(place);
        if !sheet.facts.graph.is_cell(cell) {
            return;
        }
        let mut name = sheet.tidy.adjoint(place);
        if sheet.cells.is_stated(cell) {
            let last = sheet.cells.writes(states.home, cell);
            let stage = *states.stage.entry(cell).or_insert(last);
            name = marked(name, &"⁺".repeat(stage));
        }
        if states
            .pending
            .get(&cell)
            .is_some_and(|pending| pending.name != name)
        {
            self.flush(cell, states, lines);
        }
        let values = self.received(value);
        let values = values.unwrap_or_else(|| vec![sheet.tidy.contribution(value)]);
        match states.pending.get_mut(&cell) {
            Some(pending) => pending.values.extend(values),
            None => {
                let replaces = states.replaces(cell, &name);
                self.write_cleared(Some(cell), states, lines);
                let is_first = self.is_first(place, cell, &name, states);
                self.open(cell, name, is_first, values, states);
                if let Some(pending) = states.pending.get_mut(&cell) {
                    pending.replaces = replaces;
                }
            }
        }
    }

    fn open(
        &mut self,
        cell: Value,
        name: Expr,
        is_first: bool,
        values: Vec<Expr>,
        states: &mut States,
    ) {
        states.pending.insert(
            cell,
            Pending {
                name,
                is_first,
                replaces: false,
                values,
            },
        );
        if !states.order.contains(&cell) {
            states.order.push(cell);
        }
    }

    /// Whether nothing has been added to the adjoint of a place before.
    fn is_first(&mut self, place: Value, cell: Value, name: &Expr, states: &mut States) -> bool {
        let sheet = self.sheet;
        if !sheet.cells.is_stated(cell) {
            return states.home == 0
                && !self.changes.shared.contains(&cell)
                && sheet
                    .indices(place)
                    .iter()
                    .all(|index| matches!(index, Expr::Number(_)))
                && self.changes.begun.insert(sheet.text(name));
        }
        let last = sheet.cells.writes(states.home, cell);
        let is_made_here = sheet.facts.homes.get(&cell) == Some(&states.home);
        let is_last = states.stage.get(&cell).copied().unwrap_or(last) == last;
        states.begun.insert(cell) && (is_made_here || !is_last)
    }

    /// Goes back over an assignment: what was there before had no part in what came after.
    pub(super) fn overwritten(&mut self, place: Value, states: &mut States, lines: &mut Vec<Line>) {
        let cell = self.sheet.facts.graph.root(place);
        self.step(cell, states, lines);
        let name = self.sheet.tidy.adjoint(place);
        let was_begun = self.changes.begun.remove(&self.sheet.text(&name));
        let is_seen = self.changes.followed.contains(&place);
        if !self.sheet.cells.is_stated(cell) && !was_begun && is_seen {
            states.cleared.push((cell, name));
        }
    }

    /// `∂L/∂x₁ ← 0`, before anything else is added to adjoints of the same variable, or of any.
    pub(super) fn write_cleared(
        &self,
        cell: Option<Value>,
        states: &mut States,
        lines: &mut Vec<Line>,
    ) {
        let is_due = |of: Value| cell.is_none_or(|cell| cell == of);
        for (_, name) in states.cleared.extract_if(.., |(of, _)| is_due(*of)) {
            lines.push(self.sheet.assignment(&name, "←", &Expr::zero()));
        }
    }

    /// Goes back over an assignment of a variable, or an addition to it.
    pub(super) fn step(&mut self, cell: Value, states: &mut States, lines: &mut Vec<Line>) {
        self.flush(cell, states, lines);
        let cells = self.sheet.cells;
        let last = cells.writes(states.home, cell);
        if !cells.is_stated(cell) || last == 0 {
            return;
        }
        let reached = states.stage.get(&cell).copied().unwrap_or(last);
        let stage = cells
            .step_back(states.home, cell, reached)
            .saturating_sub(1);
        states.stage.insert(cell, stage);
        states.begun.remove(&cell);
        if cells.adds(states.home, cell, stage) {
            let name = self.sheet.tidy.adjoint(cell);
            let after = marked(name.clone(), &"⁺".repeat(stage + 1));
            states.begun.insert(cell);
            self.open(
                cell,
                marked(name, &"⁺".repeat(stage)),
                true,
                vec![after],
                states,
            );
        }
    }

    pub(super) fn flush_all(&mut self, states: &mut States, lines: &mut Vec<Line>) {
        for cell in std::mem::take(&mut states.order) {
            self.flush(cell, states, lines);
        }
    }

    pub(super) fn flush(&mut self, cell: Value, states: &mut States, lines: &mut Vec<Line>) {
        let Some(mut pending) = states.pending.remove(&cell) else {
            return;
        };
        // What a list that iterators fill receives is written where it is used, under the name of the list.
        if let Some(own) = pending
            .values
            .iter()
            .position(|value| *value == pending.name)
        {
            pending.values.remove(own);
            (pending.is_first, pending.replaces) = (false, false);
            if pending.values.is_empty() {
                return;
            }
        }
        let total = Style::Tidy.sum(pending.values);
        lines.push(if pending.replaces {
            self.sheet.assignment(&pending.name, "←", &total)
        } else if pending.is_first {
            self.sheet.define(&self.sheet.text(&pending.name), &total)
        } else {
            self.sheet.assignment(&pending.name, "+=", &total)
        });
    }
}
