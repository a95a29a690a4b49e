//! Expressions as text: parentheses only where they must stand.

use super::expr::Expr;
use super::letters;

/// How tightly an expression binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Level {
    Or,
    And,
    Not,
    Relation,
    Sum,
    Product,
    Prefix,
    Fraction,
    Power,
    Tight,
}

pub(super) struct Printer<'a> {
    /// What is differentiated: the L in ∂L/∂x.
    pub(super) objective: &'a str,
}

impl Printer<'_> {
    pub(super) fn text(&self, expr: &Expr) -> String {
        match expr {
            Expr::Atom { text, .. } | Expr::Number(text) | Expr::Partial { text, .. } => {
                text.clone()
            }
            Expr::Adjoint { of, .. } => format!("∂{}/∂{of}", self.objective),
            Expr::Sum(terms) => self.terms(terms).concat(),
            Expr::Neg(inner) => format!("−{}", self.at(inner, Level::Product)),
            Expr::Product { over, under } => self.product(over, under),
            Expr::Matmul(factors) => self.matmul(factors),
            Expr::Power(base, exponent) => self.power(base, exponent),
            Expr::Transposed(inner) => format!("{}ᵀ", self.at(inner, Level::Tight)),
            Expr::Prefix(word, inner) => self.prefix(word, inner, false),
            Expr::Call(name, args) => format!("{name}({})", self.list(args)),
            Expr::Fenced(open, parts, close) => format!("{open}{}{close}", self.list(parts)),
            Expr::Guard(cond) => format!("[{}]", self.text(cond)),
            Expr::Relation(sides, operators) => {
                let mut text = self.at(&sides[0], Level::Sum);
                for (operator, side) in operators.iter().zip(&sides[1..]) {
                    text += &format!(" {operator} {}", self.at(side, Level::Sum));
                }
                text
            }
            Expr::Infix(a, operator, b) => {
                format!(
                    "{} {operator} {}",
                    self.at(a, Level::Prefix),
                    self.at(b, Level::Prefix)
                )
            }
            Expr::And(parts) => self.joined(parts, " and ", Level::Not),
            Expr::Or(parts) => self.joined(parts, " or ", Level::And),
            Expr::Not(inner) => format!("not {}", self.at(inner, Level::Fraction)),
            Expr::Suffix(base, suffix) => format!("{}{suffix}", self.at(base, Level::Tight)),
            Expr::Choice { .. } => self.text(&expr.clone().inlined()),
            Expr::Iterations(index, inner) => {
                let sum = match letters::subscript(index) {
                    Some(lowered) => format!("Σ{lowered}"),
                    None if index.is_empty() => "Σ".to_owned(),
                    None => format!("Σ_{index}"),
                };
                match level(inner) {
                    Level::Sum => format!("{sum} ({})", self.text(inner)),
                    _ => format!("{sum} {}", self.text(inner)),
                }
            }
        }
    }

    /// The terms of a sum, each with its sign.
    pub(super) fn terms(&self, terms: &[Expr]) -> Vec<String> {
        terms
            .iter()
            .enumerate()
            .map(|(index, term)| {
                let (negative, body) = match term {
                    Expr::Neg(inner) => (true, &**inner),
                    other => (false, other),
                };
                let body = self.at(body, Level::Product);
                match (index, negative) {
                    (0, false) => body,
                    (0, true) => format!("−{body}"),
                    (_, false) => format!(" + {body}"),
                    (_, true) => format!(" − {body}"),
                }
            })
            .collect()
    }

    fn at(&self, expr: &Expr, least: Level) -> String {
        let text = self.text(expr);
        if level(expr) >= least {
            text
        } else {
            format!("({text})")
        }
    }

    fn joined(&self, parts: &[Expr], by: &str, least: Level) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.at(part, least)).collect();
        parts.join(by)
    }

    fn list(&self, parts: &[Expr]) -> String {
        self.joined(parts, ", ", Level::Or)
    }

    /// `2·x`, `x/(a·b)`, `∂L/∂y · x/2`, `∂L/∂h ⊙ [h > 0]`
    fn product(&self, over: &[Expr], under: &[Expr]) -> String {
        let is_adjoint = |factor: &Expr| matches!(factor, Expr::Adjoint { .. });
        let Some(last_adjoint) = over.iter().rposition(is_adjoint) else {
            return self.fraction(over, under);
        };
        let (head, rest) = over.split_at(last_adjoint + 1);
        let is_scaled = rest.is_empty() && under.is_empty();
        // With a local derivative behind it, the adjoint comes first and numbers join the derivative.
        let (numbers, mut front): (Vec<Expr>, Vec<Expr>) = head
            .iter()
            .cloned()
            .partition(|factor| !is_scaled && matches!(factor, Expr::Number(_)));
        let guards: Vec<Expr> = front
            .extract_if(.., |factor| matches!(factor, Expr::Guard(_)))
            .collect();
        let mut text = guards
            .iter()
            .map(|guard| format!("{}·", self.text(guard)))
            .collect::<String>();
        text += &self.factors(&front, true);
        if !is_scaled && numbers.is_empty() && rest.is_empty() {
            return match under {
                [one] => format!("{text} / {}", self.denominator(one)),
                several => format!("{text} / ({})", self.factors(several, true)),
            };
        }
        if !is_scaled {
            let local: Vec<Expr> = numbers.into_iter().chain(rest.iter().cloned()).collect();
            let separator = match (front.last(), local.iter().any(Expr::is_array)) {
                _ if matches!(local.first(), Some(Expr::Partial { .. })) => " · ",
                (Some(adjoint), true) if adjoint.is_array() => " ⊙ ",
                _ => " · ",
            };
            text += separator;
            text += &self.fraction(&local, under);
        }
        text
    }

    fn fraction(&self, over: &[Expr], under: &[Expr]) -> String {
        let above = if over.is_empty() {
            "1".to_owned()
        } else {
            self.factors(over, under.is_empty())
        };
        match under {
            [] => above,
            [one] => format!("{above}/{}", self.denominator(one)),
            several => format!("{above}/({})", self.factors(several, true)),
        }
    }

    fn denominator(&self, expr: &Expr) -> String {
        match expr {
            Expr::Prefix(word, inner) => self.prefix(word, inner, true),
            other => self.at(other, Level::Power),
        }
    }

    /// Factors in a row; `ends` says that nothing follows them.
    fn factors(&self, factors: &[Expr], ends: bool) -> String {
        let mut text = String::new();
        for (index, factor) in factors.iter().enumerate() {
            let is_last = index + 1 == factors.len();
            text += &match factor {
                Expr::Prefix(word, inner) => self.prefix(word, inner, !(is_last && ends)),
                Expr::Matmul(_) | Expr::Iterations(..) if factors.len() > 1 => {
                    format!("({})", self.text(factor))
                }
                other => self.at(other, Level::Product.above(factors.len() > 1)),
            };
            if let Some(next) = factors.get(index + 1) {
                text += match (factor, next) {
                    (Expr::Guard(_) | Expr::Number(_), _) => "·",
                    (_, Expr::Partial { .. }) => " · ",
                    (a, b) if a.is_array() && b.is_array() => " ⊙ ",
                    (Expr::Adjoint { .. } | Expr::Partial { .. }, _) => " · ",
                    _ => "·",
                };
            }
        }
        text
    }

    fn matmul(&self, factors: &[Expr]) -> String {
        let mut text = String::new();
        for (index, factor) in factors.iter().enumerate() {
            text += &self.at(factor, Level::Fraction);
            if index + 1 < factors.len() {
                text += match factor {
                    Expr::Adjoint { .. } | Expr::Partial { .. } => " · ",
                    _ => "·",
                };
            }
        }
        text
    }

    fn power(&self, base: &Expr, exponent: &Expr) -> String {
        let base = self.at(base, Level::Tight);
        let raised = self.text(exponent);
        match letters::superscript(&raised) {
            Some(raised) => format!("{base}{raised}"),
            None => format!("{base}^{}", self.at(exponent, Level::Tight)),
        }
    }

    /// `ln x`, `√x`, or `ln(x)` where something follows.
    fn prefix(&self, word: &str, inner: &Expr, closed: bool) -> String {
        let text = self.text(inner);
        let stands_alone = matches!(
            inner,
            Expr::Atom { .. }
                | Expr::Number(_)
                | Expr::Fenced(..)
                | Expr::Adjoint { .. }
                | Expr::Suffix(..)
        ) || matches!(inner, Expr::Call(name, _) if !name.is_empty());
        match (word, stands_alone && !closed) {
            ("√" | "∛", _) if stands_alone => format!("{word}{text}"),
            (_, true) => format!("{word} {text}"),
            (_, false) => format!("{word}({text})"),
        }
    }
}

impl Level {
    fn above(self, strictly: bool) -> Level {
        if strictly { Level::Prefix } else { self }
    }
}

fn level(expr: &Expr) -> Level {
    match expr {
        Expr::Or(_) => Level::Or,
        Expr::And(_) => Level::And,
        Expr::Not(_) => Level::Not,
        Expr::Relation(..) => Level::Relation,
        Expr::Sum(_) | Expr::Neg(_) | Expr::Choice { .. } => Level::Sum,
        Expr::Product { .. } | Expr::Matmul(_) | Expr::Infix(..) | Expr::Iterations(..) => {
            Level::Product
        }
        Expr::Prefix(..) => Level::Prefix,
        Expr::Adjoint { .. } | Expr::Partial { .. } => Level::Fraction,
        Expr::Power(..) => Level::Power,
        Expr::Atom { .. }
        | Expr::Number(_)
        | Expr::Transposed(_)
        | Expr::Call(..)
        | Expr::Fenced(..)
        | Expr::Guard(_)
        | Expr::Suffix(..) => Level::Tight,
    }
}
