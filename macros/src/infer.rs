//! Types that follow from those that are written. An operation that acts element by element gives a float only where all
//! of its operands are floats: so a float that is returned, stored or added to says what it was computed from, results
//! of calls included. What is known to be a float is plain arithmetic, and costs nothing to compute again.

use crate::ir::{FloatTy, Graph, Head, Op, Primal, Projection, Region, Stmt, Ty, Value};
use crate::rules::Kind;

/// The most rounds: each carries what is known through a chain of operations in either direction.
const MOST_ROUNDS: usize = 8;

pub(crate) fn infer(primal: &mut Primal, output: &Ty) {
    let mut equal = Vec::new();
    same_type(&primal.body, &mut equal);
    let mut types = Types {
        result: primal.result(),
        output: output.clone(),
        graph: &mut primal.graph,
        equal,
        has_changed: false,
    };
    for _ in 0..MOST_ROUNDS {
        types.has_changed = false;
        types.round();
        if !types.has_changed {
            return;
        }
    }
}

/// Pairs of which the second has the type of the first, if that is a float: what is stored and where, what an arm yields and
/// the result of it; and what is added to a float.
fn same_type(region: &Region, equal: &mut Vec<(Value, Value)>) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Store { place, value, .. } => {
                equal.extend([(*place, *value), (*value, *place)]);
            }
            // To a tensor, a float may be added.
            Stmt::Increment { place, value, .. } => equal.push((*place, *value)),
            Stmt::If(branch) => {
                for arm in branch.arms() {
                    for (&result, &yielded) in branch.results.iter().zip(&arm.yields) {
                        equal.extend([(result, yielded), (yielded, result)]);
                    }
                    same_type(arm, equal);
                }
            }
            Stmt::Loop(body) => {
                if let Head::While { test } = &body.head {
                    same_type(test, equal);
                }
                same_type(&body.body, equal);
            }
            _ => {}
        }
    }
}

struct Types<'a> {
    graph: &'a mut Graph,
    result: Value,
    output: Ty,
    equal: Vec<(Value, Value)>,
    has_changed: bool,
}

impl Types<'_> {
    fn round(&mut self) {
        let (result, output) = (self.result, self.output.clone());
        self.known(result, &output);
        for index in 0..self.equal.len() {
            let (from, to) = self.equal[index];
            let ty = self.graph[from].ty.clone();
            self.known(to, &ty);
        }
        let count = u32::try_from(self.graph.nodes.len()).expect("values are numbered by u32");
        for value in (0..count).map(Value) {
            self.upwards(value);
        }
        for value in (0..count).rev().map(Value) {
            self.downwards(value);
        }
    }

    /// Notes what is known of the type of a value.
    fn known(&mut self, value: Value, ty: &Ty) {
        let own = &self.graph[value].ty;
        let news = match (own, ty) {
            (Ty::Other, Ty::Float(float)) => *float != FloatTy::Inferred,
            (Ty::List(own), Ty::List(element)) => {
                **own == Ty::Other && matches!(**element, Ty::Float(FloatTy::F32 | FloatTy::F64))
            }
            (Ty::Tuple(_), Ty::Tuple(parts)) => {
                if let Op::Tuple(values) = self.graph[value].op.clone() {
                    for (value, ty) in values.into_iter().zip(parts) {
                        self.known(value, ty);
                    }
                }
                false
            }
            _ => false,
        };
        let is_computed = !matches!(self.graph[value].op, Op::Literal(_) | Op::Error);
        if news && is_computed {
            self.graph[value].ty = ty.clone();
            self.has_changed = true;
        }
    }

    /// From operands to what is computed from them.
    fn upwards(&mut self, value: Value) {
        let ty = match &self.graph[value].op {
            Op::Row(row, args) if row.is_elementwise() => {
                let args = args.iter().zip(row.operands);
                let floats = args.filter(|(_, kind)| **kind != Kind::Plain);
                self.common(floats.map(|(arg, _)| arg))
            }
            Op::Array(parts) | Op::Vec(parts) => {
                let list = Ty::List(Box::new(self.common(parts.iter())));
                return self.known(value, &list);
            }
            Op::Load(inner) | Op::Cell(inner) => self.graph[*inner].ty.clone(),
            Op::Project(base, Projection::Index(_)) => match self.graph[*base].ty.element() {
                Some(element) => element.clone(),
                None => return,
            },
            _ => return,
        };
        if ty.is_float() {
            self.known(value, &ty);
        }
    }

    /// The type of values that are floats of one kind.
    fn common<'b>(&self, values: impl Iterator<Item = &'b Value>) -> Ty {
        values
            .map(|value| self.graph[*value].ty.clone())
            .reduce(|a, b| if a.is_float() { a.join(&b) } else { Ty::Other })
            .unwrap_or(Ty::Other)
    }

    /// From what is computed to its operands.
    fn downwards(&mut self, value: Value) {
        let node = &self.graph[value];
        match (node.op.clone(), node.ty.clone()) {
            (Op::Row(row, args), ty @ Ty::Float(_)) if row.is_elementwise() => {
                for (arg, kind) in args.into_iter().zip(row.operands) {
                    if *kind != Kind::Plain {
                        self.known(arg, &ty);
                    }
                }
            }
            (Op::Load(inner) | Op::Cell(inner), ty @ Ty::Float(_)) => self.known(inner, &ty),
            (Op::Array(parts) | Op::Vec(parts), Ty::List(element)) => {
                parts
                    .into_iter()
                    .for_each(|part| self.known(part, &element));
            }
            _ => {}
        }
    }
}
