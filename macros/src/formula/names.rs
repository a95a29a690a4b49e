//! The names that values are shown under: the user's own where there are some.

use super::choose::{Choice, Wish, choose};
use super::facts::Facts;
use super::letters;
use super::spelling::{Series, Spelling, names_in};
use crate::ir::{Op, Value};
use std::collections::HashMap;

/// A part of the value of the function.
pub(super) struct Output {
    pub(super) text: String,
    pub(super) value: Value,
    /// Whether the name is one of its own, beside that of the value.
    pub(super) is_alias: bool,
}

pub(super) struct Names {
    texts: HashMap<Value, String>,
    /// Names in the patterns of parameters, by the path to what they stand for.
    parts: HashMap<(Value, String), String>,
    choice: Choice,
    /// What is differentiated: the L in ∂L/∂x.
    pub(super) objective: String,
    pub(super) outputs: Vec<Output>,
    /// Whether the outputs are the parts of a tuple.
    pub(super) is_tuple: bool,
    /// Whether the user calls something `e`.
    pub(super) e_is_taken: bool,
}

impl Names {
    pub(super) fn of(&self, value: Value) -> Option<&str> {
        self.texts.get(&value).map(String::as_str)
    }

    /// The name of a part of a parameter.
    pub(super) fn of_part(&self, param: Value, path: String) -> Option<&str> {
        self.parts.get(&(param, path)).map(String::as_str)
    }

    /// Whose adjoint a value of the backward sweep is, and whether with a minus.
    pub(super) fn symbol(&self, value: Value) -> Option<(bool, Value)> {
        self.choice.symbols.get(&value).copied()
    }

    /// Whether a value goes by the name of the `if` that yields it.
    pub(super) fn is_shared(&self, value: Value) -> bool {
        self.choice.shares.contains_key(&value)
    }

    pub(super) fn choose(facts: &Facts<'_>) -> Names {
        let choice = choose(facts);
        let mut spelling = Spelling::of(facts.graph, facts);
        let mut names = Names {
            texts: HashMap::new(),
            parts: HashMap::new(),
            objective: String::new(),
            outputs: Vec::new(),
            is_tuple: matches!(
                facts.op(facts.canon(facts.derivative.result())),
                Op::Tuple(_)
            ),
            e_is_taken: spelling.has("e"),
            choice,
        };
        names.name_params(facts, &mut spelling);
        let scalar = facts.derivative.cotangent.is_none();
        let outputs = spelling.outputs(facts, names.choice.outputs.len(), scalar);
        names.name_values(facts, &mut spelling, &outputs);
        names.name_outputs(outputs);
        names.objective = match names.outputs.as_slice() {
            [one] if scalar => one.text.clone(),
            _ => spelling.free(&["L", "ℒ", "J"]),
        };
        names
    }

    fn name_params(&mut self, facts: &Facts<'_>, spelling: &mut Spelling) {
        for (&param, written) in facts.derivative.params.iter().zip(&facts.signature.params) {
            let name = if written.is_receiver() {
                "self".to_owned()
            } else {
                written.ident.to_string()
            };
            self.texts.insert(param, spelling.param(&name));
            for (path, name) in names_in(&written.pattern) {
                if !path.is_empty() {
                    self.parts.insert((param, path), spelling.param(&name));
                }
            }
        }
    }

    fn name_values(&mut self, facts: &Facts<'_>, spelling: &mut Spelling, outputs: &[String]) {
        let Choice {
            shown,
            wishes,
            shares,
            ..
        } = &self.choice;
        let own: Vec<Value> = shown
            .iter()
            .copied()
            .filter(|value| !shares.contains_key(value))
            .collect();
        let mut letters_of = |wish: Wish, letter: &str, others: &[&str]| -> Series {
            let count = own.iter().filter(|value| wishes[value] == wish).count();
            spelling.series(letter, others, count)
        };
        let mut intermediates = letters_of(
            Wish::Intermediate,
            "z",
            &["u", "v", "q", "h", "r", "k", "m"],
        );
        let mut conditions = letters_of(Wish::Condition, "c", &["q", "d", "p", "g"]);
        let mut versions: HashMap<&str, usize> = HashMap::new();
        for value in &own {
            if let (Wish::User(name), false) = (&wishes[value], facts.indices.contains_key(value)) {
                *versions.entry(name).or_default() += 1;
            }
        }
        let mut given: HashMap<&str, usize> = HashMap::new();
        for &value in &own {
            let text = match &wishes[&value] {
                // Loops side by side may call their indices the same.
                Wish::User(name) if facts.indices.contains_key(&value) => {
                    if facts.unnamed_indices.contains(&value) || name.starts_with('_') {
                        spelling.index(facts.indices[&value])
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
                Wish::Output(index) => outputs[*index].clone(),
            };
            self.texts.insert(value, text);
        }
        for value in shown.iter().rev() {
            if let Some(text) = shares.get(value).and_then(|result| self.texts.get(result)) {
                self.texts.insert(*value, text.clone());
            }
        }
    }

    fn name_outputs(&mut self, texts: Vec<String>) {
        let outputs = self.choice.outputs.iter().zip(texts);
        let named = outputs.map(|(&(value, is_alias), text)| Output {
            text: match self.texts.get(&value) {
                Some(own) if !is_alias => own.clone(),
                _ => text,
            },
            value,
            is_alias,
        });
        self.outputs = named.collect();
    }
}
