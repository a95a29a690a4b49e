//! Reads the `notation` of a row: a small expression with holes for the operands, such as `{1}·{0}^({1} − 1)`.

use super::algebra::Style;
use super::expr::Expr;

/// How the row's products and the constant e are to be read.
pub(super) struct Reading<'a> {
    pub(super) holes: &'a [Expr],
    pub(super) style: Style,
    /// `·` is the matrix product.
    pub(super) matrices: bool,
    /// The user calls a value `e`: write `exp(x)`.
    pub(super) e_is_taken: bool,
}

impl Reading<'_> {
    /// The expression that a notation stands for; `None` where it is not understood.
    pub(super) fn of(&self, notation: &str) -> Option<Expr> {
        let mut parser = Parser {
            reading: self,
            rest: notation,
        };
        let expr = parser.relation()?;
        parser.rest.trim().is_empty().then_some(expr)
    }
}

const RELATIONS: [&str; 6] = ["≤", "≥", "<", ">", "=", "≠"];

struct Parser<'a> {
    reading: &'a Reading<'a>,
    rest: &'a str,
}

impl Parser<'_> {
    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip_spaces();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn relation(&mut self) -> Option<Expr> {
        let mut sides = vec![self.sum()?];
        let mut operators = Vec::new();
        while let Some(operator) = RELATIONS.into_iter().find(|operator| self.eat(operator)) {
            operators.push(operator);
            sides.push(self.sum()?);
        }
        Some(match sides.len() {
            1 => sides.remove(0),
            _ => Expr::Relation(sides, operators),
        })
    }

    fn sum(&mut self) -> Option<Expr> {
        let style = self.reading.style;
        let mut sum = self.product()?;
        loop {
            if self.eat("+") {
                sum = style.add(sum, self.product()?);
            } else if self.eat("−") {
                sum = style.sub(sum, self.product()?);
            } else {
                return Some(sum);
            }
        }
    }

    fn product(&mut self) -> Option<Expr> {
        let style = self.reading.style;
        let mut product = self.unary()?;
        loop {
            if self.eat("·") {
                let factor = self.unary()?;
                product = if self.reading.matrices {
                    style.matmul(product, factor)
                } else {
                    style.mul(product, factor)
                };
            } else if self.eat("⊙") {
                product = style.mul(product, self.unary()?);
            } else if self.eat("/") {
                product = style.div(product, self.unary()?);
            } else if self.eat("∗") {
                product = Expr::Infix(Box::new(product), "∗", Box::new(self.unary()?));
            } else if self.eat("mod ") {
                product = Expr::Infix(Box::new(product), "mod", Box::new(self.unary()?));
            } else {
                return Some(product);
            }
        }
    }

    fn unary(&mut self) -> Option<Expr> {
        if self.eat("−") {
            let inner = self.unary()?;
            return Some(self.reading.style.neg(inner));
        }
        for root in ["√", "∛"] {
            if self.eat(root) {
                return Some(Expr::Prefix(root.into(), Box::new(self.power()?)));
            }
        }
        self.power()
    }

    fn power(&mut self) -> Option<Expr> {
        let mut base = self.atom()?;
        loop {
            if self.eat("^") {
                let exponent = self.unary()?;
                let is_e = matches!(&base, Expr::Atom { text, .. } if text == "e");
                base = if is_e && self.reading.e_is_taken {
                    Expr::Call("exp".into(), vec![exponent])
                } else {
                    self.reading.style.power(base, exponent)
                };
            } else if self.eat("²") {
                base = self.reading.style.power(base, Expr::number("2"));
            } else if self.eat("ᵀ") {
                base = match base {
                    one if one.is_one() => Expr::name("1ᵀ"),
                    other => other.transposed(),
                };
            } else {
                return Some(base);
            }
        }
    }

    fn atom(&mut self) -> Option<Expr> {
        for (open, close) in [('|', '|'), ('‖', '‖'), ('[', ']'), ('⟨', '⟩')] {
            if self.eat(open.encode_utf8(&mut [0; 4])) {
                let parts = self.list()?;
                return self
                    .eat(close.encode_utf8(&mut [0; 4]))
                    .then_some(Expr::Fenced(open, parts, close));
            }
        }
        if self.eat("(") {
            let inner = self.relation()?;
            return self.eat(")").then_some(inner);
        }
        if self.eat("{") {
            let (index, rest) = self.rest.split_once('}')?;
            self.rest = rest;
            return self
                .reading
                .holes
                .get(index.parse::<usize>().ok()?)
                .cloned();
        }
        let word = self.word();
        if word.is_empty() {
            return None;
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(Expr::Number(word));
        }
        if self.rest.starts_with('(') && !word.starts_with('Σ') {
            self.eat("(");
            let args = self.list()?;
            return self.eat(")").then_some(Expr::Call(word, args));
        }
        if word == "e" || word == "π" {
            return Some(Expr::name(word));
        }
        Some(Expr::Prefix(word, Box::new(self.unary()?)))
    }

    fn list(&mut self) -> Option<Vec<Expr>> {
        let mut parts = vec![self.relation()?];
        while self.eat(",") {
            parts.push(self.relation()?);
        }
        Some(parts)
    }

    fn word(&mut self) -> String {
        self.skip_spaces();
        let end = self
            .rest
            .find(|c: char| {
                !(c.is_alphanumeric() || c == '_' || c == '.' || c == 'Σ') || "²ᵀ".contains(c)
            })
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }
}
