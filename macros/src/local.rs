//! The adjoint of a float parameter that is added to at several points is a variable of the sweep, which stays in a register;
//! the gradient gets it in the end.

use crate::differentiate::{Derivative, Gradient};
use crate::ir::{Graph, Op, Region, Stmt, Value};

pub(crate) fn localize(derivative: &mut Derivative, wrt: &[usize]) {
    for (position, &index) in wrt.iter().enumerate() {
        let param = derivative.params[index];
        let node = &derivative.graph[param];
        let is_float = node.ty.peeled().is_float();
        let is_variable = matches!(derivative.gradients[position], Gradient::Variable);
        if !is_float || node.lent || !is_variable {
            continue;
        }
        let (ty, span) = (node.ty.peeled().clone(), node.span);
        let begin = Stmt::BeginAdjoint(param);
        match first_addition(derivative, param) {
            Some(place) => derivative.forward.stmts.insert(place, begin),
            None => derivative.backward.stmts.insert(0, begin),
        }
        let total = derivative.graph.add(Op::AdjointOf(param), ty, false, span);
        derivative.backward.stmts.push(Stmt::Let(total));
        derivative.gradients[position] = Gradient::Value(Some(total));
        derivative.local.insert(param);
    }
}

/// The first loop of the forward sweep that adds to an adjoint, if there is one.
fn first_addition(derivative: &Derivative, root: Value) -> Option<usize> {
    derivative.forward.stmts.iter().position(|stmt| {
        matches!(stmt, Stmt::Loop(body) if derivative.fused.contains_key(&body.id)
            && adds(&derivative.graph, &body.body, root))
    })
}

fn adds(graph: &Graph, region: &Region, root: Value) -> bool {
    region.stmts.iter().any(|stmt| match stmt {
        Stmt::Accumulate { place, .. } => graph.root(*place) == root,
        Stmt::Pull { call, .. } => call.adjoint_places().any(|place| graph.root(place) == root),
        Stmt::If(branch) => branch.arms().into_iter().any(|arm| adds(graph, arm, root)),
        Stmt::Loop(body) => adds(graph, &body.body, root),
        _ => false,
    })
}
