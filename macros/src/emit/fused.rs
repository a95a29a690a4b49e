//! Elementwise chains on values of unknown type: one loop over all of them, whose body is a scalar formula.
//!
//! Expands to: `rt::zip((&t, &net.b1), |t, b1| rt::relu(t + b1))`

use super::Emitter;
use super::names::ident;
use crate::ir::{Op, Projection, Ty, Value};
use crate::rules::Kind;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashMap;

/// The names that the operands of a loop have in its body.
pub(super) type Body = HashMap<Value, Ident>;

impl Emitter<'_> {
    /// The operands of the loop that computes a value, and the closure that is its body; `expand` says whether the
    /// value is computed in the body, or is itself the operand.
    pub(super) fn fused(&self, value: Value, expand: bool) -> (TokenStream, TokenStream) {
        let mut leaves = Vec::new();
        self.leaves(value, expand, &mut leaves);
        let mut body = Body::new();
        let mut operands: Vec<(String, TokenStream, Ident)> = Vec::new();
        for leaf in leaves {
            let reference = self.reference(leaf);
            let key = reference.to_string();
            let known = operands.iter().find(|(other, ..)| *other == key);
            let name = match known {
                Some((_, _, name)) => name.clone(),
                None => {
                    let name = self.element_name(leaf, &operands);
                    operands.push((key, reference, name.clone()));
                    name
                }
            };
            body.insert(leaf, name);
        }
        let references = operands.iter().map(|(_, reference, _)| reference);
        let names = operands.iter().map(|(_, _, name)| name);
        let outer = self.body.replace(Some(body));
        let formula = if expand {
            self.definition(value, None).tokens()
        } else {
            self.value(value).tokens()
        };
        self.body.replace(outer);
        (quote!((#(#references,)*)), quote!(|#(#names),*| #formula))
    }

    /// The values that a loop reads: those of unknown type which are not computed in it.
    fn leaves(&self, value: Value, expand: bool, found: &mut Vec<Value>) {
        let graph = &self.derivative.graph;
        let node = &graph[value];
        match &node.op {
            Op::Row(row, args) if expand && row.is_elementwise() && node.ty == Ty::Other => {
                for (&arg, kind) in args.iter().zip(row.operands) {
                    if *kind != Kind::Plain {
                        self.leaves(arg, self.plan.is_inline(arg), found);
                    }
                }
            }
            _ if !node.ty.is_float() && !found.contains(&value) => found.push(value),
            _ => {}
        }
    }

    fn element_name(&self, leaf: Value, operands: &[(String, TokenStream, Ident)]) -> Ident {
        let graph = &self.derivative.graph;
        let own = match &graph[leaf].op {
            Op::Project(_, Projection::Field(syn::Member::Named(name))) => Some(name.to_string()),
            Op::Deref(inner) if matches!(graph[*inner].op, Op::Param(_)) => {
                Some(self.variable(*inner).to_string())
            }
            Op::AdjointOf(root) => Some(self.adjoint(*root).to_string()),
            Op::Project(..) | Op::Literal(_) | Op::Rust(_) => None,
            _ => Some(self.variable(leaf).to_string()),
        };
        let wish = own.unwrap_or_else(|| "element".into());
        let is_used = |name: &str| operands.iter().any(|(_, _, other)| other == name);
        let is_made_up = matches!(
            graph[leaf].op,
            Op::Project(..) | Op::Literal(_) | Op::Rust(_)
        );
        if !(is_used(&wish) || is_made_up && self.names.is_given(&wish)) {
            return self.names.ident(&wish);
        }
        loop {
            let name = self.names.fresh(&wish);
            if !is_used(&name) {
                return ident(&name);
            }
        }
    }
}
