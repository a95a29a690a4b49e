//! Mathematical expressions, for reading: what a formula is made of.

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

    /// One of two, where they differ.
    pub(super) fn choice(cond: Expr, then: Expr, otherwise: Expr) -> Expr {
        if then == otherwise {
            return then;
        }
        Expr::Choice {
            cond: Box::new(cond),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        }
    }

    /// Both conditions, or all of a list that one of them is.
    pub(super) fn and(a: Expr, b: Expr) -> Expr {
        let parts = [a, b].into_iter().flat_map(|part| match part {
            Expr::And(parts) => parts,
            other => vec![other],
        });
        Expr::And(parts.collect())
    }

    pub(super) fn or(a: Expr, b: Expr) -> Expr {
        let parts = [a, b].into_iter().flat_map(|part| match part {
            Expr::Or(parts) => parts,
            other => vec![other],
        });
        Expr::Or(parts.collect())
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
            Expr::Neg(inner) | Expr::Suffix(inner, _) | Expr::Not(inner) => inner.is_array(),
            Expr::Power(base, exponent) => base.is_array() || exponent.is_array(),
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
