//! The arms of an `if` and the iterations of a loop are out of scope when the backward sweep comes to their adjoints.
//! What those read of them is either computed again there, when that costs no more than an addition or so, or kept: an
//! `if` yields one more value, its trace, which says which arm was taken and holds what is kept of it; a loop pushes
//! what is kept of each iteration on its trace. A loop within a loop has one trace for all its runs: the backward sweep
//! goes through it from the end, as it goes through the runs. So has a loop that goes through all of a range, once.

use super::room::Room;
use super::stability::Stable;
use super::{Consumer, is_atom};
use crate::differentiate::Derivative;
use crate::ir::{Graph, Head, If, Loop, Op, Projection, Region, Stmt, Ty, Value};
use crate::rules::{Form, Kind};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One arm of an `if` of the forward sweep, or (with 0) the body of a loop.
pub(crate) type Arm = (usize, usize);

#[derive(Default, Debug)]
pub(crate) struct Kept {
    kept: HashMap<Arm, Vec<Value>>,
    again: HashMap<Arm, Vec<Value>>,
    /// Values that are kept because what they are read from changes.
    overwritten: HashSet<Value>,
    /// The trace of each `if` and each loop that has one.
    pub(crate) traces: HashMap<usize, Value>,
    /// Of each loop that has a trace for all its runs, what goes through that from the end.
    rest: HashMap<usize, Value>,
    /// Of each loop within a loop whose number of iterations is not known, that number.
    pub(crate) counts: HashMap<usize, Value>,
    /// The loops that are a statement or stand in it, by its number, whose traces begin before it.
    shared: BTreeMap<usize, Vec<usize>>,
    /// Of each of these, what is known of how much its trace will hold.
    room: HashMap<usize, Room>,
}

/// A trace of all runs of a loop.
pub(crate) struct Shared<'a> {
    /// The loop.
    pub(crate) id: usize,
    pub(crate) trace: Value,
    /// What goes through it from the end.
    pub(crate) rest: Value,
    /// What is known of how much it will hold.
    pub(crate) room: &'a Room,
}

impl Kept {
    /// What the trace of an arm holds.
    pub(crate) fn of(&self, arm: Arm) -> &[Value] {
        self.kept.get(&arm).map_or(&[], Vec::as_slice)
    }

    /// Whether any trace holds a value.
    pub(crate) fn holds(&self, value: Value) -> bool {
        self.kept.values().any(|kept| kept.contains(&value))
    }

    /// What goes through the trace of all runs of a loop from the end, if it has one.
    pub(crate) fn rest(&self, id: usize) -> Option<Value> {
        self.rest.get(&id).copied()
    }

    /// The traces that begin before a statement which stands in no other.
    pub(crate) fn shared(&self, id: usize) -> impl Iterator<Item = Shared<'_>> {
        let loops = self.shared.get(&id).into_iter().flatten();
        loops.map(|id| Shared {
            id: *id,
            trace: self.traces[id],
            rest: self.rest[id],
            room: &self.room[id],
        })
    }

    /// What is kept of each branch and loop, what is computed again, and why; for the dump.
    pub(crate) fn describe(&self, graph: &Graph) -> String {
        let lines = |what: &str, sets: &HashMap<Arm, Vec<Value>>| {
            let mut arms: Vec<_> = sets.iter().collect();
            arms.sort();
            let mut text = String::new();
            for ((id, arm), values) in arms {
                for value in values {
                    let name = match &graph[*value].name {
                        Some(name) => format!(" {name}"),
                        None => String::new(),
                    };
                    let why = match what {
                        "keeps" => self.reason(graph, *value),
                        _ => "that costs about as much as to read it",
                    };
                    text += &format!(
                        "    region {id}, arm {arm}: {what} %{}{name}: {why}\n",
                        value.0
                    );
                }
            }
            text
        };
        lines("keeps", &self.kept) + &lines("computes again", &self.again)
    }

    fn reason(&self, graph: &Graph, value: Value) -> &'static str {
        let is_trace = self.traces.values().any(|trace| *trace == value);
        if matches!(graph[value].op, Op::ShapeOf(_)) {
            "no more than the shape is read"
        } else if self.overwritten.contains(&value) {
            "what it is read from changes"
        } else if is_trace || self.counts.values().any(|count| *count == value) {
            "the trace of a branch or loop within"
        } else if matches!(graph[value].op, Op::Result) {
            "the result of a call or a branch"
        } else {
            "to compute it again would cost more"
        }
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
    stable: &Stable,
) -> Kept {
    let mut homes = HashMap::new();
    let mut parents = HashMap::new();
    let mut loops = HashMap::new();
    locate(
        &derivative.forward,
        None,
        &mut homes,
        &mut parents,
        &mut loops,
        &derivative.fused,
    );
    let mut decider = Decider {
        graph: &mut derivative.graph,
        uses,
        inline,
        stable,
        homes,
        parents,
        kept: HashMap::new(),
        again: HashMap::new(),
        traces: HashMap::new(),
        loops,
        rest: HashMap::new(),
        counts: HashMap::new(),
        shared: BTreeMap::new(),
        room: HashMap::new(),
        overwritten: HashSet::new(),
        readers: BTreeMap::new(),
        reader: None,
    };
    for stmt in &derivative.forward.stmts {
        if let Stmt::Loop(body) = stmt
            && let Some(first) = derivative.fused.get(&body.id)
        {
            decider.region(&Region {
                stmts: body.body.stmts[*first..].to_vec(),
                yields: Vec::new(),
            });
        }
    }
    decider.region(&derivative.backward);
    decider.keep_less();
    let sorted = |sets: HashMap<Arm, BTreeSet<Value>>| {
        sets.into_iter()
            .map(|(arm, values)| (arm, values.into_iter().collect()))
            .collect()
    };
    Kept {
        kept: sorted(decider.kept),
        again: sorted(decider.again),
        overwritten: decider.overwritten,
        traces: decider.traces,
        rest: decider.rest,
        counts: decider.counts,
        shared: decider.shared,
        room: decider.room,
    }
}

/// The arm that each value and each `if` of the forward sweep stands in.
fn locate(
    region: &Region,
    arm: Option<Arm>,
    homes: &mut HashMap<Value, Option<Arm>>,
    parents: &mut HashMap<usize, Option<Arm>>,
    loops: &mut HashMap<usize, Option<[Value; 2]>>,
    fused: &HashMap<usize, usize>,
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
                    locate(
                        inner,
                        Some((branch.id, index)),
                        homes,
                        parents,
                        loops,
                        fused,
                    );
                }
            }
            Stmt::Loop(body) => {
                parents.insert(body.id, arm);
                let range = match &body.head {
                    Head::Range { start, end, .. } if body.stop.is_none() => Some([*start, *end]),
                    _ => None,
                };
                loops.insert(body.id, range);
                // Where the backward sweep is in the body itself, that is in scope.
                let around = (!fused.contains_key(&body.id)).then_some((body.id, 0));
                locate(&body.body, around, homes, parents, loops, fused);
            }
            _ => {}
        }
    }
}

pub(super) struct Decider<'a> {
    pub(super) graph: &'a mut Graph,
    uses: &'a HashMap<Value, Vec<Consumer>>,
    inline: &'a HashSet<Value>,
    pub(super) stable: &'a Stable,
    pub(super) homes: HashMap<Value, Option<Arm>>,
    pub(super) parents: HashMap<usize, Option<Arm>>,
    pub(super) kept: HashMap<Arm, BTreeSet<Value>>,
    pub(super) again: HashMap<Arm, BTreeSet<Value>>,
    traces: HashMap<usize, Value>,
    /// The loops of the forward sweep, with the range of those that go through all of it.
    pub(super) loops: HashMap<usize, Option<[Value; 2]>>,
    rest: HashMap<usize, Value>,
    counts: HashMap<usize, Value>,
    shared: BTreeMap<usize, Vec<usize>>,
    room: HashMap<usize, Room>,
    pub(super) overwritten: HashSet<Value>,
    /// What reads each value that is kept or computed again: others that are computed again, or (`None`) the backward sweep.
    pub(super) readers: BTreeMap<Value, BTreeSet<Option<Value>>>,
    /// What is being computed again.
    reader: Option<Value>,
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
                    for arg in call.given_again() {
                        self.read(arg);
                    }
                    for place in call.adjoint_places() {
                        self.place(place);
                    }
                }
                Stmt::If(branch) => self.branch(branch),
                Stmt::Loop(body) => self.repeat(body),
                Stmt::ClearAdjoint(place) => self.place(*place),
                Stmt::PushAdjoint { place, value } => {
                    self.place(*place);
                    if !self.graph[*value].ty.is_float() {
                        self.read(*value);
                    }
                }
                Stmt::SwapAdjoints(a, b) => {
                    self.place(*a);
                    self.place(*b);
                }
                Stmt::ResetAdjoint { place, value } => {
                    self.place(*place);
                    self.read(*value);
                }
                Stmt::Call(_)
                | Stmt::Effect(_)
                | Stmt::Store { .. }
                | Stmt::Push { .. }
                | Stmt::Pop { .. }
                | Stmt::Swap(..)
                | Stmt::Increment { .. } => {}
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
        self.trace(id, "taken", span);
    }

    fn repeat(&mut self, body: &Loop) {
        self.region(&body.body);
        let Some(id) = body.mirrors else {
            return;
        };
        let keeps = self.kept.contains_key(&(id, 0));
        let is_nested = self.outermost_around(id).is_some();
        let is_outermost = self.parents.get(&id) == Some(&None);
        match &body.head {
            Head::Range { start, end, .. }
                if body.stop.is_none() && (!keeps || is_nested || is_outermost) =>
            {
                self.read(*start);
                self.read(*end);
                if keeps {
                    self.shared_trace(id, body);
                }
            }
            _ if is_nested => {
                self.count(id);
                if keeps || matches!(body.head, Head::Range { .. }) {
                    self.shared_trace(id, body);
                }
            }
            Head::Range { index, .. } => {
                let span = self.graph[*index].span;
                self.trace(id, "trace", span);
            }
            Head::While { .. } => self.trace(id, "trace", proc_macro2::Span::call_site()),
        }
    }

    /// The statement around a loop that stands in no other, if there is a loop on the way.
    fn outermost_around(&self, id: usize) -> Option<usize> {
        let (mut outermost, mut in_loop) = (id, false);
        while let Some(Some((around, _))) = self.parents.get(&outermost) {
            in_loop |= self.loops.contains_key(around);
            outermost = *around;
        }
        in_loop.then_some(outermost)
    }

    /// A trace that begins before the outermost statement around its loop, or before the loop itself.
    fn shared_trace(&mut self, id: usize, body: &Loop) {
        let span = match &body.head {
            Head::Range { index, .. } => self.graph[*index].span,
            Head::While { .. } => proc_macro2::Span::call_site(),
        };
        let [trace, rest] = ["trace", "rest"].map(|name| {
            let value = self.graph.add(Op::Result, Ty::Other, false, span);
            self.graph[value].name = Some(name.into());
            value
        });
        self.traces.insert(id, trace);
        self.rest.insert(id, rest);
        let outermost = self.outermost_around(id).unwrap_or(id);
        self.shared.entry(outermost).or_default().push(id);
        let room = self.room(id);
        self.room.insert(id, room);
    }

    /// The number of iterations of a loop, kept by what stands around it.
    fn count(&mut self, id: usize) {
        let span = proc_macro2::Span::call_site();
        let count = self.graph.add(Op::Result, Ty::Int, false, span);
        self.graph[count].name = Some("count".into());
        self.counts.insert(id, count);
        if let Some(Some(outer)) = self.parents.get(&id) {
            self.kept.entry(*outer).or_default().insert(count);
        }
    }

    /// A trace is a value of the region around what it is the trace of.
    fn trace(&mut self, id: usize, name: &str, span: proc_macro2::Span) {
        let trace = self.graph.add(Op::Result, Ty::Other, false, span);
        self.graph[trace].name = Some(name.into());
        self.traces.insert(id, trace);
        if let Some(Some(outer)) = self.parents.get(&id) {
            self.kept.entry(*outer).or_default().insert(trace);
        }
    }

    fn place(&mut self, place: Value) {
        match self.graph[place].op.clone() {
            Op::Project(base, projection) => {
                if let Projection::Index(index) = projection {
                    self.read(index);
                }
                self.place(base);
            }
            Op::Deref(inner) | Op::Ref(inner) => self.place(inner),
            _ => {}
        }
    }

    fn operands(&mut self, value: Value) {
        if let Op::ReadAdjoint(place) | Op::TakeAdjoint(place) | Op::PopAdjoint(place) =
            self.graph[value].op
        {
            self.place(place);
        }
        if let Op::Total(list, _) = self.graph[value].op
            && self.graph[value].ty.is_float()
        {
            return self.read(list);
        }
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
        let readers = self.readers.entry(value).or_default();
        readers.insert(self.reader);
        if self.is_cheap(value) {
            if self.again.entry(arm).or_default().insert(value) {
                let outer = self.reader.replace(value);
                self.operands(value);
                self.reader = outer;
            }
        } else {
            if !self.stable.contains(value) {
                self.overwritten.insert(value);
            }
            self.kept.entry(arm).or_default().insert(value);
        }
    }

    /// Whether computing a value again costs about as much as reading it.
    fn is_cheap(&self, value: Value) -> bool {
        if !self.stable.contains(value) {
            return false;
        }
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
            Op::Load(place) => node.ty.is_float() && !self.graph.is_in_cell(*place),
            Op::Rust(snippet) => snippet.repeatable,
            _ => false,
        }
    }
}
