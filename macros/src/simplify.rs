//! Named identities, applied where a node is made. Each holds for every finite and non-finite operand: `0·x`, `x − x`
//! and the like are left alone, since they would hide a NaN.

use crate::ir::{FloatTy, Graph, Op, Stmt, Ty, Value};
use crate::rules::{self, Row};
use proc_macro2::Span;

/// Makes nodes in a graph, and the statements that compute them.
pub(crate) struct Builder<'a> {
    pub(crate) graph: &'a mut Graph,
    pub(crate) stmts: &'a mut Vec<Stmt>,
}

impl Builder<'_> {
    pub(crate) fn node(&mut self, op: Op, ty: Ty, span: Span) -> Value {
        let value = self.graph.add(op, ty, false, span);
        self.stmts.push(Stmt::Let(value));
        value
    }

    pub(crate) fn literal(&mut self, number: f64, span: Span) -> Value {
        let text = format!("{number:?}");
        self.node(Op::Literal(text), Ty::Float(FloatTy::Inferred), span)
    }

    /// A literal beside `like`, whose generic type nothing else would give it.
    pub(crate) fn literal_like(&mut self, number: f64, like: Value, span: Span) -> Value {
        let literal = self.literal(number, span);
        if let ty @ Ty::Float(FloatTy::Generic(_)) = &self.graph[like].ty {
            self.graph[literal].ty = ty.clone();
        }
        literal
    }

    pub(crate) fn apply(&mut self, name: &str, args: Vec<Value>, span: Span) -> Value {
        self.row(rules::row(name), args, span)
    }

    pub(crate) fn row(&mut self, row: &'static Row, args: Vec<Value>, span: Span) -> Value {
        if let Some(simpler) = self.simpler(row, &args, span) {
            return simpler;
        }
        let ty = result_ty(self.graph, row, &args);
        self.node(Op::Row(row, args), ty, span)
    }

    fn simpler(&mut self, row: &'static Row, args: &[Value], span: Span) -> Option<Value> {
        match (row.name, args) {
            ("*", &[a, b]) => self
                .one_times(a, b)
                .or_else(|| self.one_times(b, a))
                .or_else(|| self.literal_product(a, b, span))
                .or_else(|| self.negation_out_of_product(a, b, span)),
            ("/", &[a, b]) if self.graph.literal_of(b) == Some(1.0) => Some(a),
            ("neg", &[x]) => self.negation_of_negation(x),
            ("+", &[a, b]) => self.sum_with_negation(a, b, span),
            ("powi_slope", &[x, n]) => self.literal_power(x, n, span),
            ("powf_slope", &[a, b]) => self.literal_exponent(a, b, span),
            _ => None,
        }
    }

    /// 1·b = b
    fn one_times(&mut self, a: Value, b: Value) -> Option<Value> {
        (self.graph.literal_of(a) == Some(1.0)).then_some(b)
    }

    /// c₁·(c₂·x) = (c₁c₂)·x for powers of two, whose products are exact
    fn literal_product(&mut self, a: Value, b: Value, span: Span) -> Option<Value> {
        let outer = self.graph.literal_of(a)?;
        let (inner, rest) = match &self.graph[b].op {
            Op::Literal(_) => (self.graph.literal_of(b)?, None),
            Op::Row(row, args) if row.name == "*" => {
                (self.graph.literal_of(args[0])?, Some(args[1]))
            }
            _ => return None,
        };
        if !(is_power_of_two(outer) && is_power_of_two(inner)) {
            return None;
        }
        let product = self.literal_like(outer * inner, a, span);
        match rest {
            Some(rest) => Some(self.apply("*", vec![product, rest], span)),
            None => Some(product),
        }
    }

    /// a·(−b) = −(a·b)
    fn negation_out_of_product(&mut self, a: Value, b: Value, span: Span) -> Option<Value> {
        let (a, b) = match (self.negated(a), self.negated(b)) {
            (Some(inner), _) => (inner, b),
            (None, Some(inner)) => (a, inner),
            (None, None) => return None,
        };
        let product = self.apply("*", vec![a, b], span);
        Some(self.apply("neg", vec![product], span))
    }

    /// −(−x) = x
    fn negation_of_negation(&mut self, x: Value) -> Option<Value> {
        self.negated(x)
    }

    /// a + (−b) = a − b
    fn sum_with_negation(&mut self, a: Value, b: Value, span: Span) -> Option<Value> {
        let b = self.negated(b)?;
        Some(self.apply("-", vec![a, b], span))
    }

    /// d xⁿ/dx for a literal n: 1, 2·x, n·xⁿ⁻¹
    fn literal_power(&mut self, x: Value, n: Value, span: Span) -> Option<Value> {
        let n: i32 = match &self.graph[n].op {
            Op::Rust(snippet) => snippet.tokens.to_string().replace(' ', "").parse().ok()?,
            _ => return None,
        };
        if n == 0 || n == i32::MIN {
            return None;
        }
        let power = match n - 1 {
            0 => return Some(self.literal_like(1.0, x, span)),
            1 => x,
            less => {
                let exponent = self.integer(less, span);
                self.apply("powi", vec![x, exponent], span)
            }
        };
        let factor = self.literal_like(f64::from(n), x, span);
        Some(self.apply("*", vec![factor, power], span))
    }

    /// d xᵇ/dx for a literal b ≠ 0: b·xᵇ⁻¹
    fn literal_exponent(&mut self, a: Value, b: Value, span: Span) -> Option<Value> {
        let exponent = self
            .graph
            .literal_of(b)
            .filter(|exponent| *exponent != 0.0)?;
        let power = match exponent {
            1.0 => return Some(self.literal_like(1.0, a, span)),
            2.0 => a,
            _ => {
                let less = self.literal_like(exponent - 1.0, a, span);
                self.apply("powf", vec![a, less], span)
            }
        };
        Some(self.apply("*", vec![b, power], span))
    }

    fn negated(&self, value: Value) -> Option<Value> {
        match &self.graph[value].op {
            Op::Row(row, args) if row.name == "neg" => Some(args[0]),
            _ => None,
        }
    }

    fn integer(&mut self, number: i32, span: Span) -> Value {
        let literal = proc_macro2::Literal::i32_unsuffixed(number.saturating_abs());
        let tokens = if number < 0 {
            quote::quote!(-#literal)
        } else {
            quote::quote!(#literal)
        };
        let snippet = crate::ir::Snippet {
            tokens,
            uses: Vec::new(),
            repeatable: true,
        };
        self.node(Op::Rust(snippet), Ty::Int, span)
    }
}

fn is_power_of_two(number: f64) -> bool {
    let positive = number.abs();
    (1.0 / 1024.0..=1024.0).contains(&positive) && positive.log2().fract() == 0.0
}

/// What is known of the result of a row: a float when every float operand is one.
pub(crate) fn result_ty(graph: &Graph, row: &Row, args: &[Value]) -> Ty {
    if !row.is_elementwise() {
        return Ty::Other;
    }
    args.iter()
        .zip(row.operands)
        .filter(|(_, kind)| **kind != crate::rules::Kind::Plain)
        .map(|(&arg, _)| graph[arg].ty.clone())
        .reduce(|a, b| a.join(&b))
        .unwrap_or(Ty::Other)
}
