//! Additions to the same adjoint become one. Each would wait for the one before it: in a loop that is most of its time.

use crate::differentiate::Derivative;
use crate::ir::{Graph, Op, Region, Stmt, Value};
use crate::simplify::Builder;

/// The most terms of one addition, so that expressions do not nest without end.
const MOST_TERMS: usize = 8;

pub(crate) fn merge(derivative: &mut Derivative) {
    for region in [&mut derivative.forward, &mut derivative.backward] {
        merge_in(&mut derivative.graph, region);
    }
}

/// An addition that another one to the same place may still be added to.
struct Open {
    root: Value,
    place: Value,
    /// Where it stands.
    index: usize,
    terms: usize,
}

fn merge_in(graph: &mut Graph, region: &mut Region) {
    let mut stmts: Vec<Option<Stmt>> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for mut stmt in std::mem::take(&mut region.stmts) {
        match &mut stmt {
            Stmt::Accumulate { place, value } => {
                let (place, value) = (*place, *value);
                let is_float = |value: Value| graph[value].ty.peeled().is_float();
                if is_float(place) && is_float(value) {
                    let known = open.iter_mut().rfind(|known| {
                        known.terms < MOST_TERMS && graph.is_same_place(known.place, place)
                    });
                    if let Some(known) = known {
                        stmt = both(graph, &mut stmts, known, value);
                        known.index = stmts.len();
                        known.terms += 1;
                    } else {
                        let (index, root) = (stmts.len(), graph.root(place));
                        let terms = 1;
                        open.push(Open {
                            root,
                            place,
                            index,
                            terms,
                        });
                    }
                }
            }
            Stmt::Let(value) => {
                if let Op::AdjointOf(read)
                | Op::ReadAdjoint(read)
                | Op::TakeAdjoint(read)
                | Op::PopAdjoint(read) = graph[*value].op
                {
                    let root = graph.root(read);
                    open.retain(|known| known.root != root);
                }
            }
            Stmt::If(branch) => {
                merge_in(graph, &mut branch.then);
                merge_in(graph, &mut branch.otherwise);
                open.clear();
            }
            Stmt::Loop(body) => {
                merge_in(graph, &mut body.body);
                open.clear();
            }
            _ => open.clear(),
        }
        stmts.push(Some(stmt));
    }
    region.stmts = stmts.into_iter().flatten().collect();
}

/// Takes the earlier addition away; the later one adds both.
fn both(graph: &mut Graph, stmts: &mut Vec<Option<Stmt>>, known: &Open, value: Value) -> Stmt {
    let Some(Stmt::Accumulate {
        place,
        value: first,
    }) = stmts[known.index].take()
    else {
        unreachable!("an addition stands there")
    };
    let (mut made, span) = (Vec::new(), graph[value].span);
    let mut builder = Builder {
        graph,
        stmts: &mut made,
    };
    let value = builder.apply("+", vec![first, value], span);
    stmts.extend(made.into_iter().map(Some));
    Stmt::Accumulate { place, value }
}
