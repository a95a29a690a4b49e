//! What a fused loop reads. `rt::zip` takes a limited number of operands: a chain that would read more is cut where it is
//! widest.

use crate::ir::{Graph, Op, Projection, Ty, Value};
use crate::rules::Kind;
use std::collections::{BTreeSet, HashMap, HashSet};

const MOST_OPERANDS: usize = 8;

/// The places that the loop of a value reads, each by how it is written.
#[derive(Default)]
pub(super) struct Operands {
    read: HashMap<Value, BTreeSet<String>>,
}

impl Operands {
    /// Gives operands of a value names of their own, until its loop reads few enough places.
    pub(super) fn fit(&mut self, graph: &Graph, value: Value, inline: &mut HashSet<Value>) {
        let node = &graph[value];
        let Op::Row(row, args) = &node.op else {
            return;
        };
        if !row.is_elementwise() || node.ty != Ty::Other {
            return;
        }
        let args: Vec<Value> = args
            .iter()
            .zip(row.operands)
            .filter(|(arg, kind)| **kind != Kind::Plain && !graph[**arg].ty.is_float())
            .map(|(arg, _)| *arg)
            .collect();
        loop {
            let reads: Vec<BTreeSet<String>> = args
                .iter()
                .map(|&arg| match self.read.get(&arg) {
                    Some(read) if inline.contains(&arg) => read.clone(),
                    _ => BTreeSet::from([spelling(graph, arg)]),
                })
                .collect();
            let all: BTreeSet<String> = reads.iter().flatten().cloned().collect();
            if all.len() <= MOST_OPERANDS {
                self.read.insert(value, all);
                return;
            }
            let widest = (0..args.len())
                .max_by_key(|&index| reads[index].len())
                .expect("several are read");
            inline.remove(&args[widest]);
        }
    }
}

fn spelling(graph: &Graph, value: Value) -> String {
    match &graph[value].op {
        Op::Ref(inner) | Op::Deref(inner) | Op::Load(inner) => spelling(graph, *inner),
        Op::Project(base, Projection::Unboxed) => format!("*{}", spelling(graph, *base)),
        Op::Project(base, Projection::Field(member)) => {
            let base = spelling(graph, *base);
            match member {
                syn::Member::Named(name) => format!("{base}.{name}"),
                syn::Member::Unnamed(index) => format!("{base}.{}", index.index),
            }
        }
        Op::Project(base, Projection::Index(index)) => {
            format!("{}[{}]", spelling(graph, *base), spelling(graph, *index))
        }
        Op::Rust(snippet) if snippet.uses.is_empty() => snippet.tokens.to_string(),
        _ => format!("%{}", value.0),
    }
}
