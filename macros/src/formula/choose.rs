//! Which values are shown under a name. Those that the user named are; others are where writing them out at each use
//! would be long, or where they are needed to say whose adjoint something is.

use super::facts::Facts;
use super::snippet;
use crate::ir::{Graph, Op, Projection, Ty, Value};
use crate::rules::{Form, Kind};
use std::collections::{HashMap, HashSet};

/// The size up to which a value that is used more than once is written out at each use.
const SMALL: usize = 2;
/// The size up to which a condition is.
const SMALL_CONDITION: usize = 6;
/// The size from which on a value gets a line of its own.
const LARGE: usize = 16;

pub(super) fn choose(facts: &Facts<'_>) -> Choice {
    let mut chooser = Chooser {
        facts,
        wishes: HashMap::new(),
        shares: HashMap::new(),
        weights: HashMap::new(),
        numbers: HashSet::new(),
        symbols: HashMap::new(),
    };
    chooser.wish_for_named();
    let outputs = chooser.wish_for_outputs();
    chooser.share();
    chooser.wish_for_large();
    chooser.find_negated_symbols();
    chooser.wish_for_adjoints();
    let shown = chooser.shown();
    let shown = shown
        .into_iter()
        .filter(|value| chooser.is_shown(*value) || chooser.is_shared(*value));
    Choice {
        shown: shown.collect(),
        wishes: chooser.wishes,
        shares: chooser.shares,
        symbols: chooser.symbols,
        outputs,
    }
}

/// The values that have a name, and how each comes to it.
pub(super) struct Choice {
    /// In the order of the function.
    pub(super) shown: Vec<Value>,
    pub(super) wishes: HashMap<Value, Wish>,
    /// Values of an arm that go by the name of what the `if` yields.
    pub(super) shares: HashMap<Value, Value>,
    /// Values of the backward sweep that are the adjoint of a value with a name, or minus that.
    pub(super) symbols: HashMap<Value, (bool, Value)>,
    /// The parts of the result, and whether each has a name beside that of the value.
    pub(super) outputs: Vec<(Value, bool)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Wish {
    /// As the user calls it.
    User(String),
    /// z, or z₁, z₂, …
    Intermediate,
    /// c, or c₁, c₂, …
    Condition,
    /// The output of this number.
    Output(usize),
}

struct Chooser<'a> {
    facts: &'a Facts<'a>,
    wishes: HashMap<Value, Wish>,
    /// Values of an arm that are the value of the whole `if` there.
    shares: HashMap<Value, Value>,
    weights: HashMap<Value, usize>,
    /// Values of the backward sweep that are made of literals alone.
    numbers: HashSet<Value>,
    symbols: HashMap<Value, (bool, Value)>,
}

impl Chooser<'_> {
    fn graph(&self) -> &Graph {
        self.facts.graph
    }

    /// Values of the forward sweep that are shown as themselves, in order.
    fn shown(&self) -> Vec<Value> {
        let facts = self.facts;
        facts
            .defined
            .iter()
            .copied()
            .filter(|value| facts.canon(*value) == *value && facts.is_needed(*value))
            .collect()
    }

    fn wish_for_named(&mut self) {
        for value in self.shown() {
            let facts = self.facts;
            let is_place = facts.in_place.contains(&value);
            let is_computed = match facts.op(value) {
                Op::Result | Op::Row(..) | Op::Rust(_) | Op::Cast(_) | Op::Cell(_) => true,
                Op::Array(_) | Op::Vec(_) | Op::Repeat { .. } | Op::Struct(_) => true,
                Op::Tuple(_) => is_place,
                _ => false,
            };
            let is_joint =
                is_place || facts.branches.contains_key(&value) || facts.calls.contains_key(&value);
            match facts.name(value) {
                Some(name) if is_computed => {
                    self.wishes.insert(value, Wish::User(name.to_owned()));
                }
                None if is_computed && is_joint => {
                    self.wishes.insert(value, Wish::Intermediate);
                }
                _ => {}
            }
        }
    }

    /// Names the parts of the result; says which of them need a name beside that of the value.
    fn wish_for_outputs(&mut self) -> Vec<(Value, bool)> {
        let facts = self.facts;
        let outputs = facts.outputs();
        let mut seen = HashSet::new();
        outputs
            .iter()
            .enumerate()
            .map(|(index, &part)| {
                let value = facts.canon(part);
                let cotangent_only = match facts.derivative.cotangent {
                    None => true,
                    Some(cotangent) => facts.totals.get(&value).is_none_or(|total| {
                        *total == cotangent || matches!(facts.op(*total), Op::Project(base, _) if facts.canon(*base) == cotangent)
                    }),
                };
                let is_own = self.is_nameable(value) && cotangent_only && seen.insert(value)
                    && !facts.in_place.contains(&value);
                if is_own && !matches!(self.wishes.get(&value), Some(Wish::User(_))) {
                    self.wishes.insert(value, Wish::Output(index));
                }
                (value, !is_own)
            })
            .collect()
    }

    /// What an arm yields and uses for nothing else goes by the name of what the `if` yields.
    fn share(&mut self) {
        let facts = self.facts;
        for result in self.shown().into_iter().rev() {
            let Some((branch, index)) = facts.branches.get(&result) else {
                continue;
            };
            for arm in branch.arms() {
                let value = facts.canon(arm.yields[*index]);
                let is_of_arm = match (facts.homes.get(&value), facts.homes.get(&result)) {
                    (Some(inner), Some(outer)) => inner > outer,
                    _ => false,
                };
                if !is_of_arm || facts.in_place.contains(&value) {
                    continue;
                }
                let is_only_yielded = facts.uses.get(&value) == Some(&1);
                let name = facts.name(value);
                let same_name = name.is_none() || name == facts.name(result);
                let same_adjoint = match (facts.totals.get(&value), facts.totals.get(&result)) {
                    (Some(a), Some(b)) => a == b,
                    _ => true,
                };
                if is_only_yielded || (same_name && same_adjoint) {
                    self.shares.insert(value, result);
                }
            }
        }
    }

    /// Whether a value can have a line of its own.
    fn is_nameable(&self, value: Value) -> bool {
        self.facts.is_forward(value)
            && match self.facts.op(value) {
                Op::Result | Op::Row(..) | Op::Array(_) | Op::Vec(_) => true,
                Op::Repeat { .. } | Op::Struct(_) => true,
                Op::Rust(_) => self.graph()[value].ty != Ty::Never,
                _ => false,
            }
    }

    /// Whether an arm writes a value out where it yields it.
    fn is_yielded_in_place(&self, value: Value) -> bool {
        self.shares.contains_key(&value)
            && self.facts.uses.get(&value) == Some(&1)
            && !matches!(self.facts.op(value), Op::Result)
    }

    /// Whether a value has the name of the `if` that yields it.
    fn is_shared(&self, value: Value) -> bool {
        self.shares.contains_key(&value) && !self.is_yielded_in_place(value)
    }

    fn is_shown(&self, value: Value) -> bool {
        self.wishes.contains_key(&value) && !self.is_yielded_in_place(value)
    }

    /// Whether writing a value out twice would look as if it were computed twice.
    fn is_costly(&self, value: Value) -> bool {
        matches!(self.facts.op(value), Op::Row(row, _) if !row.is_elementwise() && row.name != "transpose")
    }

    /// Whether a value is made of literals alone.
    fn is_number(&self, value: Value) -> bool {
        let value = self.facts.canon(value);
        self.facts.graph.is_literal(value) || self.numbers.contains(&value)
    }

    fn weight(&self, value: Value) -> usize {
        self.weights
            .get(&self.facts.canon(value))
            .copied()
            .unwrap_or(1)
    }

    /// The number of names, numbers and functions that a value is written with.
    fn weigh(&self, value: Value) -> usize {
        let facts = self.facts;
        match facts.op(value) {
            Op::Row(row, args) => {
                let is_power = matches!(row.name, "powi" | "powf");
                let is_function = !is_power && !matches!(row.form, Form::Infix | Form::Prefix);
                let operands = args.iter().zip(row.operands);
                let shown = operands.filter(|(_, kind)| match kind {
                    Kind::Active => true,
                    Kind::Passive => false,
                    Kind::Plain => !is_power,
                });
                let args: usize = shown.map(|(arg, _)| self.weight(*arg)).sum();
                args + usize::from(is_function)
            }
            Op::Project(base, Projection::Field(_) | Projection::Unboxed) => self.weight(*base),
            Op::Project(base, Projection::Index(index)) => {
                self.weight(*base) + self.weight(*index) - 1
            }
            Op::Tuple(_) | Op::Array(_) | Op::Vec(_) | Op::Repeat { .. } | Op::Struct(_) => {
                let parts = self.graph().operands(value);
                let weights = parts.into_iter().map(|part| self.weight(part));
                weights.sum::<usize>().max(1)
            }
            Op::Rust(snippet) => {
                let used: usize = snippet
                    .uses
                    .iter()
                    .map(|(_, used)| self.weight(*used) - 1)
                    .sum();
                used + snippet::expression(&snippet.tokens, &|_| None, false).size()
            }
            Op::SumTo(summed, _) | Op::Total(summed, _) => 1 + self.weight(*summed),
            Op::IsNone(inner) => 1 + self.weight(*inner),
            Op::Result => match facts.branches.get(&value) {
                Some((branch, index)) => {
                    let arms = branch.arms();
                    let yields: usize =
                        arms.iter().map(|arm| self.weight(arm.yields[*index])).sum();
                    yields + 2 * self.weight(branch.cond)
                }
                None => 1,
            },
            _ => 1,
        }
    }

    fn wish_for_large(&mut self) {
        for value in self.shown() {
            let weight = self.weigh(value);
            let uses = self.facts.uses.get(&value).copied().unwrap_or(0);
            let is_bool = self.graph()[value].ty == Ty::Bool;
            let is_large = if is_bool {
                uses > 1 && weight > SMALL_CONDITION
            } else {
                weight > LARGE || (uses > 1 && (weight > SMALL || self.is_costly(value)))
            };
            if is_large && self.is_nameable(value) && !self.is_shown(value) {
                if self.is_yielded_in_place(value) {
                    self.shares.remove(&value);
                }
                let wish = if is_bool {
                    Wish::Condition
                } else {
                    Wish::Intermediate
                };
                self.wishes.insert(value, wish);
            }
            let weight = if self.is_shown(value) { 1 } else { weight };
            self.weights.insert(value, weight);
        }
    }

    /// Where −x is the adjoint of a value with a name, x is minus that adjoint.
    fn find_negated_symbols(&mut self) {
        let facts = self.facts;
        for (&total, owners) in &facts.owners {
            if facts.is_forward(total) || facts.graph.is_literal(total) {
                continue;
            }
            if let Some(&owner) = owners.iter().find(|owner| self.carries_symbol(**owner)) {
                self.symbols.insert(total, (false, owner));
            }
        }
        for &total in facts.owners.keys() {
            if let (Op::Row(row, args), Some((false, owner))) =
                (facts.op(total), self.symbols.get(&total).copied())
                && row.name == "neg"
            {
                let inner = facts.canon(args[0]);
                if !facts.is_forward(inner) && !matches!(facts.op(inner), Op::Literal(_)) {
                    self.symbols.entry(inner).or_insert((true, owner));
                }
            }
        }
    }

    fn carries_symbol(&self, owner: Value) -> bool {
        self.is_shown(owner) && !matches!(self.facts.op(owner), Op::Param(_))
    }

    /// An adjoint that is used more than once, or is long, gets a name: that of a value it is the adjoint of.
    fn wish_for_adjoints(&mut self) {
        let facts = self.facts;
        for index in 0..self.graph().nodes.len() {
            let value = Value(u32::try_from(index).unwrap_or(u32::MAX));
            if facts.canon(value) != value || facts.is_forward(value) || !facts.is_needed(value) {
                continue;
            }
            let weight = self.weigh(value);
            let is_atom = match facts.op(value) {
                Op::Literal(_) | Op::AdjointOf(_) | Op::Project(..) => true,
                Op::Row(_, args) => args.iter().all(|arg| self.is_number(*arg)),
                _ => false,
            };
            if is_atom && matches!(facts.op(value), Op::Row(..)) {
                self.numbers.insert(value);
            }
            let is_negated = matches!(facts.op(value), Op::Row(row, _) if row.name == "neg");
            let uses = self.uses_of_adjoint(value);
            if !is_atom && !self.symbols.contains_key(&value) {
                let is_large = (uses > 1 && weight > 1 && !is_negated) || weight > LARGE;
                let owners = facts.owners.get(&value);
                let owner = owners.and_then(|owners| {
                    owners
                        .iter()
                        .copied()
                        .find(|owner| self.is_nameable(*owner) && !self.is_yielded_in_place(*owner))
                });
                if let (true, Some(owner)) = (is_large, owner) {
                    self.wishes.insert(owner, Wish::Intermediate);
                    self.weights.insert(owner, 1);
                    self.symbols.insert(value, (false, owner));
                }
            }
            let weight = if self.symbols.contains_key(&value) {
                1
            } else {
                weight
            };
            self.weights.insert(value, weight);
        }
    }

    /// How often an adjoint is written. Both factors of x·x receive the same, which is written once.
    fn uses_of_adjoint(&self, total: Value) -> usize {
        let facts = self.facts;
        let is_square = |owner: &Value| {
            matches!(facts.op(*owner), Op::Row(row, args)
                if row.name == "*" && facts.canon(args[0]) == facts.canon(args[1]))
        };
        let squares = facts
            .owners
            .get(&total)
            .is_some_and(|owners| owners.iter().any(is_square));
        facts.uses.get(&total).copied().unwrap_or(0) - usize::from(squares)
    }
}
