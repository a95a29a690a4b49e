//! The forward part: what each value with a name is.

use super::algebra::Style;
use super::expr::Expr;
use super::facts::Home;
use super::lines::Line;
use super::sheet::Sheet;
use super::write::marked;
use crate::ir::{Call, Head, If, Loop, Region, Stmt, Value};
use std::collections::HashMap;

impl Sheet<'_> {
    pub(super) fn forward(&self, region: &Region, home: Home) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut stages: HashMap<Value, usize> = HashMap::new();
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => self.value(*value, &mut lines),
                Stmt::If(branch) => self.branch(branch, &mut lines),
                Stmt::Call(call) => self.call(call, &mut lines),
                Stmt::Loop(body) => lines.extend(self.repeat(body)),
                Stmt::Store { place, value, .. } => {
                    lines.push(self.write(*place, "←", *value, home, &mut stages));
                }
                Stmt::Increment {
                    place,
                    value,
                    negative,
                } => {
                    let operator = if *negative { "−=" } else { "+=" };
                    lines.push(self.write(*place, operator, *value, home, &mut stages));
                }
                Stmt::Push { place, value } => {
                    let (list, value) = (self.written.refer(*place), self.written.refer(*value));
                    lines.push(Line::Text(format!(
                        "append {} to {}",
                        self.text(&value),
                        self.text(&list)
                    )));
                }
                Stmt::Pop { place, .. } => {
                    let list = self.text(&self.written.refer(*place));
                    lines.push(Line::Text(format!("take the last off {list}")));
                }
                Stmt::Swap(a, b) => {
                    let [a, b] = [a, b].map(|place| self.text(&self.written.refer(*place)));
                    lines.push(Line::Text(format!("{a}, {b} ← {b}, {a}")));
                }
                // What is run for its effect has no value to show; the rest is of the backward sweep.
                Stmt::Effect(_)
                | Stmt::Pull { .. }
                | Stmt::BeginAdjoint(_)
                | Stmt::Accumulate { .. }
                | Stmt::PushAdjoint { .. }
                | Stmt::SwapAdjoints(..)
                | Stmt::ClearAdjoint(_)
                | Stmt::ResetAdjoint { .. } => {}
            }
        }
        lines
    }

    /// An assignment, as the next state of a variable where it has states.
    fn write(
        &self,
        place: Value,
        operator: &str,
        value: Value,
        home: Home,
        stages: &mut HashMap<Value, usize>,
    ) -> Line {
        let cell = self.facts.graph.root(place);
        let (target, value) = (self.written.refer(place), self.written.refer(value));
        if !self.cells.is_stated(cell) || self.cells.writes(home, cell) == 0 {
            return self.assignment(&target, operator, &value);
        }
        let stage = stages.entry(cell).or_default();
        let before = marked(target.clone(), &"⁺".repeat(*stage));
        *stage += 1;
        let after = marked(target, &"⁺".repeat(*stage));
        let value = match operator {
            "+=" => Style::AsWritten.add(before, value),
            "−=" => Style::AsWritten.sub(before, value),
            _ => value,
        };
        self.by_cases(&self.text(&after), &value)
    }

    fn value(&self, value: Value, lines: &mut Vec<Line>) {
        let is_shown = self.facts.canon(value) == value && self.facts.is_needed(value);
        if let (true, Some(name)) = (is_shown, self.names.of(value)) {
            lines.push(self.by_cases(name, &self.written.define(value)));
        }
    }

    /// `u, x ← g(x, k)`, where the function changes x.
    fn call(&self, call: &Call, lines: &mut Vec<Line>) {
        if !call.may_change() {
            return self.value(call.value, lines);
        }
        let name = self.names.of(call.value).map(str::to_owned);
        let is_shown = self.facts.is_needed(call.value);
        let changed = call
            .changed()
            .map(|place| self.text(&self.written.refer(place)));
        let targets: Vec<String> = name
            .filter(|_| is_shown)
            .into_iter()
            .chain(changed)
            .collect();
        let value = self.text(&self.written.define(call.value));
        lines.push(Line::Text(format!("{} ← {value}", targets.join(", "))));
    }

    fn branch(&self, branch: &If, lines: &mut Vec<Line>) {
        let homes = [0, 1].map(|arm| self.facts.home_of_arm(branch.id, arm));
        let mut arms = [
            self.forward(&branch.then, homes[0]),
            self.forward(&branch.otherwise, homes[1]),
        ];
        let results: Vec<(usize, &str)> = branch
            .results
            .iter()
            .enumerate()
            .filter(|(_, result)| {
                self.facts.canon(**result) == **result && self.facts.is_needed(**result)
            })
            .filter_map(|(index, result)| Some((index, self.names.of(*result)?)))
            .collect();
        let cond = self.written.refer(branch.cond);
        if let ([(index, name)], [None, Some(rest)]) =
            (results.as_slice(), [sole(&arms[0]), sole(&arms[1])])
            && arms[0].is_empty()
            && let Line::Cases { name: inner, cases } = rest
            && inner == name
        {
            // An `else if` is one more case.
            let first = self.text(&self.written.refer(branch.then.yields[*index]));
            let mut all = vec![(first, self.condition(&cond))];
            all.extend(cases.iter().cloned());
            lines.push(Line::Cases {
                name: (*name).to_owned(),
                cases: all,
            });
            return;
        }
        if arms.iter().all(Vec::is_empty) {
            for (index, _) in results {
                let result = branch.results[index];
                if let Some(name) = self.names.of(result) {
                    lines.push(self.by_cases(name, &self.written.define(result)));
                }
            }
            return;
        }
        for (arm, lines) in branch.arms().into_iter().zip(&mut arms) {
            for (index, name) in &results {
                let value = arm.yields[*index];
                let is_there = self.names.of(self.facts.canon(value)) == Some(*name);
                if !is_there {
                    lines.push(self.by_cases(name, &self.written.refer(value)));
                }
            }
        }
        if let ([(_, name)], Some(cases)) = (results.as_slice(), self.as_cases(&cond, &arms)) {
            lines.push(Line::Cases {
                name: (*name).to_owned(),
                cases,
            });
            return;
        }
        let [then, otherwise] = arms;
        if then.is_empty() {
            let head = format!("if {}", self.text(&cond.negated()));
            lines.push(Line::Block {
                head,
                lines: otherwise,
            });
            return;
        }
        let head = self.condition(&cond);
        lines.push(Line::Block { head, lines: then });
        lines.extend(chained(otherwise));
    }

    /// The arms as cases, where each says no more than what one and the same value is.
    fn as_cases(&self, cond: &Expr, arms: &[Vec<Line>; 2]) -> Option<Vec<(String, String)>> {
        let (
            [Line::Definition { name, sides }],
            [Line::Definition { name: other, .. } | Line::Cases { name: other, .. }],
        ) = (arms[0].as_slice(), arms[1].as_slice())
        else {
            return None;
        };
        if name != other {
            return None;
        }
        let mut cases = vec![(sides.first()?.concat(), self.condition(cond))];
        match &arms[1][0] {
            Line::Definition { sides, .. } => {
                cases.push((sides.first()?.concat(), "otherwise".into()))
            }
            Line::Cases { cases: rest, .. } => cases.extend(rest.iter().cloned()),
            Line::Block { .. } | Line::Text(_) => return None,
        }
        Some(cases)
    }

    fn repeat(&self, body: &Loop) -> Option<Line> {
        let home = self.facts.home_of_loop(body.id);
        let lines = self.forward(&body.body, home);
        let mut head = match &body.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } => self.range(*index, *start, *end, *backwards),
            Head::While { test } => {
                let cond = test
                    .yields
                    .first()
                    .map(|cond| self.text(&self.written.refer(*cond)));
                format!("while {}", cond.unwrap_or_default())
            }
        };
        if let Some(stop) = body.stop {
            head += &format!(", until {}", self.text(&self.written.refer(stop)));
        }
        let states = self.states(home);
        if !states.is_empty() {
            let next: Vec<String> = states
                .iter()
                .map(|(name, marks)| format!("{name}{marks} becomes the next {name}"))
                .collect();
            head += &format!("  ({})", next.join(", "));
        }
        (!lines.is_empty()).then_some(Line::Block { head, lines })
    }
}

impl Sheet<'_> {
    /// The variables with states in a loop, and the marks of their last one.
    pub(super) fn states(&self, home: Home) -> Vec<(String, String)> {
        let named = |(cell, count): (Value, usize)| {
            let name = self.names.of(cell)?;
            Some((name.to_owned(), "⁺".repeat(count)))
        };
        self.cells
            .states(home)
            .into_iter()
            .filter_map(named)
            .collect()
    }
}

/// The blocks of an arm that holds otherwise; where it is nothing but an `if`, those of the `if`.
fn chained(mut lines: Vec<Line>) -> Vec<Line> {
    let is_branch = lines.iter().enumerate().all(|(index, line)| match line {
        Line::Block { head, .. } if index == 0 => head.starts_with("if "),
        Line::Block { head, .. } => head.starts_with("otherwise"),
        _ => false,
    });
    if lines.is_empty() || !is_branch {
        let head = "otherwise".to_owned();
        return if lines.is_empty() {
            lines
        } else {
            vec![Line::Block { head, lines }]
        };
    }
    if let Some(Line::Block { head, .. }) = lines.first_mut() {
        *head = format!("otherwise {head}");
    }
    lines
}

fn sole(lines: &[Line]) -> Option<&Line> {
    match lines {
        [line] => Some(line),
        _ => None,
    }
}
