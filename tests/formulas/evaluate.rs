//! Reads a derivation as a reader would, line by line, and computes what it says.

#[path = "evaluate/reader.rs"]
mod reader;

use reader::Reader;
use std::collections::HashMap;

pub(crate) type Values = HashMap<String, f64>;

/// The value of every name after the last line. Every side of a line must come to the same.
pub(crate) fn evaluate(formulas: &str, inputs: &[(&str, f64)]) -> Values {
    let inputs = inputs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value));
    let mut state = State {
        values: inputs.collect(),
        passes: Vec::new(),
    };
    let rows: Vec<&str> = formulas
        .lines()
        .filter(|row| !row.trim().is_empty())
        .collect();
    state.block(&rows);
    state.values
}

/// The name of an element of a list.
pub(crate) fn element(list: &str, index: f64) -> String {
    let digits = index.to_string();
    let lowered = digits
        .bytes()
        .filter_map(|digit| char::from_u32('₀' as u32 + u32::from(digit - b'0')));
    list.chars().chain(lowered).collect()
}

struct State {
    values: Values,
    /// Loops that were run, the last one last.
    passes: Vec<Pass>,
}

/// What names stood for at the end of each iteration of a loop.
struct Pass {
    iterations: Vec<Values>,
    is_pulled: bool,
}

fn indent(row: &str) -> usize {
    row.chars().take_while(|c| *c == ' ').count()
}

/// Whether a row goes on with the line before it.
fn continues(row: &str) -> bool {
    row.trim_start().starts_with(['⎨', '⎩', '=', '+', '−'])
}

impl State {
    fn read(&self, text: &str) -> f64 {
        Reader::of(text, self).whole()
    }

    fn holds(&self, condition: &str) -> bool {
        self.read(condition) == 1.0
    }

    fn block(&mut self, rows: &[&str]) {
        let mut index = 0;
        let mut decided = false;
        while index < rows.len() {
            let row = rows[index].trim_start();
            let from = index;
            index += 1;
            let Some(head) = row.strip_suffix(':') else {
                while index < rows.len() && continues(rows[index]) {
                    index += 1;
                }
                if !row.starts_with("given ") {
                    self.line(&rows[from..index]);
                }
                continue;
            };
            while index < rows.len() && indent(rows[index]) > indent(rows[from]) {
                index += 1;
            }
            let inner = &rows[from + 1..index];
            if head.starts_with("for ") || head.starts_with("while ") {
                self.repeat(head, inner);
                continue;
            }
            let (is_first, condition) = match head.strip_prefix("otherwise") {
                Some(rest) => (false, rest.trim_start().strip_prefix("if ")),
                None => (true, head.strip_prefix("if ")),
            };
            decided &= !is_first;
            if !decided && condition.is_none_or(|condition| self.holds(condition)) {
                decided = true;
                self.block(inner);
            }
        }
    }

    /// `for i = 0, …, n − 1  (s⁺ becomes the next s)`, `while s > 1`, or one of these backwards.
    fn repeat(&mut self, head: &str, rows: &[&str]) {
        let (head, note) = head.split_once("  (").unwrap_or((head, ""));
        let states: Vec<(&str, &str)> = note
            .trim_end_matches(')')
            .split(", ")
            .filter_map(|state| state.split_once(" becomes the next "))
            .collect();
        if rows.iter().any(|row| row.trim_start().starts_with('∂')) {
            return self.pull(rows, &states);
        }
        let mut iterations = Vec::new();
        if let Some(condition) = head.strip_prefix("while ") {
            while self.holds(condition) {
                self.iterate(rows, &states, &mut iterations);
            }
        } else {
            let (_, range) = head.split_once(" = ").expect("a range");
            let (first, last) = range.split_once(", …, ").expect("a range");
            let (mut index, last) = (self.read(first), self.read(last));
            while index <= last {
                self.values.insert("i".into(), index);
                self.iterate(rows, &states, &mut iterations);
                index += 1.0;
            }
        }
        self.passes.push(Pass {
            iterations,
            is_pulled: false,
        });
    }

    fn iterate(&mut self, rows: &[&str], states: &[(&str, &str)], iterations: &mut Vec<Values>) {
        self.block(rows);
        iterations.push(self.values.clone());
        self.step(states);
    }

    fn step(&mut self, states: &[(&str, &str)]) {
        let next: Vec<(String, f64)> = states
            .iter()
            .map(|(from, to)| ((*to).to_owned(), self.values[*from]))
            .collect();
        self.values.extend(next);
    }

    /// Goes back over the iterations of the last loop that has not been gone back over.
    fn pull(&mut self, rows: &[&str], states: &[(&str, &str)]) {
        let at = self
            .passes
            .iter()
            .rposition(|pass| !pass.is_pulled)
            .expect("a loop before");
        let mut pass = self.passes.remove(at);
        let after = std::mem::take(&mut self.values);
        let is_adjoint = |name: &str| name.starts_with('∂');
        let mut adjoints: Values = after
            .iter()
            .filter(|(name, _)| is_adjoint(name))
            .map(owned)
            .collect();
        for iteration in pass.iterations.iter_mut().rev() {
            self.values = iteration.clone();
            self.values.extend(adjoints.iter().map(owned));
            self.step(states);
            self.block(rows);
            adjoints = self
                .values
                .iter()
                .filter(|(name, _)| is_adjoint(name))
                .map(owned)
                .collect();
            *iteration = self.values.clone();
        }
        self.values = after;
        self.values.extend(adjoints);
        pass.is_pulled = true;
        self.passes.push(pass);
    }

    fn line(&mut self, rows: &[&str]) {
        let first = rows[0].trim_start();
        let written = |row: &&str| row.trim_start().to_owned();
        if let Some((name, added)) = first.split_once(" += ") {
            let sum = self.values[name] + self.read(added);
            self.values.insert(name.to_owned(), sum);
            return;
        }
        let (name, first) = first.split_once(" = ").expect("a definition");
        let rest: Vec<String> = rows[1..].iter().map(written).collect();
        let value = match first.strip_prefix("⎧ ") {
            Some(case) => {
                let rest = rest
                    .iter()
                    .map(|row| row.trim_start_matches(['⎨', '⎩', ' ']));
                self.choose(std::iter::once(case).chain(rest))
            }
            None => self.equal(&format!("{first} {}", rest.join(" "))),
        };
        self.values.insert(name.to_owned(), value);
    }

    fn choose<'a>(&self, mut cases: impl Iterator<Item = &'a str>) -> f64 {
        let taken = cases.find_map(|case| {
            let (value, condition) = case.split_once("   ").expect("a case and its condition");
            let condition = condition.trim_start().strip_prefix("if ");
            condition
                .is_none_or(|condition| self.holds(condition))
                .then_some(value)
        });
        self.read(taken.expect("one case holds"))
    }

    /// The value of both sides of an equation.
    fn equal(&self, text: &str) -> f64 {
        let sides: Vec<f64> = sides(text).map(|side| self.read(side)).collect();
        for side in &sides {
            let scale = sides[0].abs().max(1.0);
            assert!(
                (side - sides[0]).abs() <= 1e-9 * scale,
                "`{text}` is {sides:?}"
            );
        }
        sides[0]
    }
}

fn owned((name, value): (&String, &f64)) -> (String, f64) {
    (name.clone(), *value)
}

/// The sides of an equation; `=` in brackets is a condition.
fn sides(text: &str) -> impl Iterator<Item = &str> {
    let mut open = 0;
    text.split(move |c| {
        open += match c {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        c == '=' && open == 0
    })
    .map(str::trim)
}
