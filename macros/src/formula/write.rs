//! From values of the IR to expressions.

use super::algebra::Style;
use super::cells::Cells;
use super::expr::Expr;
use super::facts::Facts;
use super::letters;
use super::names::Names;
use super::print::Printer;
use super::snippet;
use crate::ir::{Op, Projection, Value};
use crate::parse::spelling;
use crate::rules::Kind;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::Member;

pub(super) struct Writer<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) names: &'a Names,
    pub(super) cells: &'a Cells,
    pub(super) style: Style,
}

impl Writer<'_> {
    /// A value where it is used: its name, or what it is.
    pub(super) fn refer(&self, value: Value) -> Expr {
        let value = self.facts.canon(value);
        if let Some(text) = self.names.of(value) {
            return Expr::Atom {
                text: text.to_owned(),
                array: self.facts.is_array(value),
            };
        }
        if let Some((negative, owner)) = self.names.symbol(value) {
            let adjoint = self.adjoint(owner);
            return if negative {
                self.style.neg(adjoint)
            } else {
                adjoint
            };
        }
        self.define(value)
    }

    /// ∂L/∂v
    pub(super) fn adjoint(&self, value: Value) -> Expr {
        let value = self.facts.canon(value);
        let of = match self.refer(value) {
            Expr::Atom { text, .. } => text,
            other => Printer { objective: "" }.text(&other),
        };
        Expr::Adjoint {
            of,
            array: self.facts.is_array(value),
        }
    }

    /// The cotangent of an output.
    fn cotangent(&self, index: usize) -> Expr {
        let output = &self.names.outputs[index];
        Expr::Adjoint {
            of: output.text.clone(),
            array: self.facts.is_array(output.value),
        }
    }

    /// What a value is, in terms of others.
    pub(super) fn define(&self, value: Value) -> Expr {
        let value = self.facts.canon(value);
        if self.facts.derivative.cotangent == Some(value) && !self.names.is_tuple {
            return self.cotangent(0);
        }
        if let Some((branch, index)) = self.facts.branches.get(&value) {
            let is_forward = self.facts.is_forward(value);
            let [then, otherwise] = branch.arms().map(|arm| {
                let value = arm.yields[*index];
                if is_forward {
                    self.refer(value)
                } else {
                    self.total(value)
                }
            });
            // An arm that panics has no value to show.
            return match branch
                .arms()
                .map(|arm| self.facts.panics(arm.yields[*index]))
            {
                [true, false] => otherwise,
                [false, true] => then,
                _ => Expr::choice(self.refer(branch.cond), then, otherwise),
            };
        }
        if let Some(call) = self.facts.calls.get(&value) {
            let args = call.args.iter().map(|arg| self.refer(*arg)).collect();
            return Expr::Call(last_name(&call.path), args);
        }
        match self.facts.op(value) {
            Op::Literal(text) => self.literal(value, text),
            Op::Row(row, args) => self.row(row, args),
            Op::Project(base, projection) => self.part(*base, projection),
            Op::Tuple(parts) => Expr::Call(String::new(), self.all(parts)),
            Op::Struct(construction) => {
                let fields = construction
                    .fields
                    .iter()
                    .map(|(_, field)| self.refer(*field));
                let rest = construction.rest.map(|rest| {
                    let rest = Box::new(self.refer(rest));
                    Expr::Infix(Box::new(Expr::name("rest")), "of", rest)
                });
                let fields = fields.chain(rest);
                Expr::Call(snippet::as_written(&construction.path), fields.collect())
            }
            Op::Array(parts) | Op::Vec(parts) => Expr::Fenced('[', self.all(parts), ']'),
            Op::Repeat { element, count, .. } => {
                let [element, count] = [element, count].map(|part| Box::new(self.refer(*part)));
                Expr::Fenced('[', vec![Expr::Infix(element, "×", count)], ']')
            }
            Op::Total(list, _) => self.prefix("Σ", self.refer(*list)),
            Op::Rust(code) => {
                let resolve = |ident: &Ident| {
                    let name = spelling(ident);
                    let (_, used) = code.uses.iter().find(|(known, _)| *known == name)?;
                    let is_float = self.facts.graph[*used].ty.peeled().is_float();
                    Some((self.staged(value, self.refer(*used), *used), is_float))
                };
                snippet::expression(&code.tokens, &resolve, self.names.e_is_taken)
            }
            Op::SumTo(summed, like) => {
                let word = self.facts.sum(*summed, *like).unwrap_or("Σ");
                self.prefix(word, self.refer(*summed))
            }
            Op::Ref(inner)
            | Op::Deref(inner)
            | Op::Cast(inner)
            | Op::Boxed(inner)
            | Op::Some(inner)
            | Op::Unwrap(inner) => self.refer(*inner),
            Op::Cell(inner) => self.refer(*inner),
            Op::Load(place) | Op::Fixed(place, _) => self.staged(value, self.refer(*place), *place),
            Op::Length(_) => Expr::name("length"),
            Op::AdjointOf(root) if self.is_output(*root) => Expr::number("1"),
            Op::AdjointOf(place) => self.adjoint(*place),
            Op::ReadAdjoint(place) | Op::TakeAdjoint(place) => {
                self.staged(value, self.adjoint(*place), *place)
            }
            Op::PopAdjoint(place) => marked(self.adjoint(*place), "[last]"),
            Op::Without(tangent, members) => {
                let names: Vec<String> = members
                    .iter()
                    .map(|member| letters::identifier(&member.to_token_stream().to_string()))
                    .collect();
                let inner = Box::new(self.refer(*tangent));
                Expr::Suffix(inner, format!(" without {}", names.join(", ")))
            }
            Op::ShapeOf(_) => unreachable!("formulas are written of what is not planned yet"),
            Op::ZeroLike(_) => Expr::zero(),
            Op::None => Expr::name("none"),
            Op::IsNone(inner) => {
                Expr::Relation(vec![self.refer(*inner), Expr::name("none")], vec!["="])
            }
            Op::Param(_) | Op::Result | Op::Error => Expr::name("?"),
        }
    }

    /// A variable that changes in place, as a value reads it.
    fn staged(&self, reader: Value, expr: Expr, place: Value) -> Expr {
        let marks = self.cells.marks(reader, self.facts.graph.root(place));
        marked(expr, &marks)
    }

    /// An adjoint as a sum over the uses of its value, the first use first.
    pub(super) fn define_total(&self, total: Value) -> Expr {
        let total = self.facts.canon(total);
        if self.facts.is_forward(total) {
            return self.refer(total);
        }
        let mut contributions = Vec::new();
        let mut rest = total;
        while let Op::Row(row, args) = self.facts.op(rest)
            && let ("+" | "-", [first, last]) = (row.name, args.as_slice())
            && (rest == total || self.names.symbol(rest).is_none())
            && !self.facts.is_forward(rest)
            && self.facts.graph.literal_of(*first) != Some(1.0)
        {
            let last = self.contribution(*last);
            contributions.push(if row.name == "-" {
                self.style.neg(last)
            } else {
                last
            });
            rest = self.facts.canon(*first);
        }
        contributions.push(match (rest == total, self.facts.op(rest)) {
            (false, _) => self.contribution(rest),
            // The adjoint of this very value stands behind the minus.
            (true, Op::Row(row, args)) if row.name == "neg" => {
                self.style.neg(self.define_total(args[0]))
            }
            (true, _) => self.product(rest),
        });
        match contributions.len() {
            1 => contributions.remove(0),
            _ => self.style.sum(contributions),
        }
    }

    /// An adjoint by its symbol, or what it is.
    pub(super) fn total(&self, total: Value) -> Expr {
        let total = self.facts.canon(total);
        if self.facts.is_forward(total) {
            return self.leftmost(total);
        }
        match self.names.symbol(total) {
            Some(_) => self.refer(total),
            None => self.define_total(total),
        }
    }

    /// What one use gives to an adjoint.
    pub(super) fn contribution(&self, value: Value) -> Expr {
        let value = self.facts.canon(value);
        if self.names.symbol(value).is_some() || self.facts.is_forward(value) {
            return self.refer(value);
        }
        self.product(value)
    }

    /// A rule multiplies the cotangent from the right: what stands leftmost is an adjoint, even where it is a value of
    /// the forward sweep, too.
    fn product(&self, value: Value) -> Expr {
        let Op::Row(row, args) = self.facts.op(value) else {
            return self.define(value);
        };
        match (row.name, args.as_slice()) {
            ("*", [left, right]) => self.style.mul(self.leftmost(*left), self.refer(*right)),
            ("/", [left, right]) => self.style.div(self.leftmost(*left), self.refer(*right)),
            ("neg", [inner]) => self.style.neg(self.contribution(*inner)),
            _ => self.define(value),
        }
    }

    fn leftmost(&self, value: Value) -> Expr {
        let value = self.facts.canon(value);
        if !self.facts.is_forward(value) {
            return self.contribution(value);
        }
        let owners = self.facts.owners.get(&value).map_or(&[][..], Vec::as_slice);
        let is_inner = |owner: &Value| {
            !matches!(self.facts.op(*owner), Op::Param(_)) && !self.names.is_shared(*owner)
        };
        let mut inner = owners.iter().copied().filter(is_inner);
        match (inner.next(), inner.next()) {
            (Some(owner), second)
                if (owner == value || second.is_none())
                    && self.names.of(owner).is_some()
                    && self.facts.is_outermost(owner) =>
            {
                self.adjoint(owner)
            }
            _ => self.refer(value),
        }
    }

    fn all(&self, values: &[Value]) -> Vec<Expr> {
        values.iter().map(|value| self.refer(*value)).collect()
    }

    /// Whether the adjoint of a value is 1: it is the value of the scalar function.
    pub(super) fn is_output(&self, value: Value) -> bool {
        let is_scalar = self.facts.derivative.cotangent.is_none();
        is_scalar
            && self
                .names
                .outputs
                .iter()
                .any(|output| output.value == value && !output.is_alias)
    }

    fn prefix(&self, word: &str, inner: Expr) -> Expr {
        match inner.inlined() {
            Expr::Neg(inner) => Expr::Neg(Box::new(Expr::Prefix(word.to_owned(), inner))),
            inner => Expr::Prefix(word.to_owned(), Box::new(inner)),
        }
    }

    fn literal(&self, value: Value, text: &str) -> Expr {
        if self.facts.is_forward(value) {
            // What a sum begins with has no sign for a reader.
            let text = if text == "-0.0" { "0" } else { text };
            return Expr::Number(letters::literal(text));
        }
        constant(text)
    }

    fn row(&self, row: &crate::rules::Row, args: &[Value]) -> Expr {
        let operands = args
            .iter()
            .zip(row.operands)
            .map(|(&arg, kind)| match kind {
                _ if row.name == "powf" && self.facts.graph.is_literal(arg) => self.exponent(arg),
                Kind::Passive => self.refer(
                    self.facts
                        .shaped_like(arg, |value| self.names.of(value).is_some()),
                ),
                _ => self.refer(arg),
            });
        snippet::row_of(row, operands.collect(), self.style, self.names.e_is_taken)
    }

    /// The exponent of a power, in decimals.
    fn exponent(&self, literal: Value) -> Expr {
        match self.facts.op(literal) {
            Op::Literal(text) => match text.strip_prefix('-') {
                Some(positive) => Expr::Neg(Box::new(Expr::Number(letters::literal(positive)))),
                None => Expr::Number(letters::literal(text)),
            },
            _ => self.refer(literal),
        }
    }

    /// The list that a value is a part of, and where it begins.
    fn range_of(&self, value: Value) -> Option<(Value, Option<Value>)> {
        let graph = self.facts.graph;
        let Op::Project(list, Projection::Index(range)) = self.facts.op(graph.behind_refs(value))
        else {
            return None;
        };
        let Op::Rust(snippet) = self.facts.op(*range) else {
            return None;
        };
        let start = snippet
            .uses
            .iter()
            .find(|(name, _)| crate::parse::plain(name) == "start");
        let begins = snippet.tokens.to_string();
        let is_known = start.is_some() || begins.trim_start().starts_with("..");
        (graph[*range].ty == crate::ir::Ty::Range && is_known)
            .then(|| (*list, start.map(|(_, value)| *value)))
    }

    fn part(&self, base: Value, projection: &Projection) -> Expr {
        let is_cotangent = self.facts.derivative.cotangent == Some(self.facts.canon(base));
        match projection {
            Projection::Field(Member::Unnamed(index))
                if is_cotangent
                    && self.names.is_tuple
                    && (index.index as usize) < self.names.outputs.len() =>
            {
                self.cotangent(index.index as usize)
            }
            Projection::Unboxed => self.refer(base),
            Projection::Variant(field) if crate::variants::is_some(&field.path) => self.refer(base),
            Projection::Variant(field) => {
                self.place(base, |base| snippet::place_field(base, &field.member))
            }
            Projection::Field(member) => match self.named_part(base, member) {
                Some(name) => Expr::name(name),
                None => self.place(base, |base| snippet::place_field(base, member)),
            },
            Projection::Index(index) if self.range_of(base).is_some() => {
                // An element of a part of a list, by its place in the list.
                let (list, start) = self.range_of(base).expect("checked");
                let index = self.refer(*index);
                let index = match start {
                    Some(_) if index == Expr::number("0") => self.refer(start.expect("matched")),
                    Some(start) => self.style.add(self.refer(start), index),
                    None => index,
                };
                self.place(list, |list| {
                    snippet::place_element(list, index.clone(), false)
                })
            }
            Projection::Index(index) => {
                let is_element = matches!(
                    self.facts.op(self.facts.canon(base)),
                    Op::Project(_, Projection::Index(_))
                );
                self.place(base, |base| {
                    snippet::place_element(base, self.refer(*index), is_element)
                })
            }
        }
    }

    /// A part of a value, or of its adjoint: that of ∂L/∂x is ∂L/∂x.f.
    fn place(&self, base: Value, part: impl Fn(Expr) -> Expr) -> Expr {
        match self.refer(base) {
            Expr::Adjoint { of, array } => Expr::Adjoint {
                of: Printer { objective: "" }.text(&part(Expr::name(of))),
                array,
            },
            base => part(base),
        }
    }

    /// The name that the pattern of a parameter gives to a part of it.
    fn named_part(&self, base: Value, member: &Member) -> Option<&str> {
        let mut path = member.to_token_stream().to_string();
        let mut value = self.facts.canon(base);
        while let Op::Project(base, Projection::Field(member)) = self.facts.op(value) {
            path = format!("{}.{path}", member.to_token_stream());
            value = self.facts.canon(*base);
        }
        self.names.of_part(value, path)
    }
}

/// A name with marks behind it: s⁺.
pub(super) fn marked(expr: Expr, marks: &str) -> Expr {
    match expr {
        Expr::Atom { text, array } => Expr::Atom {
            text: text + marks,
            array,
        },
        Expr::Adjoint { of, array } => Expr::Adjoint {
            of: of + marks,
            array,
        },
        other => other,
    }
}

/// The name of a function, without the modules it is in.
pub(super) fn last_name(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|segment| {
            segment
                .ident
                .to_string()
                .trim_start_matches("r#")
                .to_owned()
        })
        .unwrap_or_default()
}

/// A number that a rule of the table brings.
fn constant(text: &str) -> Expr {
    let style = Style::Tidy;
    let number: f64 = text.parse().unwrap_or(f64::NAN);
    let name = |word: &str| Expr::name(word);
    let log = |of: &str| Expr::Prefix("ln".into(), Box::new(Expr::number(of)));
    let known = [
        (std::f64::consts::LN_2, log("2")),
        (std::f64::consts::LN_10, log("10")),
        (
            std::f64::consts::PI / 180.0,
            style.div(name("π"), Expr::number("180")),
        ),
        (
            180.0 / std::f64::consts::PI,
            style.div(Expr::number("180"), name("π")),
        ),
    ];
    if let Some((_, expr)) = known.into_iter().find(|(value, _)| *value == number) {
        return expr;
    }
    let inverse = 1.0 / number;
    if number < 0.0 {
        style.neg(constant(&(-number).to_string()))
    } else if number < 1.0 && inverse.fract() == 0.0 && number > 0.0 && inverse < 1e6 {
        style.div(Expr::number("1"), Expr::Number(inverse.to_string()))
    } else {
        Expr::Number(letters::literal(text))
    }
}
