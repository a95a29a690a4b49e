//! What has to be known of a derivative before it is written down: which values stand for the same thing, what is used
//! how often, and whose adjoint each value of the backward sweep is.

use super::rank::{Rank, ranks};
use super::write::last_name;
use crate::differentiate::{Derivative, Gradient};
use crate::ir::{Call, Graph, Head, If, Op, Projection, Region, Stmt, Ty, Value};
use crate::parse::signature::Signature;
use crate::rules::Kind;
use std::collections::{HashMap, HashSet};

/// The place of a value in the function: the arm or the loop body that it is made in.
pub(super) type Home = usize;

pub(super) struct Facts<'a> {
    pub(super) signature: &'a Signature,
    pub(super) derivative: &'a Derivative,
    pub(super) graph: &'a Graph,
    canon: Vec<Value>,
    ranks: Vec<Rank>,
    has_arrays: bool,
    /// Uses by values that are needed, by what each value stands for.
    pub(super) uses: HashMap<Value, usize>,
    /// Values of the forward sweep, in order.
    pub(super) defined: Vec<Value>,
    pub(super) homes: HashMap<Value, Home>,
    regions: HashMap<(usize, usize), Home>,
    /// The `if` that a value is a result of, and which one.
    pub(super) branches: HashMap<Value, (&'a If, usize)>,
    pub(super) calls: HashMap<Value, &'a Call>,
    /// The adjoint of each value that has one.
    pub(super) totals: HashMap<Value, Value>,
    /// The values that each value of the backward sweep is the adjoint of, those of later statements first.
    pub(super) owners: HashMap<Value, Vec<Value>>,
    /// How many calls there are of each function.
    pub(super) callees: HashMap<String, usize>,
    /// The indices of loops, with the number of loops around each.
    pub(super) indices: HashMap<Value, usize>,
    /// Indices that the user has no name for: those of loops over elements.
    pub(super) unnamed_indices: HashSet<Value>,
    /// Values with an adjoint variable.
    pub(super) in_place: HashSet<Value>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(signature: &'a Signature, derivative: &'a Derivative) -> Facts<'a> {
        let graph = &derivative.graph;
        let mut survey = Survey {
            graph,
            next_home: 0,
            defined: derivative.params.clone(),
            homes: derivative.params.iter().map(|param| (*param, 0)).collect(),
            regions: HashMap::new(),
            branches: HashMap::new(),
            calls: HashMap::new(),
            indices: HashMap::new(),
            unnamed_indices: HashSet::new(),
            depth: 0,
            in_place: HashSet::new(),
            roots: Vec::new(),
        };
        survey.region(&derivative.forward, true);
        survey.region(&derivative.backward, false);
        let result = derivative.result();
        let cotangent = derivative
            .cotangent
            .map(|cotangent| (cotangent, (result, result)));
        let joined = survey
            .branches
            .iter()
            .map(|(value, (branch, index))| {
                (
                    *value,
                    (branch.then.yields[*index], branch.otherwise.yields[*index]),
                )
            })
            .chain(cotangent)
            .collect();
        let ranks = ranks(graph, signature, &joined);
        let mut callees: HashMap<String, usize> = HashMap::new();
        for call in survey.calls.values() {
            *callees.entry(last_name(&call.path)).or_default() += 1;
        }
        let mut facts = Facts {
            callees,
            signature,
            derivative,
            graph,
            canon: Vec::new(),
            has_arrays: ranks.iter().any(|rank| rank.least > 0),
            ranks,
            uses: HashMap::new(),
            defined: survey.defined,
            homes: survey.homes,
            regions: survey.regions,
            branches: survey.branches,
            calls: survey.calls,
            totals: HashMap::new(),
            owners: HashMap::new(),
            indices: survey.indices,
            unnamed_indices: survey.unnamed_indices,
            in_place: survey.in_place,
        };
        facts.find_canon();
        facts.find_totals();
        facts.count_uses(survey.roots);
        facts
    }

    /// The value that a value is written as: references, casts and sums over no axes are not shown.
    pub(super) fn canon(&self, value: Value) -> Value {
        self.canon.get(value.0 as usize).copied().unwrap_or(value)
    }

    /// What the user calls a value. A value that is the adjoint of another has been named after that.
    pub(super) fn name(&self, value: Value) -> Option<&str> {
        let name = self.graph[value].name.as_deref()?;
        let owners = self.owners.get(&value).map_or(&[][..], Vec::as_slice);
        let is_adjoint = |owner: &Value| {
            let owner = self.graph[*owner].name.as_deref();
            owner.is_some_and(|owner| name.strip_suffix("_bar") == Some(owner))
        };
        (!owners.iter().any(is_adjoint)).then_some(name)
    }

    pub(super) fn op(&self, value: Value) -> &'a Op {
        &self.graph[value].op
    }

    pub(super) fn is_array(&self, value: Value) -> bool {
        let rank = self.ranks[value.0 as usize];
        !rank.is_scalar() && (rank.least > 0 || self.has_arrays)
    }

    /// Whether a value stands for code that does not come back.
    pub(super) fn panics(&self, value: Value) -> bool {
        let value = self.canon(value);
        if let Some((branch, index)) = self.branches.get(&value) {
            return branch
                .arms()
                .iter()
                .all(|arm| self.panics(arm.yields[*index]));
        }
        let node = &self.graph[value];
        node.ty == Ty::Never && matches!(node.op, Op::Rust(_))
    }

    pub(super) fn is_needed(&self, value: Value) -> bool {
        self.uses.contains_key(&self.canon(value))
    }

    pub(super) fn is_forward(&self, value: Value) -> bool {
        self.homes.contains_key(&value)
    }

    /// Whether a value without derivative is read off another.
    pub(super) fn depends_on(&self, value: Value, other: Value) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if value == other {
                return true;
            }
            let is_read = matches!(
                self.op(value),
                Op::Rust(_) | Op::Project(..) | Op::Ref(_) | Op::Deref(_)
            );
            if is_read && seen.insert(value) {
                open.extend(self.graph.operands(value));
            }
        }
        false
    }

    /// The place of what is made in an arm of an `if` of the forward sweep.
    pub(super) fn home_of_arm(&self, id: usize, arm: usize) -> Home {
        self.regions.get(&(id, arm)).copied().unwrap_or(usize::MAX)
    }

    pub(super) fn home_of_loop(&self, id: usize) -> Home {
        self.home_of_arm(id, 0)
    }

    /// Whether a value stands outside of every arm and loop.
    pub(super) fn is_outermost(&self, value: Value) -> bool {
        self.homes.get(&value) == Some(&0)
    }

    /// The parts of the value of the function, each of which has a cotangent.
    pub(super) fn outputs(&self) -> Vec<Value> {
        let result = self.canon(self.derivative.result());
        match self.op(result) {
            Op::Tuple(parts) => parts.clone(),
            _ => vec![result],
        }
    }

    fn find_canon(&mut self) {
        for index in 0..self.graph.nodes.len() {
            let value = Value(u32::try_from(index).unwrap_or(u32::MAX));
            let is_named = self.is_forward(value) && self.graph[value].name.is_some();
            let same = match self.op(value) {
                Op::Ref(inner) | Op::Deref(inner) | Op::Some(inner) | Op::Unwrap(inner) => *inner,
                Op::Cast(inner) if !is_named => *inner,
                // The whole of a list, as a part of it.
                Op::Project(list, Projection::Index(range)) if self.is_whole(*range) => *list,
                // A copy, to be passed to a call a second time.
                Op::Load(place) if !self.graph.is_in_cell(*place) => *place,
                Op::SumTo(summed, like) if self.sum(*summed, *like).is_none() => *summed,
                Op::Row(row, args) if row.notation == "{0}" && !is_named => args[0],
                _ => value,
            };
            let canon = if same == value {
                value
            } else {
                self.canon(same)
            };
            self.canon.push(canon);
        }
    }

    /// Whether an index is `..`.
    fn is_whole(&self, index: Value) -> bool {
        match self.op(index) {
            Op::Rust(snippet) => {
                snippet.uses.is_empty() && snippet.tokens.to_string().replace(' ', "") == ".."
            }
            _ => false,
        }
    }

    /// The word for the sum of a value over the axes that another lacks, as far as is known.
    pub(super) fn sum(&self, summed: Value, like: Value) -> Option<&'static str> {
        let (summed, like) = (self.ranks[summed.0 as usize], self.ranks[like.0 as usize]);
        let is_sum = if like.exact {
            summed.least > like.least
        } else {
            // What a call returns is rarely broadcast; what a struct holds often is.
            !like.returned && summed.least >= 2 && summed.least > like.least
        };
        match (is_sum, like.is_scalar()) {
            (false, _) => None,
            (true, true) => Some("Σ"),
            (true, false) => Some("Σ_batch"),
        }
    }

    /// A value of the same shape as one that only lends its shape: the first that has a name.
    pub(super) fn shaped_like(&self, value: Value, is_named: impl Fn(Value) -> bool) -> Value {
        let mut value = self.canon(value);
        while !is_named(value)
            && let Op::Row(row, args) = self.op(value)
            && row.is_elementwise()
            && let Some(widest) = args
                .iter()
                .rev()
                .max_by_key(|arg| self.ranks[arg.0 as usize].least)
        {
            value = self.canon(*widest);
        }
        value
    }

    fn find_totals(&mut self) {
        let recorded = &self.derivative.adjoints;
        let gradients = self.derivative.gradients.iter().zip(&self.signature.wrt);
        let of_params = gradients.filter_map(|(gradient, &index)| match gradient {
            Gradient::Value(Some(total)) => Some((self.derivative.params[index], *total)),
            _ => None,
        });
        let pairs: Vec<(Value, Value)> = recorded
            .iter()
            .copied()
            .chain(of_params)
            .filter(|(value, _)| self.canon(*value) == *value)
            .map(|(value, total)| (value, self.canon(total)))
            .collect();
        for (value, total) in pairs {
            self.totals.entry(value).or_insert(total);
            let owners = self.owners.entry(total).or_default();
            if owners.last() != Some(&value) {
                owners.push(value);
            }
        }
    }

    fn count_uses(&mut self, mut open: Vec<Value>) {
        open.push(self.derivative.result());
        for gradient in &self.derivative.gradients {
            if let Gradient::Value(Some(value)) = gradient {
                open.push(*value);
            }
        }
        while let Some(value) = open.pop() {
            let value = self.canon(value);
            let uses = self.uses.entry(value).or_default();
            *uses += 1;
            if *uses > 1 {
                continue;
            }
            if let Some((branch, index)) = self.branches.get(&value) {
                open.extend([
                    branch.cond,
                    branch.then.yields[*index],
                    branch.otherwise.yields[*index],
                ]);
            } else if let Some(call) = self.calls.get(&value) {
                open.extend(&call.args);
            } else {
                match self.op(value) {
                    Op::SumTo(summed, _) | Op::Total(summed, _) => open.push(*summed),
                    Op::ZeroLike(_) => {}
                    Op::Row(row, args) => {
                        let operands = args.iter().zip(row.operands);
                        open.extend(
                            operands
                                .filter(|(_, kind)| **kind != Kind::Passive)
                                .map(|(arg, _)| *arg),
                        );
                    }
                    op => open.extend(op.operands()),
                }
            }
        }
    }
}

struct Survey<'a> {
    graph: &'a Graph,
    next_home: Home,
    defined: Vec<Value>,
    homes: HashMap<Value, Home>,
    regions: HashMap<(usize, usize), Home>,
    branches: HashMap<Value, (&'a If, usize)>,
    calls: HashMap<Value, &'a Call>,
    indices: HashMap<Value, usize>,
    unnamed_indices: HashSet<Value>,
    depth: usize,
    in_place: HashSet<Value>,
    /// What is needed whether or not the result needs it.
    roots: Vec<Value>,
}

impl<'a> Survey<'a> {
    fn define(&mut self, value: Value, home: Home) {
        self.defined.push(value);
        self.homes.insert(value, home);
    }

    fn region(&mut self, region: &'a Region, forward: bool) {
        let home = self.next_home;
        self.next_home += 1;
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => {
                    if forward {
                        self.define(*value, home);
                    }
                    if let Op::Project(_, Projection::Index(index)) = &self.graph[*value].op {
                        self.unnamed_indices.insert(*index);
                    }
                }
                Stmt::If(branch) => {
                    for (arm, region) in branch.arms().into_iter().enumerate() {
                        if forward {
                            self.regions.insert((branch.id, arm), self.next_home);
                        }
                        self.region(region, forward);
                    }
                    for (index, &result) in branch.results.iter().enumerate() {
                        self.branches.insert(result, (branch, index));
                        if forward {
                            self.define(result, home);
                        }
                    }
                }
                Stmt::Call(call) => {
                    self.calls.insert(call.value, call);
                    self.define(call.value, home);
                }
                Stmt::Loop(body) => {
                    match &body.head {
                        Head::Range {
                            index, start, end, ..
                        } if forward => {
                            self.define(*index, home);
                            self.indices.insert(*index, self.depth);
                            self.roots.extend([*start, *end]);
                        }
                        Head::While { test } if forward => {
                            self.region(test, true);
                            self.roots.extend(&test.yields);
                        }
                        Head::Range { .. } | Head::While { .. } => {}
                    }
                    if let (Some(stop), true) = (body.stop, forward) {
                        self.roots.push(stop);
                    }
                    if forward {
                        self.regions.insert((body.id, 0), self.next_home);
                    }
                    self.depth += 1;
                    self.region(&body.body, forward);
                    self.depth -= 1;
                }
                Stmt::Pull { call, cotangent } => {
                    self.roots.push(*cotangent);
                    for &arg in &call.args {
                        if self.graph[arg].active {
                            self.in_place.insert(self.graph.root(arg));
                        }
                    }
                }
                Stmt::Accumulate { place, value } => {
                    self.in_place.insert(self.graph.root(*place));
                    self.roots.push(*value);
                }
                Stmt::Store { value, .. }
                | Stmt::Push { value, .. }
                | Stmt::Increment { value, .. } => {
                    self.roots.push(*value);
                }
                Stmt::BeginAdjoint(_)
                | Stmt::Effect(_)
                | Stmt::Pop { .. }
                | Stmt::PushAdjoint { .. }
                | Stmt::Swap(..)
                | Stmt::SwapAdjoints(..)
                | Stmt::ClearAdjoint(_)
                | Stmt::ResetAdjoint { .. } => {}
            }
        }
    }
}
