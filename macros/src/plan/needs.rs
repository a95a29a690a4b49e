//! What is needed at all: uses are counted from the results and effects.

use crate::differentiate::{Derivative, Gradient};
use crate::ir::{Call, Graph, Head, Op, Projection, Region, Stmt, Ty, Value};
use std::collections::{HashMap, HashSet};

/// What a value is used by, as far as it matters to how it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Consumer {
    /// The body of a fused elementwise loop.
    Loop,
    /// An addition to an adjoint variable.
    Accumulation,
    Anything,
}

/// What is computed for more than its value. An adjoint that is taken leaves zero behind, whether it is read or not.
fn changing(graph: &Graph) -> HashSet<Value> {
    let changes = |value: &Value| {
        matches!(graph[*value].op, Op::TakeAdjoint(_) | Op::PopAdjoint(_))
            || graph.may_change_cells(*value)
    };
    graph.values().filter(changes).collect()
}

/// Whether a statement is run for more than its values.
fn has_effect(stmt: &Stmt, changing: &HashSet<Value>) -> bool {
    match stmt {
        Stmt::Let(value) => changing.contains(value),
        Stmt::Call(call) => call.may_change(),
        Stmt::If(branch) => branch
            .arms()
            .iter()
            .any(|arm| arm.stmts.iter().any(|stmt| has_effect(stmt, changing))),
        Stmt::Loop(_)
        | Stmt::Store { .. }
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::PushAdjoint { .. }
        | Stmt::Swap(..)
        | Stmt::SwapAdjoints(..)
        | Stmt::Increment { .. }
        | Stmt::Pull { .. }
        | Stmt::BeginAdjoint(_)
        | Stmt::Accumulate { .. }
        | Stmt::ClearAdjoint(_)
        | Stmt::ResetAdjoint { .. }
        | Stmt::Effect(_) => true,
    }
}

/// Counts the uses of every value that the results and effects need.
pub(super) struct Needs<'a> {
    graph: &'a Graph,
    definitions: HashMap<Value, &'a Stmt>,
    uses: HashMap<Value, Vec<Consumer>>,
    open: Vec<(Value, Consumer)>,
    seen_calls: HashSet<Value>,
    seen_ifs: HashSet<*const Stmt>,
    changing: HashSet<Value>,
}

impl Needs<'_> {
    pub(super) fn of(derivative: &Derivative) -> HashMap<Value, Vec<Consumer>> {
        let mut needs = Needs {
            graph: &derivative.graph,
            definitions: HashMap::new(),
            uses: HashMap::new(),
            open: Vec::new(),
            seen_calls: HashSet::new(),
            seen_ifs: HashSet::new(),
            changing: changing(&derivative.graph),
        };
        needs.define(&derivative.forward);
        needs.define(&derivative.backward);
        needs.open.push((derivative.result(), Consumer::Anything));
        for gradient in &derivative.gradients {
            if let Gradient::Value(Some(value)) = gradient {
                needs.open.push((*value, Consumer::Accumulation));
            }
        }
        needs.effects(&derivative.forward);
        needs.effects(&derivative.backward);
        loop {
            while let Some((value, consumer)) = needs.open.pop() {
                needs.need(value, consumer);
            }
            // What the backward sweep reads of an arm makes the branch needed, too.
            needs.revive(&derivative.forward);
            needs.revive(&derivative.backward);
            if needs.open.is_empty() {
                return needs.uses;
            }
        }
    }
}

impl<'a> Needs<'a> {
    fn define(&mut self, region: &'a Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Call(call) => {
                    self.definitions.insert(call.value, stmt);
                    self.definitions.insert(call.residuals, stmt);
                }
                Stmt::If(branch) => {
                    for result in &branch.results {
                        self.definitions.insert(*result, stmt);
                    }
                    for arm in branch.arms() {
                        self.define(arm);
                    }
                }
                Stmt::Loop(body) => {
                    self.define(&body.body);
                    if let Head::While { test } = &body.head {
                        self.define(test);
                    }
                }
                _ => {}
            }
        }
    }

    fn effects(&mut self, region: &'a Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Effect(value) => self.open.push((*value, Consumer::Anything)),
                Stmt::Let(value) if self.changing.contains(value) => {
                    self.open.push((*value, Consumer::Anything));
                }
                // How long an array is that a loop makes, rustc knows by its type alone.
                Stmt::Let(value) if matches!(self.graph[*value].op, Op::Fixed(..)) => {
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::BeginAdjoint(value) if !self.graph[*value].ty.is_float() => {
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::Accumulate { place, value } => {
                    self.indices(*place);
                    self.open.push((*value, Consumer::Accumulation));
                }
                Stmt::Pull { call, cotangent } => {
                    self.open.push((call.residuals, Consumer::Anything));
                    self.open.push((*cotangent, Consumer::Anything));
                    for arg in call.given_again() {
                        self.open.push((arg, Consumer::Anything));
                    }
                    for place in call.adjoint_places() {
                        if self.graph[place].active {
                            self.indices(place);
                        }
                    }
                }
                Stmt::Call(call) if call.may_change() => self.call(call),
                Stmt::Loop(body) => {
                    if let Some(stop) = body.stop {
                        self.open.push((stop, Consumer::Anything));
                    }
                    match &body.head {
                        Head::Range {
                            index, start, end, ..
                        } => {
                            for value in [index, start, end] {
                                self.open.push((*value, Consumer::Anything));
                            }
                        }
                        Head::While { test } => {
                            self.effects(test);
                            for &value in &test.yields {
                                self.open.push((value, Consumer::Anything));
                            }
                        }
                    }
                    self.effects(&body.body);
                }
                Stmt::Store { place, value, .. }
                | Stmt::Push { place, value }
                | Stmt::Increment { place, value, .. } => {
                    self.place(*place);
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::Pop { place, .. } => self.place(*place),
                Stmt::PushAdjoint { place, value } => {
                    self.indices(*place);
                    if !self.graph[*value].ty.is_float() {
                        self.open.push((*value, Consumer::Anything));
                    }
                }
                Stmt::Swap(a, b) => {
                    self.place(*a);
                    self.place(*b);
                }
                Stmt::SwapAdjoints(a, b) => {
                    self.indices(*a);
                    self.indices(*b);
                }
                Stmt::ClearAdjoint(place) => self.indices(*place),
                Stmt::ResetAdjoint { place, value } => {
                    self.indices(*place);
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::If(branch) if has_effect(stmt, &self.changing) => {
                    self.enter_if(stmt);
                    for arm in branch.arms() {
                        self.effects(arm);
                    }
                }
                _ => {}
            }
        }
    }

    /// Enters branches that something in an arm is needed of.
    fn revive(&mut self, region: &'a Region) -> bool {
        let mut is_live = false;
        for stmt in &region.stmts {
            is_live |= match stmt {
                Stmt::Let(value) => self.uses.contains_key(value),
                Stmt::Call(call) => {
                    self.uses.contains_key(&call.value) || self.uses.contains_key(&call.residuals)
                }
                Stmt::If(branch) => {
                    let mut needed = branch
                        .results
                        .iter()
                        .any(|result| self.uses.contains_key(result));
                    for arm in branch.arms() {
                        needed |= self.revive(arm);
                    }
                    if needed {
                        self.enter_if(stmt);
                    }
                    needed
                }
                Stmt::Loop(body) => {
                    self.revive(&body.body);
                    true
                }
                _ => true,
            };
        }
        is_live
    }

    /// What the forward part of a call reads.
    fn call(&mut self, call: &Call) {
        if self.seen_calls.insert(call.value) {
            for &arg in &call.args {
                self.open.push((arg, Consumer::Anything));
            }
            for place in call.changed() {
                self.place(place);
            }
        }
    }

    /// The cell that a place is in, and the indices in its path.
    fn place(&mut self, place: Value) {
        self.open.push((self.graph.root(place), Consumer::Anything));
        self.indices(place);
    }

    /// The indices in the path of a place.
    fn indices(&mut self, place: Value) {
        match &self.graph[place].op {
            Op::Project(base, projection) => {
                if let Projection::Index(index) = projection {
                    self.open.push((*index, Consumer::Anything));
                }
                self.indices(*base);
            }
            Op::Deref(inner) | Op::Ref(inner) => self.indices(*inner),
            _ => {}
        }
    }

    fn enter_if(&mut self, stmt: &'a Stmt) {
        if let Stmt::If(branch) = stmt
            && self.seen_ifs.insert(std::ptr::from_ref(stmt))
        {
            self.open.push((branch.cond, Consumer::Anything));
        }
    }

    fn need(&mut self, value: Value, consumer: Consumer) {
        let uses = self.uses.entry(value).or_default();
        uses.push(consumer);
        if uses.len() > 1 {
            return;
        }
        match self.definitions.get(&value).copied() {
            Some(stmt @ Stmt::If(branch)) => {
                self.enter_if(stmt);
                let index = branch.results.iter().position(|result| *result == value);
                for arm in branch.arms() {
                    self.open.push((
                        arm.yields[index.expect("a result of it")],
                        Consumer::Anything,
                    ));
                }
            }
            Some(Stmt::Call(call)) => self.call(call),
            _ => self.operands(value),
        }
    }

    fn operands(&mut self, value: Value) {
        let node = &self.graph[value];
        match &node.op {
            Op::Row(row, args) => {
                let inner = if row.is_elementwise() && node.ty == Ty::Other {
                    Consumer::Loop
                } else {
                    Consumer::Anything
                };
                self.open.extend(args.iter().map(|arg| (*arg, inner)));
            }
            Op::SumTo(summed, like) => {
                self.open.push((*summed, Consumer::Loop));
                self.open.push((*like, Consumer::Anything));
            }
            Op::ReadAdjoint(place) | Op::TakeAdjoint(place) | Op::PopAdjoint(place) => {
                self.indices(*place)
            }
            Op::Total(list, _) if node.ty.is_float() => {
                self.open.push((*list, Consumer::Anything));
            }
            op => {
                let operands = op.operands();
                self.open.extend(
                    operands
                        .into_iter()
                        .map(|operand| (operand, Consumer::Anything)),
                );
            }
        }
    }
}
