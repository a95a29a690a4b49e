//! Which values may be computed somewhere else than where they stand. What reads a cell may not, unless nothing changes
//! the cell from there on; the same holds for what reads an adjoint variable.

use crate::differentiate::Derivative;
use crate::ir::{Graph, Head, Op, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

#[derive(Debug)]
pub(super) struct Stable {
    unstable: HashSet<Value>,
}

impl Stable {
    pub(super) fn contains(&self, value: Value) -> bool {
        !self.unstable.contains(&value)
    }
}

/// A point of the function: a number that grows, and the loops that are open.
#[derive(Clone, Debug)]
struct Point {
    number: usize,
    loops: Vec<usize>,
}

pub(super) fn stable(derivative: &Derivative) -> Stable {
    let mut walk = Walk {
        graph: &derivative.graph,
        number: 0,
        loops: Vec::new(),
        next_loop: 0,
        reads: Vec::new(),
        writes: HashMap::new(),
        reshapes: HashMap::new(),
        adjoint_writes: HashMap::new(),
        depths: HashMap::new(),
        adjoint_depths: HashMap::new(),
    };
    walk.region(&derivative.forward);
    walk.region(&derivative.backward);
    let mut unstable = HashSet::new();
    for (value, root, read, point) in &walk.reads {
        let (writes, depths) = match read {
            Read::Adjoint => (&walk.adjoint_writes, &walk.adjoint_depths),
            Read::Value => (&walk.writes, &walk.depths),
            Read::Length => (&walk.reshapes, &walk.depths),
        };
        let is_adjoint = *read == Read::Adjoint;
        let depth = depths.get(root).copied().unwrap_or(0);
        // What the pull part would read again belongs to the caller by then.
        let is_lent = !is_adjoint && derivative.graph[*root].lent && derivative.cotangent.is_some();
        let changed = is_lent
            || writes.get(root).is_some_and(|writes| {
                writes
                    .iter()
                    .any(|write| write.number > point.number || shares_loop(write, point, depth))
            });
        if changed {
            unstable.insert(*value);
        }
    }
    Stable { unstable }
}

/// Whether two points are in one loop, of those within the outermost `depth`: what begins in a loop is another one in each
/// iteration.
fn shares_loop(a: &Point, b: &Point, depth: usize) -> bool {
    let inner = a.loops.iter().skip(depth);
    inner.into_iter().any(|open| b.loops.contains(open))
}

/// What is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    /// What a cell holds.
    Value,
    /// How long a list in a cell is.
    Length,
    /// What an adjoint variable holds.
    Adjoint,
}

struct Walk<'a> {
    graph: &'a Graph,
    number: usize,
    loops: Vec<usize>,
    next_loop: usize,
    /// What reads a cell or an adjoint variable, which, and where.
    reads: Vec<(Value, Value, Read, Point)>,
    writes: HashMap<Value, Vec<Point>>,
    /// Those after which a list may have another length.
    reshapes: HashMap<Value, Vec<Point>>,
    adjoint_writes: HashMap<Value, Vec<Point>>,
    /// The number of loops that a cell and an adjoint variable begin in.
    depths: HashMap<Value, usize>,
    adjoint_depths: HashMap<Value, usize>,
}

impl Walk<'_> {
    fn point(&mut self) -> Point {
        self.number += 1;
        Point {
            number: self.number,
            loops: self.loops.clone(),
        }
    }

    fn region(&mut self, region: &Region) {
        for stmt in &region.stmts {
            let point = self.point();
            match stmt {
                Stmt::Let(value) => self.node(*value, &point),
                Stmt::If(branch) => {
                    for arm in branch.arms() {
                        self.region(arm);
                    }
                }
                Stmt::Loop(body) => {
                    self.next_loop += 1;
                    self.loops.push(self.next_loop);
                    if let Head::While { test } = &body.head {
                        self.region(test);
                    }
                    self.region(&body.body);
                    self.loops.pop();
                }
                Stmt::Store { place, .. } | Stmt::Increment { place, .. } => {
                    self.write(*place, point, !self.graph[*place].ty.is_float());
                }
                Stmt::Push { place, .. } | Stmt::Pop { place, .. } => {
                    self.write(*place, point, true);
                }
                Stmt::Swap(a, b) => {
                    for place in [a, b] {
                        self.write(*place, point.clone(), !self.graph[*place].ty.is_float());
                    }
                }
                Stmt::SwapAdjoints(a, b) => {
                    for place in [a, b] {
                        let root = self.graph.root(*place);
                        let writes = self.adjoint_writes.entry(root).or_default();
                        writes.push(point.clone());
                    }
                }
                Stmt::Effect(value) => {
                    // It may change any cell that it mentions.
                    for operand in self.graph.operands(*value) {
                        self.write(operand, point.clone(), true);
                    }
                }
                Stmt::Accumulate { place, .. }
                | Stmt::ClearAdjoint(place)
                | Stmt::PushAdjoint { place, .. }
                | Stmt::ResetAdjoint { place, .. } => {
                    let root = self.graph.root(*place);
                    self.adjoint_writes.entry(root).or_default().push(point);
                }
                Stmt::Pull { call, .. } => {
                    for place in call.adjoint_places() {
                        let root = self.graph.root(place);
                        self.adjoint_writes
                            .entry(root)
                            .or_default()
                            .push(point.clone());
                    }
                }
                Stmt::Call(call) => {
                    for place in call.changed() {
                        self.write(place, point.clone(), true);
                    }
                }
                Stmt::BeginAdjoint(root) => {
                    self.adjoint_depths.insert(*root, self.loops.len());
                }
            }
        }
    }

    fn write(&mut self, place: Value, point: Point, may_reshape: bool) {
        let root = self.graph.root(place);
        if may_reshape {
            let reshapes = self.reshapes.entry(root).or_default();
            reshapes.push(point.clone());
        }
        self.writes.entry(root).or_default().push(point);
    }

    fn node(&mut self, value: Value, point: &Point) {
        match &self.graph[value].op {
            Op::Cell(_) => {
                self.depths.insert(value, self.loops.len());
            }
            Op::Load(place) | Op::ZeroLike(place) | Op::Fixed(place, _) => {
                let root = self.graph.root(*place);
                self.reads.push((value, root, Read::Value, point.clone()));
            }
            Op::ReadAdjoint(place) => {
                let root = self.graph.root(*place);
                self.reads.push((value, root, Read::Adjoint, point.clone()));
            }
            Op::TakeAdjoint(place) | Op::PopAdjoint(place) => {
                let root = self.graph.root(*place);
                self.adjoint_writes
                    .entry(root)
                    .or_default()
                    .push(point.clone());
            }
            Op::Rust(snippet) => {
                let read = match snippet.length_of() {
                    Some(_) => Read::Length,
                    None => Read::Value,
                };
                for operand in self.graph.operands(value) {
                    for root in self.graph.roots(operand) {
                        if self.graph.is_cell(root) {
                            self.reads.push((value, root, read, point.clone()));
                        }
                    }
                }
                if self.graph.may_change_cells(value) {
                    for operand in self.graph.operands(value) {
                        let mut after = point.clone();
                        after.number += 1;
                        self.number += 1;
                        self.write(operand, after, true);
                    }
                }
            }
            _ => {}
        }
    }
}
