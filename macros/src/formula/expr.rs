//! Mathematical expressions, for reading: what a formula is made of, and the arithmetic that keeps it short.

use std::cmp::Ordering;

/// An expression. Whether a leaf is an array decides only how products with it are written.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Expr {
    /// A name, or anything else that stands for itself.
    Atom {
        text: String,
        array: bool,
    },
    /// A literal that is not negative.
    Number(String),
    /// ∂L/∂v, by the name of v.
    Adjoint {
        of: String,
        array: bool,
    },
    /// ∂g/∂a, of a nested call.
    Partial {
        text: String,
        array: bool,
    },
    Sum(Vec<Expr>),
    Neg(Box<Expr>),
    /// Factors above and below the line; elementwise where they are arrays.
    Product {
        over: Vec<Expr>,
        under: Vec<Expr>,
    },
    /// Matrix products, in order.
    Matmul(Vec<Expr>),
    Power(Box<Expr>, Box<Expr>),
    Transposed(Box<Expr>),
    /// `ln x`, `√x`, `Σ x`
    Prefix(String, Box<Expr>),
    /// `f(a, b)`; a tuple has no name.
    Call(String, Vec<Expr>),
    /// `|x|`, `‖x‖`, `[a > b]`, `⟨a, b⟩`, `[1, 2]`
    Fenced(char, Vec<Expr>, char),
    /// Iverson's bracket around the condition of a branch.
    Guard(Box<Expr>),
    /// `a > b`, `a < b < c`
    Relation(Vec<Expr>, Vec<&'static str>),
    /// An operator without arithmetic of its own.
    Infix(Box<Expr>, &'static str, Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// `x.f`, `x[i]`, `x.len()`: something that binds tightly, behind a value.
    Suffix(Box<Expr>, String),
    /// One of two, by a condition.
    Choice {
        cond: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// The sum over the iterations of a loop, by the name of its index.
    Iterations(String, Box<Expr>),
}

impl Expr {
    pub(super) fn name(text: impl Into<String>) -> Expr {
        Expr::Atom {
            text: text.into(),
            array: false,
        }
    }

    pub(super) fn number(text: &str) -> Expr {
        Expr::Number(text.to_owned())
    }

    pub(super) fn zero() -> Expr {
        Expr::number("0")
    }

    pub(super) fn is_zero(&self) -> bool {
        matches!(self, Expr::Number(text) if text == "0")
    }

    pub(super) fn is_one(&self) -> bool {
        matches!(self, Expr::Number(text) if text == "1")
    }

    pub(super) fn is_array(&self) -> bool {
        match self {
            Expr::Atom { array, .. }
            | Expr::Adjoint { array, .. }
            | Expr::Partial { array, .. } => *array,
            Expr::Number(_) | Expr::Guard(_) => false,
            Expr::Sum(terms) => terms.iter().any(Expr::is_array),
            Expr::Product { over, under } => over.iter().chain(under).any(Expr::is_array),
            Expr::Matmul(_) | Expr::Transposed(_) => true,
            Expr::Neg(inner)
            | Expr::Power(inner, _)
            | Expr::Suffix(inner, _)
            | Expr::Not(inner) => inner.is_array(),
            Expr::Iterations(_, inner) => inner.is_array(),
            Expr::Prefix(word, inner) => {
                !matches!(word.as_str(), "Σ" | "mean" | "max" | "min") && inner.is_array()
            }
            Expr::Fenced('‖' | '⟨', ..) => false,
            Expr::Call(_, parts)
            | Expr::Fenced(_, parts, _)
            | Expr::Relation(parts, _)
            | Expr::And(parts)
            | Expr::Or(parts) => parts.iter().any(Expr::is_array),
            Expr::Infix(a, _, b) => a.is_array() || b.is_array(),
            Expr::Choice {
                then, otherwise, ..
            } => then.is_array() || otherwise.is_array(),
        }
    }

    /// (A·Bᵀ)ᵀ is B·Aᵀ.
    pub(super) fn transposed(self) -> Expr {
        let is_transposed = |factor: &Expr| matches!(factor, Expr::Transposed(_));
        match self {
            Expr::Transposed(inner) => *inner,
            Expr::Matmul(factors) if factors.iter().any(is_transposed) => {
                Expr::Matmul(factors.into_iter().rev().map(Expr::transposed).collect())
            }
            other => Expr::Transposed(Box::new(other)),
        }
    }

    /// The number of names, numbers and functions in it.
    pub(super) fn size(&self) -> usize {
        let all = |parts: &[Expr]| parts.iter().map(Expr::size).sum::<usize>();
        match self {
            Expr::Atom { .. } | Expr::Number(_) | Expr::Adjoint { .. } | Expr::Partial { .. } => 1,
            Expr::Sum(parts)
            | Expr::Matmul(parts)
            | Expr::Fenced(_, parts, _)
            | Expr::Relation(parts, _)
            | Expr::And(parts)
            | Expr::Or(parts) => all(parts),
            Expr::Product { over, under } => all(over) + all(under),
            Expr::Call(_, args) => 1 + all(args),
            Expr::Neg(inner) | Expr::Transposed(inner) | Expr::Guard(inner) | Expr::Not(inner) => {
                inner.size()
            }
            Expr::Prefix(_, inner) | Expr::Suffix(inner, _) | Expr::Iterations(_, inner) => {
                1 + inner.size()
            }
            Expr::Power(a, b) | Expr::Infix(a, _, b) => a.size() + b.size(),
            Expr::Choice {
                cond,
                then,
                otherwise,
            } => cond.size() + then.size() + otherwise.size(),
        }
    }

    /// The condition that holds when this one does not.
    pub(super) fn negated(self) -> Expr {
        match self {
            Expr::Not(inner) => *inner,
            Expr::Relation(sides, operators) if operators.len() == 1 => {
                let opposite = match operators[0] {
                    "<" => "≥",
                    "≤" => ">",
                    ">" => "≤",
                    "≥" => "<",
                    "=" => "≠",
                    "≠" => "=",
                    "∈" => "∉",
                    _ => "∈",
                };
                Expr::Relation(sides, vec![opposite])
            }
            Expr::And(parts) if parts.iter().all(is_simple) => {
                Expr::Or(parts.into_iter().map(Expr::negated).collect())
            }
            Expr::Or(parts) if parts.iter().all(is_simple) => {
                Expr::And(parts.into_iter().map(Expr::negated).collect())
            }
            other => Expr::Not(Box::new(other)),
        }
    }
}

/// Whether a condition has a shorter opposite than its negation.
fn is_simple(cond: &Expr) -> bool {
    matches!(cond, Expr::Not(_))
        || matches!(cond, Expr::Relation(_, operators) if operators.len() == 1)
}

/// How many terms back an equal one is looked for.
const NEAR: usize = 8;

/// How expressions are put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// Factors and signs stay where the user put them.
    AsWritten,
    /// Signs and numbers come to the front, fractions become one.
    Tidy,
}

impl Style {
    fn is_tidy(self) -> bool {
        self == Style::Tidy
    }

    pub(super) fn add(self, a: Expr, b: Expr) -> Expr {
        self.sum(vec![a, b])
    }

    pub(super) fn sub(self, a: Expr, b: Expr) -> Expr {
        let b = if self.is_tidy() {
            self.neg(b)
        } else {
            Expr::Neg(Box::new(b))
        };
        self.sum(vec![a, b])
    }

    pub(super) fn neg(self, x: Expr) -> Expr {
        match x.inlined() {
            Expr::Neg(inner) => *inner,
            zero if zero.is_zero() => zero,
            other => Expr::Neg(Box::new(other)),
        }
    }

    pub(super) fn sum(self, parts: Vec<Expr>) -> Expr {
        let mut terms = Vec::new();
        for part in parts {
            self.push_term(part.inlined(), false, &mut terms);
        }
        if self.is_tidy() {
            self.gather_terms(&mut terms);
        }
        match terms.len() {
            0 => Expr::zero(),
            1 => terms.remove(0),
            _ => Expr::Sum(terms),
        }
    }

    fn push_term(self, part: Expr, negative: bool, terms: &mut Vec<Expr>) {
        match part {
            Expr::Sum(inner) if self.is_tidy() || !negative => {
                for term in inner {
                    self.push_term(term, negative, terms);
                }
            }
            Expr::Neg(inner) if self.is_tidy() => self.push_term(*inner, !negative, terms),
            zero if self.is_tidy() && zero.is_zero() => {}
            term if negative => terms.push(Expr::Neg(Box::new(term))),
            term => terms.push(term),
        }
    }

    /// a + a is 2·a; a positive term comes first.
    fn gather_terms(self, terms: &mut Vec<Expr>) {
        let mut gathered: Vec<(Expr, usize)> = Vec::new();
        for term in terms.drain(..) {
            let from = gathered.len().saturating_sub(NEAR);
            match gathered[from..]
                .iter_mut()
                .find(|(other, _)| is_same(other, &term))
            {
                Some((_, count)) => *count += 1,
                None => gathered.push((term, 1)),
            }
        }
        terms.extend(gathered.into_iter().map(|(term, count)| match count {
            1 => term,
            _ => self.mul(Expr::Number(count.to_string()), term),
        }));
        let positive = terms.iter().position(|term| !matches!(term, Expr::Neg(_)));
        if let Some(index) = positive {
            terms[..=index].rotate_right(1);
        }
    }

    pub(super) fn mul(self, a: Expr, b: Expr) -> Expr {
        self.quotient(vec![a, b], Vec::new())
    }

    pub(super) fn div(self, a: Expr, b: Expr) -> Expr {
        self.quotient(vec![a], vec![b])
    }

    pub(super) fn quotient(self, over: Vec<Expr>, under: Vec<Expr>) -> Expr {
        let mut factors = Factors {
            style: self,
            negative: false,
            over: Vec::new(),
            under: Vec::new(),
        };
        for (index, factor) in over.into_iter().enumerate() {
            factors.push(factor.inlined(), false, index == 0);
        }
        for factor in under {
            factors.push(factor.inlined(), true, false);
        }
        factors.finish()
    }

    pub(super) fn power(self, base: Expr, exponent: Expr) -> Expr {
        match base.inlined() {
            base if exponent.is_one() => base,
            base => Expr::Power(Box::new(base), Box::new(exponent)),
        }
    }

    /// A matrix product; with a scalar it is an ordinary one.
    pub(super) fn matmul(self, a: Expr, b: Expr) -> Expr {
        let (a, b) = (a.inlined(), b.inlined());
        let is_scalar = |x: &Expr| !x.is_array() && !x.is_one();
        if is_scalar(&a) || is_scalar(&b) {
            return self.mul(a, b);
        }
        let mut factors = Vec::new();
        let mut negative = false;
        for factor in [a, b] {
            let factor = match factor {
                Expr::Neg(inner) => {
                    negative = !negative;
                    *inner
                }
                other => other,
            };
            match factor {
                Expr::Matmul(inner) => factors.extend(inner),
                other => factors.push(other),
            }
        }
        let product = Expr::Matmul(factors);
        if negative {
            Expr::Neg(Box::new(product))
        } else {
            product
        }
    }
}

impl Expr {
    /// A choice inside of something larger, as a sum over its cases: [c]·a + [not c]·b.
    pub(super) fn inlined(self) -> Expr {
        let Expr::Choice {
            cond,
            then,
            otherwise,
        } = self
        else {
            return self;
        };
        let style = Style::Tidy;
        let arm = |cond: Expr, value: Expr| {
            if value.is_zero() {
                value
            } else {
                style.mul(Expr::Guard(Box::new(cond)), value)
            }
        };
        let taken = arm((*cond).clone(), *then);
        style.add(taken, arm(cond.negated(), *otherwise))
    }
}

/// A product in the making.
struct Factors {
    style: Style,
    negative: bool,
    over: Vec<Expr>,
    under: Vec<Expr>,
}

impl Factors {
    fn push(&mut self, factor: Expr, below: bool, first: bool) {
        let tidy = self.style.is_tidy();
        match factor {
            Expr::Neg(inner) if tidy || first => {
                self.negative = !self.negative;
                self.push(*inner, below, first);
            }
            Expr::Product { over, under } if tidy || (!below && (first || under.is_empty())) => {
                for factor in over {
                    self.push(factor, below, false);
                }
                for factor in under {
                    self.push(factor, !below, false);
                }
            }
            one if tidy && one.is_one() => {}
            other => {
                let (side, across) = match below {
                    true => (&mut self.under, &mut self.over),
                    false => (&mut self.over, &mut self.under),
                };
                push_power(side, across, other, tidy);
            }
        }
    }

    fn finish(mut self) -> Expr {
        if self.style.is_tidy() {
            if self.over.iter().any(Expr::is_zero) && self.under.is_empty() {
                return Expr::zero();
            }
            super::numbers::gather(&mut self.over, &mut self.under);
            self.over.sort_by_key(|factor| match factor {
                Expr::Guard(_) => 0,
                Expr::Number(_) => 1,
                Expr::Adjoint { .. } => 2,
                Expr::Partial { .. } => 3,
                factor if !factor.is_array() => 3,
                _ => 4,
            });
        }
        let product = match (self.over.len(), self.under.is_empty()) {
            (0, true) => Expr::number("1"),
            (1, true) => self.over.remove(0),
            _ => Expr::Product {
                over: self.over,
                under: self.under,
            },
        };
        if self.negative {
            self.style.neg(product)
        } else {
            product
        }
    }
}

/// Whether two expressions are equal up to the order of factors.
fn is_same(a: &Expr, b: &Expr) -> bool {
    match (a, b) {
        (
            Expr::Product { over, under },
            Expr::Product {
                over: other_over,
                under: other_under,
            },
        ) => {
            let same = |a: &[Expr], b: &[Expr]| {
                a.len() == b.len() && a.iter().all(|factor| b.contains(factor))
            };
            same(over, other_over) && same(under, other_under)
        }
        (Expr::Neg(a), Expr::Neg(b)) => is_same(a, b),
        _ => a == b,
    }
}

/// x·x is x², and x²/x is x. As the user wrote them, only neighbours are gathered.
fn push_power(side: &mut Vec<Expr>, across: &mut Vec<Expr>, factor: Expr, anywhere: bool) {
    let (base, power) = split_power(&factor);
    let gathers = !matches!(
        base,
        Expr::Number(_) | Expr::Guard(_) | Expr::Adjoint { .. }
    );
    if !gathers {
        return side.push(factor);
    }
    let find = |side: &[Expr], from: usize| {
        side[from..]
            .iter()
            .enumerate()
            .find_map(|(index, present)| {
                let (other, present) = split_power(present);
                (other == base).then_some((from + index, present))
            })
    };
    if anywhere && let Some((index, present)) = find(across, 0) {
        let base = base.clone();
        match present.cmp(&power) {
            Ordering::Greater => across[index] = raised(base, present - power),
            Ordering::Equal => {
                across.remove(index);
            }
            Ordering::Less => {
                across.remove(index);
                side.push(raised(base, power - present));
            }
        }
        return;
    }
    let from = if anywhere {
        0
    } else {
        side.len().saturating_sub(1)
    };
    match find(side, from) {
        Some((index, present)) => side[index] = raised(base.clone(), present + power),
        None => side.push(factor),
    }
}

fn raised(base: Expr, power: u32) -> Expr {
    match power {
        1 => base,
        _ => Expr::Power(Box::new(base), Box::new(Expr::Number(power.to_string()))),
    }
}

/// The base, and the exponent where it is a positive integer.
fn split_power(factor: &Expr) -> (&Expr, u32) {
    match factor {
        Expr::Power(base, exponent) => match &**exponent {
            Expr::Number(text) => match text.parse() {
                Ok(power) => (base, power),
                Err(_) => (factor, 1),
            },
            _ => (factor, 1),
        },
        other => (other, 1),
    }
}
