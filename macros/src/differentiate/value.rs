//! The adjoint of one value: what each of its operands receives, by the rule table.

use super::Reverse;
use crate::ir::{Graph, Op, Projection, Ty, Value, VariantField};
use crate::rules::{self, Kind, Row, Sym};
use proc_macro2::Span;

impl Reverse {
    /// Hands the adjoint of a value on to its operands.
    pub(super) fn value(&mut self, value: Value) {
        let node = self.graph[value].clone();
        if !node.active || matches!(node.op, Op::Project(..) | Op::Ref(_) | Op::Deref(_)) {
            return;
        }
        let Some(total) = self.total(value) else {
            return;
        };
        let span = node.span;
        match node.op {
            Op::Row(row, operands) => {
                let (row, operands) = self.as_differentiated(row, operands);
                let Some(adjoints) = row.adjoints() else {
                    return;
                };
                let symbols: Vec<Sym> = (0..operands.len()).map(Sym::Operand).collect();
                let rules = adjoints(Sym::Cotangent, &symbols, Sym::Result);
                for ((&operand, rule), kind) in operands.iter().zip(&rules).zip(row.operands) {
                    if *kind != Kind::Active || !self.graph[operand].active {
                        continue;
                    }
                    if is_literal_zero_power(&self.graph, row.name, &operands) {
                        continue;
                    }
                    let Some(contribution) = self.instantiate(rule, total, &operands, value, span)
                    else {
                        continue;
                    };
                    let contribution = if row.is_elementwise() {
                        self.reduced(contribution, operand, &operands, span)
                    } else {
                        contribution
                    };
                    self.contribute(operand, contribution);
                }
            }
            Op::Tuple(parts) => {
                for (index, part) in parts.into_iter().enumerate() {
                    if self.graph[part].active {
                        let contribution = self.element(total, index, span);
                        self.contribute(part, contribution);
                    }
                }
            }
            Op::Cast(inner) => {
                let ty = self.graph[inner].ty.clone();
                let contribution = self.builder().node(Op::Cast(total), ty, span);
                self.contribute(inner, contribution);
            }
            Op::Struct(construction) => {
                let projection = |member| match construction.is_variant {
                    true => Projection::Variant(Box::new(VariantField {
                        path: construction.path.clone(),
                        member,
                    })),
                    false => Projection::Field(member),
                };
                if let Some(rest) = construction.rest
                    && self.graph[rest].active
                {
                    let named = construction.fields.iter().map(|(member, _)| member.clone());
                    let op = Op::Without(total, named.collect());
                    let ty = self.graph[rest].ty.clone();
                    let contribution = self.builder().node(op, ty, span);
                    self.contribute(rest, contribution);
                }
                for (member, part) in construction.fields {
                    if self.graph[part].active {
                        let ty = self.graph[part].ty.clone();
                        let op = Op::Project(total, projection(member));
                        let contribution = self.builder().node(op, ty, span);
                        self.contribute(part, contribution);
                    }
                }
            }
            Op::Boxed(inner) => {
                let ty = self.graph[inner].ty.clone();
                let op = Op::Project(total, Projection::Unboxed);
                let contribution = self.builder().node(op, ty, span);
                self.contribute(inner, contribution);
            }
            Op::Array(parts) | Op::Vec(parts) => {
                for (index, part) in parts.into_iter().enumerate() {
                    if self.graph[part].active {
                        let contribution = self.list_element(total, index, span);
                        self.contribute(part, contribution);
                    }
                }
            }
            Op::Repeat { element, .. } => {
                let ty = self.graph[element].ty.clone();
                let contribution = self.builder().node(Op::Total(total, element), ty, span);
                self.contribute(element, contribution);
            }
            Op::Load(place) | Op::Fixed(place, _) => self.contribute(place, total),
            Op::Cell(inner) | Op::Some(inner) | Op::Unwrap(inner) => self.contribute(inner, total),
            _ => {}
        }
    }

    /// `1.0 / x` has the rule of `x.recip()`, which does not divide again.
    fn as_differentiated(
        &self,
        row: &'static Row,
        operands: Vec<Value>,
    ) -> (&'static Row, Vec<Value>) {
        let is_reciprocal = row.name == "/" && self.graph.literal_of(operands[0]) == Some(1.0);
        match is_reciprocal {
            true => (rules::row("recip"), vec![operands[1]]),
            false => (row, operands),
        }
    }

    /// The node that a rule's expression stands for; `None` where there is no contribution.
    fn instantiate(
        &mut self,
        rule: &Sym,
        cotangent: Value,
        operands: &[Value],
        result: Value,
        span: Span,
    ) -> Option<Value> {
        Some(match rule {
            Sym::Cotangent => cotangent,
            Sym::Operand(index) => operands[*index],
            Sym::Result => result,
            Sym::Literal(number) => self.builder().literal_like(*number, result, span),
            Sym::Nothing => return None,
            Sym::Apply(name, args) => {
                let args = args
                    .iter()
                    .map(|arg| self.instantiate(arg, cotangent, operands, result, span))
                    .collect::<Option<Vec<_>>>()?;
                let known = (*name, args);
                match self.applied.iter().find_map(|applied| applied.get(&known)) {
                    Some(value) => *value,
                    None => self.builder().apply(name, known.1, span),
                }
            }
        })
    }

    /// Sums a contribution over the axes along which the operand was broadcast, unless it cannot have been.
    fn reduced(
        &mut self,
        contribution: Value,
        operand: Value,
        operands: &[Value],
        span: Span,
    ) -> Value {
        let is_other = |value: &Value| self.graph[*value].ty == Ty::Other;
        let alone = operands.iter().filter(|value| is_other(value)).count() == 1;
        if self.graph[contribution].ty != Ty::Other || (alone && is_other(&operand)) {
            return contribution;
        }
        let ty = self.graph[operand].ty.clone();
        self.builder()
            .node(Op::SumTo(contribution, operand), ty, span)
    }

    fn element(&mut self, tuple: Value, index: usize, span: Span) -> Value {
        if let Op::Tuple(parts) = &self.graph[tuple].op {
            return parts[index];
        }
        let ty = match &self.graph[tuple].ty {
            Ty::Tuple(parts) => parts[index].clone(),
            _ => Ty::Other,
        };
        let member = syn::Member::Unnamed(syn::Index::from(index));
        let op = Op::Project(tuple, Projection::Field(member));
        self.builder().node(op, ty, span)
    }

    fn list_element(&mut self, list: Value, index: usize, span: Span) -> Value {
        let ty = self.graph[list].ty.element().cloned().unwrap_or(Ty::Other);
        let literal = proc_macro2::Literal::usize_unsuffixed(index);
        let position = self.builder().node(
            Op::Rust(crate::ir::Snippet {
                tokens: quote::quote!(#literal),
                uses: Vec::new(),
                repeatable: true,
            }),
            Ty::Int,
            span,
        );
        let op = Op::Project(list, Projection::Index(position));
        self.builder().node(op, ty, span)
    }
}

/// x⁰ is constant, and 0·x⁻¹ would say NaN at 0.
fn is_literal_zero_power(graph: &Graph, name: &str, operands: &[Value]) -> bool {
    name == "powi"
        && matches!(&graph[operands[1]].op, Op::Rust(snippet) if snippet.tokens.to_string() == "0")
}
