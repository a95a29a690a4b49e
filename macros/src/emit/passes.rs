//! A loop that adds to several elements of a list in each step, as to `u_bar[i - 1]` and `u_bar[i + 1]`, would wait for its own
//! additions: it reads what it has just written. Where it does nothing but add, it is gone through once for each position.

use super::accesses::InStep;
use crate::ir::{Graph, Loop, Op, Region, Stmt, Value};
use std::collections::HashSet;

/// What several passes add to.
#[derive(Default)]
pub(super) struct Additions {
    /// What has a pass of its own.
    pub(super) own: Vec<InStep>,
    /// What the last pass adds to, of the same lists.
    pub(super) last: Vec<InStep>,
}

impl Additions {
    /// Takes the lists out of `adjoints` that have several positions.
    pub(super) fn out_of(adjoints: &mut Vec<InStep>, graph: &Graph, body: &Loop) -> Self {
        let lists: Vec<Value> = adjoints.iter().map(|adjoint| adjoint.list).collect();
        let is_one = |list: Value| lists.iter().filter(|other| **other == list).count() == 1;
        let (single, several): (Vec<_>, Vec<_>) = std::mem::take(adjoints)
            .into_iter()
            .partition(|adjoint| is_one(adjoint.list));
        *adjoints = single;
        let mut additions = Additions::default();
        if several.is_empty() || !only_adds(graph, body, adjoints) {
            return additions;
        }
        for adjoint in several {
            let has_last = additions.last.iter().any(|last| last.list == adjoint.list);
            match has_last {
                true => additions.own.push(adjoint),
                false => additions.last.push(adjoint),
            }
        }
        additions
    }

    /// The part of a body that one of the passes runs, or the last.
    pub(super) fn part(&self, pass: Option<&InStep>, graph: &Graph, body: &Loop) -> Region {
        let is_own = |place: &Value| self.own.iter().any(|own| own.places.contains(place));
        let adds = |place: &Value| match pass {
            Some(pass) => pass.places.contains(place),
            None => !is_own(place),
        };
        let mut needed = HashSet::new();
        for stmt in &body.body.stmts {
            match stmt {
                Stmt::Accumulate { place, value } if adds(place) => {
                    need(graph, *place, &mut needed);
                    need(graph, *value, &mut needed);
                }
                _ => {}
            }
        }
        let is_part = |stmt: &&Stmt| match stmt {
            Stmt::Accumulate { place, .. } => adds(place),
            Stmt::Let(value) => {
                let takes = matches!(graph[*value].op, Op::TakeAdjoint(_));
                needed.contains(value) || takes && pass.is_none()
            }
            _ => pass.is_none(),
        };
        Region {
            stmts: body.body.stmts.iter().filter(is_part).cloned().collect(),
            yields: Vec::new(),
        }
    }
}

fn need(graph: &Graph, value: Value, needed: &mut HashSet<Value>) {
    if needed.insert(value) {
        for operand in graph.operands(value) {
            need(graph, operand, needed);
        }
    }
}

/// Whether a loop only computes and adds, and what it reads of adjoints is nothing that it adds to; what it takes, it takes in
/// step with its index, each element once.
fn only_adds(graph: &Graph, body: &Loop, in_step: &[InStep]) -> bool {
    let is_in_step = |place: &Value| in_step.iter().any(|part| part.places.contains(place));
    let (mut read, mut added) = (HashSet::new(), HashSet::new());
    for stmt in &body.body.stmts {
        match stmt {
            Stmt::Let(value) => match &graph[*value].op {
                Op::TakeAdjoint(place) if is_in_step(place) => {
                    read.insert(graph.root(*place));
                }
                Op::ReadAdjoint(place) | Op::AdjointOf(place) => {
                    read.insert(graph.root(*place));
                }
                Op::TakeAdjoint(_) | Op::PopAdjoint(_) => return false,
                _ => {}
            },
            Stmt::Accumulate { place, .. } => {
                added.insert(graph.root(*place));
            }
            Stmt::ClearAdjoint(place) if is_in_step(place) => {}
            _ => return false,
        }
    }
    read.is_disjoint(&added)
}
