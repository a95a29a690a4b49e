//! What a variable holds when it changes no more is the variable: their adjoints are one. `let row: Vec<f64> = xs.map(..)
//! .collect();` fills a list and then names what it holds.

use crate::differentiate::Derivative;
use crate::ir::{Graph, Op, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

/// Lets contributions to the adjoint of such a value go to that of its variable.
pub(crate) fn alias(derivative: &mut Derivative) {
    alias_where(derivative, |_| true);
}

/// The same for values that are passed to no function: what a function adds to each of them, formulas tell apart.
pub(crate) fn alias_outside_calls(derivative: &mut Derivative) {
    let mut passed = HashSet::new();
    passed_to_calls(&derivative.graph, &derivative.backward, &mut passed);
    alias_where(derivative, |value| !passed.contains(&value));
}

fn alias_where(derivative: &mut Derivative, is_meant: impl Fn(Value) -> bool) {
    let mut cells = HashMap::new();
    last_loads(&derivative.graph, &derivative.forward, &mut cells);
    let mut begun = HashSet::new();
    begins(&derivative.backward, &mut begun);
    cells.retain(|value, cell| is_meant(*value) && begun.contains(value) && begun.contains(cell));
    if cells.is_empty() {
        return;
    }
    let mut moved = Moved {
        graph: &mut derivative.graph,
        cells,
        places: HashMap::new(),
    };
    moved.region(&mut derivative.backward);
}

/// Values that a variable holds as a whole, where nothing changes it from there to its end, and the variable.
fn last_loads(graph: &Graph, region: &Region, cells: &mut HashMap<Value, Value>) {
    for (index, stmt) in region.stmts.iter().enumerate() {
        match stmt {
            Stmt::Let(value) => {
                let Op::Load(place) = graph[*value].op else {
                    continue;
                };
                let begins = |stmt: &Stmt| matches!(stmt, Stmt::Let(value) if *value == place);
                if matches!(graph[place].op, Op::Cell(_))
                    && !graph[*value].ty.is_float()
                    && region.stmts[..index].iter().any(begins)
                    && !region.stmts[index..]
                        .iter()
                        .any(|stmt| stmt.changes(graph, place))
                {
                    cells.insert(*value, place);
                }
            }
            stmt => {
                for region in stmt.regions() {
                    last_loads(graph, region, cells);
                }
            }
        }
    }
}

/// Values whose adjoint variable begins in a region.
fn begins(region: &Region, begun: &mut HashSet<Value>) {
    for stmt in &region.stmts {
        if let Stmt::BeginAdjoint(value) = stmt {
            begun.insert(*value);
        }
        for region in stmt.regions() {
            begins(region, begun);
        }
    }
}

fn passed_to_calls(graph: &Graph, region: &Region, passed: &mut HashSet<Value>) {
    for stmt in &region.stmts {
        if let Stmt::Pull { call, .. } = stmt {
            passed.extend(call.args.iter().map(|arg| graph.root(*arg)));
        }
        for region in stmt.regions() {
            passed_to_calls(graph, region, passed);
        }
    }
}

struct Moved<'a> {
    graph: &'a mut Graph,
    cells: HashMap<Value, Value>,
    /// Places within such values, and the same within the variable.
    places: HashMap<Value, Value>,
}

impl Moved<'_> {
    fn region(&mut self, region: &mut Region) {
        let (graph, cells) = (&*self.graph, &self.cells);
        // Its own adjoint, which was handed on to the variable.
        let is_own = |value: &Value| match graph[*value].op {
            Op::AdjointOf(root) => cells.contains_key(&root),
            _ => false,
        };
        region.stmts.retain(|stmt| match stmt {
            Stmt::BeginAdjoint(value) => !cells.contains_key(value),
            Stmt::Let(value) | Stmt::Accumulate { value, .. } => !is_own(value),
            _ => true,
        });
        for stmt in &mut region.stmts {
            match stmt {
                Stmt::Accumulate { place, .. } => *place = self.place(*place),
                Stmt::Pull { call, .. } => {
                    for arg in &mut call.args {
                        *arg = self.place(*arg);
                    }
                }
                Stmt::If(branch) => {
                    self.region(&mut branch.then);
                    self.region(&mut branch.otherwise);
                }
                Stmt::Loop(repeat) => self.region(&mut repeat.body),
                _ => {}
            }
        }
    }

    fn place(&mut self, place: Value) -> Value {
        if !self.cells.contains_key(&self.graph.root(place)) {
            return place;
        }
        if let Some(moved) = self.places.get(&place) {
            return *moved;
        }
        let node = self.graph[place].clone();
        let op = match node.op {
            Op::Project(base, projection) => Op::Project(self.place(base), projection),
            Op::Ref(inner) => Op::Ref(self.place(inner)),
            Op::Deref(inner) => Op::Deref(self.place(inner)),
            _ => return self.cells[&place],
        };
        let moved = self.graph.add(op, node.ty, node.active, node.span);
        self.places.insert(place, moved);
        moved
    }
}
