//! What a row of the table is, and the symbolic expressions its adjoints are written in.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// How a primitive is written in the generated Rust.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// `a + b`
    Infix,
    /// `-a`
    Prefix,
    /// `a.sin()`
    Method,
    /// `rt::sign(a)`, a function of the runtime
    Function,
}

/// What an operand of a primitive is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A float or a tensor, through which a derivative may flow.
    Active,
    /// A float or a tensor that only lends its value or shape.
    Passive,
    /// An integer, a list of integers: never active.
    Plain,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// Acts on each element alone; broadcasts; fuses.
    Elementwise(Adjoints),
    /// Acts on a tensor as a whole.
    Structural(Adjoints),
    /// The derivative is zero wherever it exists; says why.
    Flat(&'static str),
    /// Made by other rows; not yet differentiable itself.
    Adjoint { elementwise: bool },
}

/// From the cotangent of the result, the operands and the result to the contribution to each active operand.
pub(crate) type Adjoints = fn(g: Sym, x: &[Sym], y: Sym) -> Vec<Sym>;

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    pub(crate) operands: &'static [Kind],
    pub(crate) rule: Rule,
    /// Where the rule is sampled by the test that walks the table: an interval for each float operand.
    pub(crate) domain: &'static [(f64, f64)],
    /// How textbooks write it: `{0}` and `{1}` stand for operands; empty for `name(operands)`.
    pub(crate) notation: &'static str,
}

impl PartialEq for Row {
    fn eq(&self, other: &Row) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Row {
    pub(crate) fn is_elementwise(&self) -> bool {
        matches!(
            self.rule,
            Rule::Elementwise(_) | Rule::Flat(_) | Rule::Adjoint { elementwise: true }
        )
    }

    pub(crate) fn adjoints(&self) -> Option<Adjoints> {
        match self.rule {
            Rule::Elementwise(adjoints) | Rule::Structural(adjoints) => Some(adjoints),
            Rule::Flat(_) | Rule::Adjoint { .. } => None,
        }
    }
}

/// An expression over the cotangent, the operands and the result of a row.
#[derive(Clone, Debug)]
pub(crate) enum Sym {
    /// The cotangent of the result.
    Cotangent,
    Operand(usize),
    /// The result itself.
    Result,
    Literal(f64),
    Apply(&'static str, Vec<Sym>),
    /// No contribution: for a plain operand, or where the derivative is zero.
    Nothing,
}

impl Sym {
    pub(crate) fn apply(name: &'static str, operands: impl Into<Vec<Sym>>) -> Sym {
        Sym::Apply(name, operands.into())
    }
}

impl From<f64> for Sym {
    fn from(value: f64) -> Sym {
        Sym::Literal(value)
    }
}

macro_rules! infix {
    ($($trait:ident $method:ident $name:literal)*) => {$(
        impl<S: Into<Sym>> $trait<S> for Sym {
            type Output = Sym;
            fn $method(self, other: S) -> Sym {
                Sym::apply($name, [self, other.into()])
            }
        }
        impl $trait<Sym> for f64 {
            type Output = Sym;
            fn $method(self, other: Sym) -> Sym {
                Sym::apply($name, [self.into(), other])
            }
        }
    )*};
}

infix!(Add add "+" Sub sub "-" Mul mul "*" Div div "/");

impl Neg for Sym {
    type Output = Sym;
    fn neg(self) -> Sym {
        Sym::apply("neg", [self])
    }
}
