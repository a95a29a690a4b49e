//! Which values have an adjoint variable: those whose parts are used or change, those passed to a nested call, those used in a
//! loop that they were not made in, since every iteration adds to their adjoint, and those of which several others are made:
//! what is no tensor has no `+`.

use crate::ir::{Graph, Op, Primal, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

pub(super) fn places(primal: &Primal) -> HashSet<Value> {
    let mut search = Search {
        graph: &primal.graph,
        depths: primal.params.iter().map(|param| (*param, 0)).collect(),
        uses: HashMap::new(),
        found: HashSet::new(),
    };
    let is_lent = |param: &&Value| primal.graph[**param].lent && primal.graph[**param].active;
    search.found.extend(primal.params.iter().filter(is_lent));
    search.region(&primal.body, 0);
    let absent = super::options(primal);
    let graph = &primal.graph;
    let offered = graph
        .values()
        .filter(|value| graph[*value].active && graph.is_optional(*value) && graph[*value].offered);
    let several: Vec<Value> = search
        .handed_on()
        .filter(|value| !absent.contains(value))
        .chain(offered)
        .collect();
    search.found.extend(several);
    search.found
}

struct Search<'a> {
    graph: &'a Graph,
    /// How many loops each value is made in.
    depths: HashMap<Value, usize>,
    /// How often each value is used, and whether any use hands it on as it is.
    uses: HashMap<Value, (usize, bool)>,
    found: HashSet<Value>,
}

impl Search<'_> {
    fn region(&mut self, region: &Region, depth: usize) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => self.node(*value, depth),
                Stmt::Call(call) => {
                    self.depths.insert(call.value, depth);
                    for &arg in &call.args {
                        self.used(arg, depth);
                    }
                    for place in call.adjoint_places() {
                        if self.graph[place].active {
                            self.found.insert(self.graph.root(place));
                        }
                    }
                }
                Stmt::If(branch) => {
                    for &result in &branch.results {
                        self.depths.insert(result, depth);
                    }
                    for arm in branch.arms() {
                        self.region(arm, depth);
                    }
                }
                Stmt::Loop(body) => self.region(&body.body, depth + 1),
                Stmt::Store { value, .. }
                | Stmt::Push { value, .. }
                | Stmt::Pop { value, .. }
                | Stmt::Increment { value, .. } => self.used(*value, depth),
                _ => {}
            }
        }
        for &value in &region.yields {
            self.used(value, depth);
        }
    }

    fn node(&mut self, value: Value, depth: usize) {
        self.depths.insert(value, depth);
        match &self.graph[value].op {
            Op::Project(base, _) if self.graph[*base].active => {
                self.found.insert(self.graph.root(*base));
            }
            Op::Cell(_) if self.graph[value].active => {
                self.found.insert(value);
            }
            _ => {}
        }
        let is_seen_through = matches!(
            self.graph[value].op,
            Op::Project(..) | Op::Ref(_) | Op::Deref(_)
        );
        let is_whole = !matches!(self.graph[value].op, Op::Row(..));
        for operand in self.graph.operands(value) {
            self.is_used_deeper(operand, depth);
            if !is_seen_through {
                self.count(operand, is_whole);
            }
        }
    }

    /// A use that hands the value on as it is.
    fn used(&mut self, value: Value, depth: usize) {
        self.is_used_deeper(value, depth);
        self.count(value, true);
    }

    fn is_used_deeper(&mut self, value: Value, depth: usize) {
        let root = self.graph.root(value);
        if self.graph[root].active && self.depths.get(&root).is_some_and(|made| *made < depth) {
            self.found.insert(root);
        }
    }

    fn count(&mut self, value: Value, is_whole: bool) {
        let root = self.graph.root(value);
        let (count, whole) = self.uses.entry(root).or_default();
        *count += 1;
        *whole |= is_whole;
    }

    fn handed_on(&self) -> impl Iterator<Item = Value> {
        let several = self.uses.iter().filter(|(value, (count, is_whole))| {
            let node = &self.graph[**value];
            *count > 1 && *is_whole && node.active && !node.ty.peeled().is_float()
        });
        several.map(|(value, _)| *value)
    }
}
