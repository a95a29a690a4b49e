//! Which values are shown under a name, and which names these are: the user's own where there are some.

use super::facts::Facts;
use super::letters;
use super::snippet;
use crate::ir::{Graph, Node, Op, Projection, Ty, Value};
use crate::rules::{Form, Kind};
use std::collections::{HashMap, HashSet};

/// The size up to which a value that is used more than once is written out at each use.
const SMALL: usize = 2;
/// The size up to which a condition is.
const SMALL_CONDITION: usize = 6;
/// The size from which on a value gets a line of its own.
const LARGE: usize = 16;

/// A part of the value of the function.
pub(super) struct Output {
    pub(super) text: String,
    pub(super) value: Value,
    /// Whether the name is one of its own, beside that of the value.
    pub(super) is_alias: bool,
}

pub(super) struct Names {
    texts: HashMap<Value, String>,
    /// Values of the backward sweep that are the adjoint of a value with a name, or minus that.
    symbols: HashMap<Value, (bool, Value)>,
    /// What is differentiated: the L in ∂L/∂x.
    pub(super) objective: String,
    pub(super) outputs: Vec<Output>,
    /// Whether the user calls something `e`.
    pub(super) e_is_taken: bool,
}

impl Names {
    pub(super) fn of(&self, value: Value) -> Option<&str> {
        self.texts.get(&value).map(String::as_str)
    }

    /// Whose adjoint a value of the backward sweep is, and whether with a minus.
    pub(super) fn symbol(&self, value: Value) -> Option<(bool, Value)> {
        self.symbols.get(&value).copied()
    }
}

pub(super) fn choose(facts: &Facts<'_>) -> Names {
    let mut chooser = Chooser {
        facts,
        wishes: HashMap::new(),
        shares: HashMap::new(),
        weights: HashMap::new(),
        symbols: HashMap::new(),
    };
    chooser.wish_for_named();
    let outputs = chooser.wish_for_outputs();
    chooser.share();
    chooser.wish_for_large();
    chooser.find_negated_symbols();
    chooser.wish_for_adjoints();
    chooser.assign(outputs)
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Wish {
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
            let is_computed = matches!(
                facts.op(value),
                Op::Result | Op::Row(..) | Op::Array(_) | Op::Struct(_) | Op::Rust(_) | Op::Cell(_)
            );
            let is_joint = facts.branches.contains_key(&value)
                || facts.calls.contains_key(&value)
                || facts.in_place.contains(&value);
            match &self.graph()[value].name {
                Some(name) if is_computed => {
                    self.wishes.insert(value, Wish::User(name.clone()));
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
                let name = &self.graph()[value].name;
                let same_name = name.is_none() || *name == self.graph()[result].name;
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
                Op::Result | Op::Row(..) | Op::Array(_) | Op::Struct(_) => true,
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

    fn is_shown(&self, value: Value) -> bool {
        self.wishes.contains_key(&value) && !self.is_yielded_in_place(value)
    }

    /// Whether writing a value out twice would look as if it were computed twice.
    fn is_costly(&self, value: Value) -> bool {
        matches!(self.facts.op(value), Op::Row(row, _) if !row.is_elementwise() && row.name != "transpose")
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
            Op::Project(base, Projection::Field(_)) => self.weight(*base),
            Op::Project(base, Projection::Index(index)) => {
                self.weight(*base) + self.weight(*index) - 1
            }
            Op::Tuple(_) | Op::Array(_) | Op::Struct(_) => {
                let parts = self.graph().operands(value);
                parts.into_iter().map(|part| self.weight(part)).sum()
            }
            Op::Rust(snippet) => {
                let used: usize = snippet
                    .uses
                    .iter()
                    .map(|(_, used)| self.weight(*used) - 1)
                    .sum();
                used + snippet::expression(&snippet.tokens, &|_| None, false).size()
            }
            Op::SumTo(summed, _) => 1 + self.weight(*summed),
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
            let is_atom = matches!(
                facts.op(value),
                Op::Literal(_) | Op::AdjointOf(_) | Op::Project(..)
            );
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

    fn assign(self, outputs: Vec<(Value, bool)>) -> Names {
        let facts = self.facts;
        let mut spelling = Spelling::of(self.graph(), facts);
        let mut texts = HashMap::new();
        for (&param, written) in facts.derivative.params.iter().zip(&facts.signature.params) {
            let name = if written.is_receiver() {
                "self".to_owned()
            } else {
                written.ident.to_string()
            };
            texts.insert(param, spelling.param(&name));
        }
        let shown: Vec<Value> = self
            .shown()
            .into_iter()
            .filter(|value| self.is_shown(*value) && !self.shares.contains_key(value))
            .collect();
        let scalar = facts.derivative.cotangent.is_none();
        let output_texts = spelling.outputs(facts, outputs.len(), scalar);
        let count = |wish: &Wish| {
            shown
                .iter()
                .filter(|value| self.wishes[value] == *wish)
                .count()
        };
        let mut intermediates = spelling.series(
            "z",
            &["u", "v", "q", "h", "r", "k", "m"],
            count(&Wish::Intermediate),
        );
        let mut conditions = spelling.series("c", &["q", "d", "p", "g"], count(&Wish::Condition));
        let mut versions: HashMap<&str, usize> = HashMap::new();
        for value in &shown {
            if let (Wish::User(name), false) =
                (&self.wishes[value], facts.indices.contains_key(value))
            {
                *versions.entry(name).or_default() += 1;
            }
        }
        let mut given: HashMap<&str, usize> = HashMap::new();
        for value in &shown {
            let text = match &self.wishes[value] {
                // Loops side by side may call their indices the same.
                Wish::User(name) if facts.indices.contains_key(value) => {
                    if facts.unnamed_indices.contains(value) || name.starts_with('_') {
                        spelling.index(facts.indices[value])
                    } else {
                        letters::identifier(name)
                    }
                }
                Wish::User(name) => {
                    let version = given.entry(name).or_default();
                    *version += 1;
                    spelling.user(name, *version, versions[name.as_str()])
                }
                Wish::Intermediate => intermediates.next(),
                Wish::Condition => conditions.next(),
                Wish::Output(index) => output_texts[*index].clone(),
            };
            texts.insert(*value, text);
        }
        for value in self.shown().into_iter().rev() {
            if let Some(result) = self.shares.get(&value)
                && !self.is_yielded_in_place(value)
                && let Some(text) = texts.get(result).cloned()
            {
                texts.insert(value, text);
            }
        }
        let outputs: Vec<Output> = outputs
            .into_iter()
            .zip(output_texts)
            .map(|((value, is_alias), text)| Output {
                text: match texts.get(&value) {
                    Some(own) if !is_alias => own.clone(),
                    _ => text,
                },
                value,
                is_alias,
            })
            .collect();
        Names {
            objective: match outputs.as_slice() {
                [one] if scalar => one.text.clone(),
                _ => spelling.free(&["L", "ℒ", "J"]),
            },
            outputs,
            e_is_taken: spelling.has("e"),
            texts,
            symbols: self.symbols,
        }
    }
}

/// How names are written; none stands for two things.
struct Spelling {
    /// What the user calls anything.
    user: HashSet<String>,
    params: HashSet<String>,
    taken: HashSet<String>,
}

/// z₁, z₂, …; just z where there is only one.
struct Series {
    letter: String,
    count: usize,
    next: usize,
}

impl Series {
    fn next(&mut self) -> String {
        self.next += 1;
        if self.count == 1 {
            return self.letter.clone();
        }
        letters::identifier(&format!("{}{}", self.letter, self.next))
    }
}

impl Spelling {
    fn of(graph: &Graph, facts: &Facts<'_>) -> Spelling {
        let is_named = |(index, _): &(usize, &Node)| {
            let value = Value(u32::try_from(*index).unwrap_or(u32::MAX));
            !facts.unnamed_indices.contains(&value)
        };
        let nodes = graph.nodes.iter().enumerate().filter(is_named);
        let names = nodes.filter_map(|(_, node)| node.name.as_deref());
        let callees = facts
            .calls
            .values()
            .filter_map(|call| call.path.segments.last());
        let callees = callees.map(|segment| segment.ident.to_string());
        Spelling {
            user: names.map(letters::identifier).chain(callees).collect(),
            params: HashSet::new(),
            taken: HashSet::new(),
        }
    }

    fn has(&self, text: &str) -> bool {
        self.user.contains(text)
    }

    fn param(&mut self, name: &str) -> String {
        self.params.insert(name.to_owned());
        self.user(name, 1, 1)
    }

    /// The name of the `version`th value of a variable that has several.
    fn user(&mut self, name: &str, version: usize, versions: usize) -> String {
        let plain = letters::identifier(name);
        let text = if versions == 1 && !(self.params.contains(name) && self.taken.contains(&plain))
        {
            plain.clone()
        } else if letters::ends_lowered(&plain) {
            format!(
                "{plain}⁽{}⁾",
                letters::superscript(&version.to_string()).unwrap_or_default()
            )
        } else {
            letters::identifier(&format!("{plain}{version}"))
        };
        let raised = |k: usize| {
            let digits: String = k
                .to_string()
                .chars()
                .filter_map(|c| letters::superscript(&c.to_string()))
                .collect();
            format!("{plain}⁽{digits}⁾")
        };
        let clashes = |spelling: &Spelling, text: &str| {
            spelling.taken.contains(text) || (text != plain && spelling.user.contains(text))
        };
        let text = if clashes(self, &text) {
            (version.max(2)..)
                .map(raised)
                .find(|text| !clashes(self, text))
                .unwrap_or(text)
        } else {
            text
        };
        self.taken.insert(text.clone());
        text
    }

    /// The first of some names that is free.
    fn free(&mut self, wishes: &[&str]) -> String {
        let free = wishes
            .iter()
            .find(|wish| !self.user.contains(**wish) && !self.taken.contains(**wish));
        let text = (*free.unwrap_or(&"𝓛")).to_owned();
        self.taken.insert(text.clone());
        text
    }

    fn outputs(&mut self, facts: &Facts<'_>, count: usize, scalar: bool) -> Vec<String> {
        let function = facts.signature.ident.to_string();
        if scalar {
            let letter = if function.chars().count() == 1 {
                function.as_str()
            } else {
                "L"
            };
            return vec![self.free(&[letter, "L", "ℒ", "J"])];
        }
        let mut series = self.series("y", &["f", "out", "o", "r"], count);
        (0..count).map(|_| series.next()).collect()
    }

    /// The index of a loop inside so many others.
    fn index(&self, depth: usize) -> String {
        let mut free = ["i", "j", "k", "m", "n", "t"]
            .into_iter()
            .filter(|letter| !self.has(letter));
        free.nth(depth)
            .map_or_else(|| format!("i{depth}"), str::to_owned)
    }

    /// A letter that the user has for nothing, with or without a number.
    fn series(&mut self, wish: &str, others: &[&str], count: usize) -> Series {
        let clashes = |letter: &str| {
            self.user.iter().chain(&self.taken).any(|name| {
                name.strip_prefix(letter)
                    .is_some_and(|rest| rest.chars().all(|c| ('₀'..='₉').contains(&c)))
            })
        };
        let letter = std::iter::once(wish)
            .chain(others.iter().copied())
            .find(|letter| !clashes(letter))
            .unwrap_or("𝓏")
            .to_owned();
        if count > 0 {
            self.taken.insert(letter.clone());
        }
        Series {
            letter,
            count,
            next: 0,
        }
    }
}
