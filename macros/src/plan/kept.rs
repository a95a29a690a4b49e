//! The arms of an `if` are out of scope when the backward sweep comes to their adjoints. What those read of an arm is
//! either computed again there, when that costs no more than an addition or so, or kept: the `if` yields one more value,
//! its trace, which says which arm was taken and holds what is kept of it.

use super::{Consumer, is_atom};
use crate::differentiate::Derivative;
use crate::ir::{Graph, If, Op, Projection, Region, Stmt, Ty, Value};
use crate::rules::{Form, Kind};
use std::collections::{BTreeSet, HashMap, HashSet};

/// One arm of an `if` of the forward sweep.
pub(crate) type Arm = (usize, usize);

#[derive(Default, Debug)]
pub(crate) struct Kept {
    kept: HashMap<Arm, Vec<Value>>,
    again: HashMap<Arm, Vec<Value>>,
    /// The trace of each `if` that has one.
    pub(crate) traces: HashMap<usize, Value>,
}

impl Kept {
    /// What the trace of an arm holds.
    pub(crate) fn of(&self, arm: Arm) -> &[Value] {
        self.kept.get(&arm).map_or(&[], Vec::as_slice)
    }

    /// What is kept and what is computed again, for the dump.
    pub(crate) fn describe(&self) -> String {
        let line = |what: &str, sets: &HashMap<Arm, Vec<Value>>| {
            let mut arms: Vec<_> = sets.iter().collect();
            arms.sort();
            arms.into_iter()
                .map(|((id, arm), values)| {
                    let arm = ["then", "else"][*arm];
                    let values: Vec<String> = values.iter().map(|v| format!("%{}", v.0)).collect();
                    format!("    if {id}, {arm}: {what} {}\n", values.join(", "))
                })
                .collect::<String>()
        };
        line("keeps", &self.kept) + &line("computes again", &self.again)
    }

    /// What the adjoint of an arm computes again, in order.
    pub(crate) fn again(&self, arm: Arm) -> &[Value] {
        self.again.get(&arm).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn decide(
    derivative: &mut Derivative,
    uses: &HashMap<Value, Vec<Consumer>>,
    inline: &HashSet<Value>,
) -> Kept {
    let mut homes = HashMap::new();
    let mut parents = HashMap::new();
    locate(&derivative.forward, None, &mut homes, &mut parents);
    let mut decider = Decider {
        graph: &mut derivative.graph,
        uses,
        inline,
        homes,
        parents,
        kept: HashMap::new(),
        again: HashMap::new(),
        traces: HashMap::new(),
    };
    decider.region(&derivative.backward);
    let sorted = |sets: HashMap<Arm, BTreeSet<Value>>| {
        sets.into_iter()
            .map(|(arm, values)| (arm, values.into_iter().collect()))
            .collect()
    };
    Kept {
        kept: sorted(decider.kept),
        again: sorted(decider.again),
        traces: decider.traces,
    }
}

/// The arm that each value and each `if` of the forward sweep stands in.
fn locate(
    region: &Region,
    arm: Option<Arm>,
    homes: &mut HashMap<Value, Option<Arm>>,
    parents: &mut HashMap<usize, Option<Arm>>,
) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(value) => {
                homes.insert(*value, arm);
            }
            Stmt::Call(call) => {
                homes.insert(call.value, arm);
                homes.insert(call.residuals, arm);
            }
            Stmt::If(branch) => {
                homes.extend(branch.results.iter().map(|result| (*result, arm)));
                parents.insert(branch.id, arm);
                for (index, inner) in branch.arms().into_iter().enumerate() {
                    locate(inner, Some((branch.id, index)), homes, parents);
                }
            }
            _ => {}
        }
    }
}

struct Decider<'a> {
    graph: &'a mut Graph,
    uses: &'a HashMap<Value, Vec<Consumer>>,
    inline: &'a HashSet<Value>,
    homes: HashMap<Value, Option<Arm>>,
    parents: HashMap<usize, Option<Arm>>,
    kept: HashMap<Arm, BTreeSet<Value>>,
    again: HashMap<Arm, BTreeSet<Value>>,
    traces: HashMap<usize, Value>,
}

impl Decider<'_> {
    /// Finds what the adjoint statements of a region read.
    fn region(&mut self, region: &Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => {
                    if self.uses.contains_key(value) {
                        self.operands(*value);
                    }
                }
                Stmt::BeginAdjoint(value) => {
                    if !self.graph[*value].ty.is_float() {
                        self.read(*value);
                    }
                }
                Stmt::Accumulate { place, value } => {
                    self.place(*place);
                    self.read(*value);
                }
                Stmt::Pull { call, cotangent } => {
                    self.read(call.residuals);
                    self.read(*cotangent);
                    for &arg in &call.args {
                        self.read(arg);
                    }
                }
                Stmt::If(branch) => self.branch(branch),
                Stmt::Call(_) | Stmt::Effect(_) => {}
            }
        }
        for &value in &region.yields {
            self.read(value);
        }
    }

    fn branch(&mut self, branch: &If) {
        for arm in branch.arms() {
            self.region(arm);
        }
        let Some(id) = branch.mirrors else {
            return;
        };
        let keeps = (0..2).any(|arm| self.kept.contains_key(&(id, arm)));
        if !keeps {
            return self.read(branch.cond);
        }
        let span = self.graph[branch.cond].span;
        let trace = self.graph.add(Op::Result, Ty::Other, false, span);
        self.graph[trace].name = Some("taken".into());
        self.traces.insert(id, trace);
        if let Some(Some(outer)) = self.parents.get(&id) {
            self.kept.entry(*outer).or_default().insert(trace);
        }
    }

    fn place(&mut self, place: Value) {
        if let Op::Project(base, projection) = self.graph[place].op.clone() {
            if let Projection::Index(index) = projection {
                self.read(index);
            }
            self.place(base);
        }
    }

    fn operands(&mut self, value: Value) {
        for operand in self.graph.operands(value) {
            self.read(operand);
        }
    }

    /// A value is read by the adjoint of the arm it was made in, or of one within.
    fn read(&mut self, value: Value) {
        let Some(Some(arm)) = self.homes.get(&value).copied() else {
            // From outside every arm, or of the backward sweep itself.
            if self.inline.contains(&value) {
                self.operands(value);
            }
            return;
        };
        if is_atom(self.graph, value) || self.inline.contains(&value) {
            return self.operands(value);
        }
        if self.is_cheap(value) {
            if self.again.entry(arm).or_default().insert(value) {
                self.operands(value);
            }
        } else {
            self.kept.entry(arm).or_default().insert(value);
        }
    }

    /// Whether computing a value again costs about as much as reading it.
    fn is_cheap(&self, value: Value) -> bool {
        let node = &self.graph[value];
        match &node.op {
            Op::Row(row, _) => {
                node.ty != Ty::Other
                    && matches!(row.form, Form::Infix | Form::Prefix)
                    && row.operands.iter().all(|kind| *kind == Kind::Active)
                    && row.name != "/"
                    && row.name != "%"
            }
            Op::Cast(_) => true,
            Op::Rust(snippet) => snippet.repeatable,
            _ => false,
        }
    }
}
