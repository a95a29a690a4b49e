//! What the backward sweep needs of an operand that was broadcast is often no more than its shape. That is kept then, and
//! not the value.

use super::{Consumer, is_atom};
use crate::differentiate::{Derivative, Gradient};
use crate::ir::{Graph, Head, Op, Region, Stmt, Ty, Value};
use std::collections::{HashMap, HashSet};

type Uses = HashMap<Value, Vec<Consumer>>;

/// Says in the forward sweep of which values the shape is kept. Returns whether there are any.
pub(super) fn keep(derivative: &mut Derivative, uses: &Uses) -> bool {
    let mut values = likes(derivative, uses);
    if values.is_empty() {
        return false;
    }
    let mut out_of_scope = HashSet::new();
    let is_of_pull = derivative.cotangent.is_some();
    made_within(
        &derivative.forward,
        is_of_pull,
        derivative,
        &mut out_of_scope,
    );
    let read = read_by_adjoints(derivative, uses);
    values.retain(|value| out_of_scope.contains(value) && !read.contains(value));

    let graph = &mut derivative.graph;
    let mut shapes = HashMap::new();
    for &value in &values {
        let span = graph[value].span;
        let shape = graph.add(Op::ShapeOf(value), Ty::Other, false, span);
        shapes.insert(value, shape);
    }
    for node in &mut graph.nodes {
        if let Op::SumTo(_, like) = &mut node.op
            && let Some(shape) = shapes.get(like)
        {
            *like = *shape;
        }
    }
    insert(&mut derivative.forward, &shapes);
    !shapes.is_empty()
}

/// What adjoints are summed to the shape of, in order.
fn likes(derivative: &Derivative, uses: &Uses) -> Vec<Value> {
    let graph = &derivative.graph;
    let likes = graph.values().filter_map(|value| match graph[value].op {
        Op::SumTo(_, like) if uses.contains_key(&value) => Some(like),
        _ => None,
    });
    let mut likes: Vec<Value> = likes
        .filter(|like| graph[*like].ty == Ty::Other && !is_atom(graph, *like))
        .collect();
    likes.sort();
    likes.dedup();
    likes
}

/// The values that are out of scope when the backward sweep comes to their adjoints.
fn made_within(
    region: &Region,
    is_within: bool,
    derivative: &Derivative,
    found: &mut HashSet<Value>,
) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(value) if is_within => {
                found.insert(*value);
            }
            Stmt::Call(call) if is_within => {
                found.insert(call.value);
            }
            Stmt::If(branch) => {
                for arm in branch.arms() {
                    made_within(arm, true, derivative, found);
                }
            }
            Stmt::Loop(body) => {
                let is_fused = derivative.fused.contains_key(&body.id);
                made_within(&body.body, is_within || !is_fused, derivative, found);
            }
            _ => {}
        }
    }
}

/// The values that the backward sweep reads, more than the shape of.
fn read_by_adjoints(derivative: &Derivative, uses: &Uses) -> HashSet<Value> {
    let graph = &derivative.graph;
    let mut open = Vec::new();
    for value in graph.values() {
        if derivative.is_cotangent(value) && uses.contains_key(&value) {
            match graph[value].op {
                Op::SumTo(summed, _) => open.push(summed),
                _ => open.extend(graph.operands(value)),
            }
        }
    }
    for gradient in &derivative.gradients {
        if let Gradient::Value(Some(value)) = gradient {
            open.push(*value);
        }
    }
    read_by_statements(&derivative.backward.stmts, &mut open);
    for stmt in &derivative.forward.stmts {
        if let Stmt::Loop(body) = stmt
            && let Some(first) = derivative.fused.get(&body.id)
        {
            read_by_statements(&body.body.stmts[*first..], &mut open);
        }
    }
    let mut read = HashSet::new();
    while let Some(value) = open.pop() {
        let is_primal = !derivative.is_cotangent(value);
        if is_primal && read.insert(value) && may_be_computed_again(graph, value, uses) {
            open.extend(graph.operands(value));
        }
    }
    read
}

fn read_by_statements(stmts: &[Stmt], read: &mut Vec<Value>) {
    for stmt in stmts {
        match stmt {
            Stmt::Accumulate { value, .. }
            | Stmt::PushAdjoint { value, .. }
            | Stmt::ResetAdjoint { value, .. }
            | Stmt::BeginAdjoint(value) => read.push(*value),
            Stmt::Pull { call, cotangent } => {
                read.extend([call.residuals, *cotangent]);
                read.extend(call.given_again());
            }
            Stmt::If(branch) => {
                read.push(branch.cond);
                for arm in branch.arms() {
                    read_by_statements(&arm.stmts, read);
                    read.extend(&arm.yields);
                }
            }
            Stmt::Loop(body) => {
                if let Head::Range { start, end, .. } = &body.head {
                    read.extend([start, end]);
                }
                read_by_statements(&body.body.stmts, read);
            }
            _ => {}
        }
    }
}

/// Whether the backward sweep may read the operands of a value instead of the value.
fn may_be_computed_again(graph: &Graph, value: Value, uses: &Uses) -> bool {
    let is_used_once = uses.get(&value).is_none_or(|uses| uses.len() == 1);
    is_used_once
        || is_atom(graph, value)
        || graph[value].ty != Ty::Other
        || !matches!(graph[value].op, Op::Row(..) | Op::Result)
}

/// Puts each shape behind what it is the shape of.
fn insert(region: &mut Region, shapes: &HashMap<Value, Value>) {
    let mut stmts = Vec::with_capacity(region.stmts.len());
    for mut stmt in std::mem::take(&mut region.stmts) {
        let made = match &mut stmt {
            Stmt::Let(value) => Some(*value),
            Stmt::Call(call) => Some(call.value),
            Stmt::If(branch) => {
                insert(&mut branch.then, shapes);
                insert(&mut branch.otherwise, shapes);
                None
            }
            Stmt::Loop(body) => {
                insert(&mut body.body, shapes);
                None
            }
            _ => None,
        };
        stmts.push(stmt);
        let shape = made.and_then(|value| shapes.get(&value));
        stmts.extend(shape.map(|shape| Stmt::Let(*shape)));
    }
    region.stmts = stmts;
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    fn keeps_a_shape(function: TokenStream) -> bool {
        let expanded = crate::expand(TokenStream::new(), function).to_string();
        assert!(!expanded.contains("compile_error"), "{expanded}");
        expanded.contains("shape_of")
    }

    #[test]
    fn a_layer_does_not_keep_its_product() {
        assert!(keeps_a_shape(quote! {
            fn layer(x: &Matrix<DYN, 3>, w: &Matrix<3, 4>, b: &Vector<4>) -> Matrix<DYN, 4> {
                (x.matmul(w) + b).tanh()
            }
        }));
    }

    #[test]
    fn what_is_read_is_kept_whole() {
        assert!(!keeps_a_shape(quote! {
            fn layer(x: &Matrix<DYN, 3>, w: &Matrix<3, 4>, b: &Vector<4>) -> Matrix<DYN, 4> {
                let h = x.matmul(w);
                (&h + b) * &h
            }
        }));
    }
}
