//! What a variable holds at first is written where the variable begins: `let mut row = vec![0.0; n];`

use super::Consumer;
use crate::differentiate::Derivative;
use crate::ir::{Graph, Op, Region, Stmt, Value};
use std::collections::{HashMap, HashSet};

pub(super) fn write_in_place(
    derivative: &Derivative,
    uses: &HashMap<Value, Vec<Consumer>>,
    inline: &mut HashSet<Value>,
) {
    let mut inits = Inits {
        graph: &derivative.graph,
        uses,
        inline,
    };
    inits.region(&derivative.forward);
}

struct Inits<'a> {
    graph: &'a Graph,
    uses: &'a HashMap<Value, Vec<Consumer>>,
    inline: &'a mut HashSet<Value>,
}

impl Inits<'_> {
    fn region(&mut self, region: &Region) {
        let mut last = None;
        for stmt in &region.stmts {
            match stmt {
                // Nothing stands in the code between the two.
                Stmt::Let(value)
                    if self.inline.contains(value) || !self.uses.contains_key(value) =>
                {
                    continue;
                }
                Stmt::Let(value) => {
                    if let Op::Cell(init) = self.graph[*value].op
                        && last == Some(init)
                        && self.is_only_used_there(init)
                    {
                        self.inline.insert(init);
                    }
                    last = Some(*value);
                    continue;
                }
                Stmt::If(branch) => {
                    for arm in branch.arms() {
                        self.region(arm);
                    }
                }
                Stmt::Loop(body) => self.region(&body.body),
                _ => {}
            }
            last = None;
        }
    }

    fn is_only_used_there(&self, init: Value) -> bool {
        let node = &self.graph[init];
        matches!(node.op, Op::Rust(_) | Op::Vec(_) | Op::Repeat { .. })
            && node.name.is_none()
            && self.uses.get(&init).is_some_and(|uses| uses.len() == 1)
    }
}
