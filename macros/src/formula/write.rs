//! From values of the IR to expressions.

use super::cells::Cells;
use super::expr::{Expr, Style};
use super::facts::Facts;
use super::letters;
use super::names::Names;
use super::snippet;
use crate::ir::{Op, Projection, Value};
use crate::rules::Kind;

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
            other => super::print::Printer { objective: "" }.text(&other),
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
        if self.facts.derivative.cotangent == Some(value) && self.names.outputs.len() == 1 {
            return self.cotangent(0);
        }
        if let Some((branch, index)) = self.facts.branches.get(&value) {
            let [then, otherwise] = branch.arms().map(|arm| {
                let value = arm.yields[*index];
                Box::new(if self.facts.is_forward(value) {
                    self.refer(value)
                } else {
                    self.total(value)
                })
            });
            return Expr::Choice {
                cond: Box::new(self.refer(branch.cond)),
                then,
                otherwise,
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
                Expr::Call(
                    crate::parse::signature::compact(&construction.path),
                    fields.collect(),
                )
            }
            Op::Array(parts) => Expr::Fenced('[', self.all(parts), ']'),
            Op::Rust(code) => {
                let resolve = |name: &str| {
                    let (_, used) = code.uses.iter().find(|(known, _)| known == name)?;
                    Some(self.staged(value, self.refer(*used), *used))
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
            | Op::Some(inner)
            | Op::Unwrap(inner) => self.refer(*inner),
            Op::Cell(inner) => self.refer(*inner),
            Op::Load(place) => self.staged(value, self.refer(*place), *place),
            Op::AdjointOf(root) if self.is_output(*root) => Expr::number("1"),
            Op::AdjointOf(place) => self.adjoint(*place),
            Op::ReadAdjoint(place) | Op::TakeAdjoint(place) => {
                self.staged(value, self.adjoint(*place), *place)
            }
            Op::PopAdjoint(place) => marked(self.adjoint(*place), "[last]"),
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
            && !self.facts.graph.is_literal(*first)
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
        // z may be its own adjoint, as in z²/2.
        if self.facts.totals.get(&total) == Some(&total) && self.names.of(total).is_some() {
            return self.adjoint(total);
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
        let is_param = |owner: &Value| matches!(self.facts.op(*owner), Op::Param(_));
        let mut inner = owners.iter().copied().filter(|owner| !is_param(owner));
        match (inner.next(), inner.next()) {
            (Some(owner), second) if owner == value || second.is_none() => {
                match self.names.of(owner) {
                    Some(_) if !is_param(&owner) => self.adjoint(owner),
                    _ => self.refer(value),
                }
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

    fn part(&self, base: Value, projection: &Projection) -> Expr {
        let is_cotangent = self.facts.derivative.cotangent == Some(self.facts.canon(base));
        match projection {
            Projection::Field(syn::Member::Unnamed(index))
                if is_cotangent
                    && (index.index as usize) < self.names.outputs.len()
                    && self.names.outputs.len() > 1 =>
            {
                self.cotangent(index.index as usize)
            }
            Projection::Field(member) => match self.refer(base) {
                Expr::Adjoint { of, array } => Expr::Adjoint {
                    of: format!(
                        "{of}.{}",
                        letters::identifier(&quote::ToTokens::to_token_stream(member).to_string())
                    ),
                    array,
                },
                base => snippet::place_field(base, member),
            },
            Projection::Index(index) => match self.refer(base) {
                Expr::Adjoint { of, array } => {
                    let place = snippet::place_element(Expr::name(of), self.refer(*index));
                    Expr::Adjoint {
                        of: super::print::Printer { objective: "" }.text(&place),
                        array,
                    }
                }
                base => snippet::place_element(base, self.refer(*index)),
            },
        }
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
