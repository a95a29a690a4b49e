//! Expressions are put together here: signs, numbers and equal factors are gathered on the way.

use super::expr::Expr;
use super::numbers;
use std::cmp::Ordering;

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
        numbers::add(terms);
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
    /// A choice inside of something larger, as a sum over its cases: `[c]·a + [not c]·b`.
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
            Expr::Guard(_) if self.over.contains(&factor) => {}
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
            numbers::gather(&mut self.over, &mut self.under);
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
