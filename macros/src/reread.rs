//! What a loop writes to a list that stays as it is need not be kept for the backward sweep a second time: it is read from the
//! list there.

use crate::differentiate::Derivative;
use crate::ir::{Graph, Head, Loop, Op, Projection, Region, Stmt, Value};
use crate::parse::plain;
use std::collections::HashMap;

pub(crate) fn reread(derivative: &mut Derivative) {
    let mut written = Written {
        graph: &derivative.graph,
        by_loop: HashMap::new(),
    };
    written.region(&derivative.forward);
    let by_loop = written.by_loop;
    if by_loop.is_empty() {
        return;
    }
    let primals = derivative.first_cotangent();
    let mut reader = Reader {
        graph: &mut derivative.graph,
        by_loop,
        primals,
    };
    reader.region(&mut derivative.forward);
    reader.region(&mut derivative.backward);
}

/// A value, and the place in a list that holds it from the end of the iteration on.
type Element = (Value, Value);

struct Written<'a> {
    graph: &'a Graph,
    by_loop: HashMap<usize, Vec<Element>>,
}

impl Written<'_> {
    fn region(&mut self, region: &Region) {
        for (place, stmt) in region.stmts.iter().enumerate() {
            for within in stmt.regions() {
                self.region(within);
            }
            if let Stmt::Loop(repeat) = stmt
                && repeat.mirrors.is_none()
                && let Head::Range { index, .. } = repeat.head
            {
                let elements = self.elements(repeat, index, region, place);
                if !elements.is_empty() {
                    self.by_loop.insert(repeat.id, elements);
                }
            }
        }
    }

    fn elements(&self, repeat: &Loop, index: Value, around: &Region, at: usize) -> Vec<Element> {
        let stores = repeat.body.stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Store { place, value, .. } => Some((*value, *place)),
            _ => None,
        });
        let stays = |(value, place): &Element| {
            let Op::Project(list, Projection::Index(position)) = self.graph[*place].op else {
                return false;
            };
            let list = self.graph.behind_refs(list);
            let begins = |stmt: &Stmt| matches!(stmt, Stmt::Let(value) if *value == list);
            matches!(self.graph[list].op, Op::Cell(_))
                && self.graph[*value].ty.is_float()
                && !self.graph.is_literal(*value)
                && self.is_index(position, index)
                && around.stmts[..at].iter().any(begins)
                && self.changes(around, list) == 1
        };
        stores.filter(stays).collect()
    }

    fn is_index(&self, position: Value, index: Value) -> bool {
        match &self.graph[position].op {
            Op::Rust(snippet) => match &snippet.uses[..] {
                [(name, used)] => snippet.text() == plain(name) && self.is_index(*used, index),
                _ => false,
            },
            _ => position == index,
        }
    }

    /// How many statements change a list.
    fn changes(&self, region: &Region, list: Value) -> usize {
        let changes = region.stmts.iter().map(|stmt| match &stmt.regions()[..] {
            [] => usize::from(stmt.changes(self.graph, list)),
            regions => regions
                .iter()
                .map(|region| self.changes(region, list))
                .sum(),
        });
        changes.sum()
    }
}

struct Reader<'a> {
    graph: &'a mut Graph,
    by_loop: HashMap<usize, Vec<Element>>,
    /// The first value of the backward sweep.
    primals: Value,
}

impl Reader<'_> {
    fn region(&mut self, region: &mut Region) {
        for stmt in &mut region.stmts {
            match stmt {
                Stmt::If(branch) => {
                    self.region(&mut branch.then);
                    self.region(&mut branch.otherwise);
                }
                Stmt::Loop(repeat) => {
                    let mirrored = repeat.mirrors;
                    if let Some(elements) = mirrored.and_then(|id| self.by_loop.remove(&id)) {
                        for (value, place) in elements {
                            if !is_given_again(value, &repeat.body) {
                                self.read(value, place, &mut repeat.body);
                            }
                        }
                    }
                    self.region(&mut repeat.body);
                }
                _ => {}
            }
        }
    }

    /// Lets the adjoint of a loop read an element instead of the value that was written to it.
    fn read(&mut self, value: Value, place: Value, body: &mut Region) {
        let node = self.graph[value].clone();
        let element = self
            .graph
            .add(Op::Load(place), node.ty, node.active, node.span);
        if self.replace(value, element, body) {
            body.stmts.insert(0, Stmt::Let(element));
        }
    }

    fn replace(&mut self, value: Value, element: Value, region: &mut Region) -> bool {
        let mut found = false;
        for stmt in &mut region.stmts {
            match stmt {
                Stmt::Let(made) if *made >= self.primals => {
                    found |= self.graph[*made].op.replace_operand(value, element);
                }
                Stmt::Accumulate { value: read, .. }
                | Stmt::ResetAdjoint { value: read, .. }
                | Stmt::Pull {
                    cotangent: read, ..
                } if *read == value => {
                    *read = element;
                    found = true;
                }
                Stmt::If(branch) => {
                    found |= self.replace(value, element, &mut branch.then);
                    found |= self.replace(value, element, &mut branch.otherwise);
                }
                Stmt::Loop(repeat) => found |= self.replace(value, element, &mut repeat.body),
                _ => {}
            }
        }
        for read in &mut region.yields {
            if *read == value {
                *read = element;
                found = true;
            }
        }
        found
    }
}

/// Whether the pull part of a call is given a value again, so that it has to be kept anyway.
fn is_given_again(value: Value, region: &Region) -> bool {
    region.stmts.iter().any(|stmt| match stmt {
        Stmt::Pull { call, .. } => call.given_again().any(|given| given == value),
        _ => stmt
            .regions()
            .into_iter()
            .any(|region| is_given_again(value, region)),
    })
}
