//! Variables that change in place. Within one pass of a loop, what a variable holds after it was assigned is written
//! s⁺, as for the state of a system: s⁺ = s·x + 1. Where that cannot be said so simply, assignments are shown as such.

use super::facts::{Facts, Home};
use crate::ir::{Head, Op, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

/// What one statement does to a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Write {
    adds: bool,
    /// Whether the backward sweep reads the adjoint of what is written.
    active: bool,
}

#[derive(Default, Debug)]
pub(super) struct Cells {
    /// Variables whose values are told apart by a ⁺ for each assignment.
    stated: HashSet<Value>,
    writes: HashMap<(Home, Value), Vec<Write>>,
    /// How many times a variable was assigned, in the same pass, before it is read by a value, or its adjoint is.
    stages: HashMap<(Value, Value), usize>,
}

impl Cells {
    pub(super) fn of(facts: &Facts<'_>) -> Cells {
        let mut cells = Cells::default();
        let mut search = Search {
            facts,
            writes: HashMap::new(),
            stated: HashSet::new(),
            spoiled: HashSet::new(),
            read: HashSet::new(),
            homes: vec![0],
        };
        search.region(&facts.derivative.forward, true);
        let adds_only = |home: &Home, cell: &Value, writes: &[Write]| {
            writes.iter().all(|write| write.adds)
                && !search.read.contains(&(*home, *cell))
                && *home != 0
        };
        for ((home, cell), writes) in &search.writes {
            if !adds_only(home, cell, writes) {
                cells.writes.insert((*home, *cell), writes.clone());
            }
        }
        let mut written: HashSet<Value> = HashSet::new();
        for (_, cell) in cells.writes.keys() {
            if !written.insert(*cell) {
                search.spoiled.insert(*cell);
            }
        }
        cells.stated = search.stated.difference(&search.spoiled).copied().collect();
        let mut stages = Stages {
            facts,
            cells: &cells,
            found: HashMap::new(),
        };
        stages.forward(&facts.derivative.forward, 0);
        stages.backward(&facts.derivative.backward, 0);
        cells.stages = stages.found;
        cells
    }

    pub(super) fn is_stated(&self, cell: Value) -> bool {
        self.stated.contains(&cell)
    }

    /// How many times a variable is assigned in a region, apart from one that only sums up.
    pub(super) fn writes(&self, home: Home, cell: Value) -> usize {
        self.writes.get(&(home, cell)).map_or(0, Vec::len)
    }

    /// Whether the assignment of this number adds to the variable.
    pub(super) fn adds(&self, home: Home, cell: Value, number: usize) -> bool {
        self.writes
            .get(&(home, cell))
            .and_then(|writes| writes.get(number))
            .is_some_and(|write| write.adds)
    }

    /// The marks of a variable in a value that reads it.
    pub(super) fn marks(&self, reader: Value, cell: Value) -> String {
        "⁺".repeat(self.stages.get(&(reader, cell)).copied().unwrap_or(0))
    }

    /// The variables that are told apart in a region, with the number of their assignments.
    pub(super) fn states(&self, home: Home) -> Vec<(Value, usize)> {
        let mut states: Vec<(Value, usize)> = self
            .writes
            .iter()
            .filter(|((at, cell), _)| *at == home && self.is_stated(*cell))
            .map(|((_, cell), writes)| (*cell, writes.len()))
            .collect();
        states.sort();
        states
    }

    /// The stage before the assignment whose adjoint is read or cleared next, going backwards.
    pub(super) fn step_back(&self, home: Home, cell: Value, stage: usize) -> usize {
        let writes = self
            .writes
            .get(&(home, cell))
            .map_or(&[][..], Vec::as_slice);
        let mut stage = stage.min(writes.len());
        while stage > 0 && writes[stage - 1].adds && !writes[stage - 1].active {
            stage -= 1;
        }
        stage
    }
}

/// Finds what is written and read where.
struct Search<'a> {
    facts: &'a Facts<'a>,
    writes: HashMap<(Home, Value), Vec<Write>>,
    stated: HashSet<Value>,
    /// Variables that are changed in parts or under a condition.
    spoiled: HashSet<Value>,
    /// Where a variable is read: the region, and those around it.
    read: HashSet<(Home, Value)>,
    homes: Vec<Home>,
}

impl Search<'_> {
    fn region(&mut self, region: &Region, plain: bool) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => self.reads(*value),
                Stmt::If(branch) => {
                    for (arm, region) in branch.arms().into_iter().enumerate() {
                        self.homes.push(self.facts.home_of_arm(branch.id, arm));
                        self.region(region, false);
                        self.homes.pop();
                    }
                }
                Stmt::Loop(body) => {
                    self.homes.push(self.facts.home_of_loop(body.id));
                    if let Head::While { test } = &body.head {
                        self.region(test, false);
                    }
                    self.region(&body.body, true);
                    self.homes.pop();
                }
                Stmt::Store { place, value, .. } => self.writes(*place, *value, false, plain),
                Stmt::Increment { place, value, .. } => self.writes(*place, *value, true, plain),
                Stmt::Swap(a, b) => {
                    let roots = [a, b].map(|place| self.facts.graph.root(*place));
                    self.spoiled.extend(roots);
                }
                Stmt::Push { place, .. } | Stmt::Pop { place, .. } => {
                    self.spoiled.insert(self.facts.graph.root(*place));
                }
                Stmt::Call(call) => {
                    let changed = call.changed().map(|place| self.facts.graph.root(place));
                    self.spoiled.extend(changed);
                }
                _ => {}
            }
        }
    }

    fn writes(&mut self, place: Value, value: Value, adds: bool, plain: bool) {
        let graph = self.facts.graph;
        let cell = graph.root(place);
        let home = self.homes.last().copied().unwrap_or(0);
        self.stated.insert(cell);
        if !plain || graph.behind_refs(place) != cell {
            self.spoiled.insert(cell);
        }
        self.writes.entry((home, cell)).or_default().push(Write {
            adds,
            active: graph[value].active && graph[cell].active,
        });
    }

    fn reads(&mut self, value: Value) {
        let graph = self.facts.graph;
        let cells: Vec<Value> = match self.facts.op(value) {
            Op::Load(place) | Op::Fixed(place, _) => {
                let cell = graph.root(*place);
                if graph.behind_refs(*place) != cell {
                    self.spoiled.insert(cell);
                }
                vec![cell]
            }
            Op::Rust(snippet) => snippet
                .uses
                .iter()
                .map(|(_, used)| graph.root(*used))
                .collect(),
            _ => return,
        };
        for cell in cells {
            self.read
                .extend(self.homes.iter().map(|home| (*home, cell)));
        }
    }
}

/// Numbers the stages that values read variables at.
struct Stages<'a> {
    facts: &'a Facts<'a>,
    cells: &'a Cells,
    found: HashMap<(Value, Value), usize>,
}

impl Stages<'_> {
    fn forward(&mut self, region: &Region, home: Home) {
        let graph = self.facts.graph;
        let mut stage: HashMap<Value, usize> = HashMap::new();
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => {
                    let read: Vec<Value> = match self.facts.op(*value) {
                        Op::Load(place) | Op::Fixed(place, _) => vec![graph.root(*place)],
                        Op::Rust(snippet) => snippet
                            .uses
                            .iter()
                            .map(|(_, used)| graph.root(*used))
                            .collect(),
                        _ => continue,
                    };
                    for cell in read {
                        if let (Some(stage), true) = (stage.get(&cell), self.cells.is_stated(cell))
                        {
                            self.found.insert((*value, cell), *stage);
                        }
                    }
                }
                Stmt::Store { place, .. } | Stmt::Increment { place, .. } => {
                    let cell = graph.root(*place);
                    if self.cells.writes(home, cell) > 0 {
                        *stage.entry(cell).or_default() += 1;
                    }
                }
                Stmt::If(branch) => {
                    for (arm, region) in branch.arms().into_iter().enumerate() {
                        self.forward(region, self.facts.home_of_arm(branch.id, arm));
                    }
                }
                Stmt::Loop(body) => self.forward(&body.body, self.facts.home_of_loop(body.id)),
                _ => {}
            }
        }
    }

    fn backward(&mut self, region: &Region, home: Home) {
        let graph = self.facts.graph;
        let mut stage: HashMap<Value, usize> = HashMap::new();
        let mut step = |cell: Value| {
            let last = self.cells.writes(home, cell);
            let entry = stage.entry(cell).or_insert(last);
            let found = self.cells.step_back(home, cell, *entry);
            *entry = found.saturating_sub(1);
            found
        };
        let mut inner = Vec::new();
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => {
                    if let Op::TakeAdjoint(place) | Op::ReadAdjoint(place) = self.facts.op(*value) {
                        let cell = graph.root(*place);
                        if self.cells.is_stated(cell) {
                            self.found.insert((*value, cell), step(cell));
                        }
                    }
                }
                Stmt::ClearAdjoint(place) => {
                    step(graph.root(*place));
                }
                Stmt::If(branch) => {
                    let id = branch.mirrors.unwrap_or(usize::MAX);
                    for (arm, region) in branch.arms().into_iter().enumerate() {
                        inner.push((region, self.facts.home_of_arm(id, arm)));
                    }
                }
                Stmt::Loop(body) => {
                    let id = body.mirrors.unwrap_or(usize::MAX);
                    inner.push((&body.body, self.facts.home_of_loop(id)));
                }
                _ => {}
            }
        }
        for (region, home) in inner {
            self.backward(region, home);
        }
    }
}
