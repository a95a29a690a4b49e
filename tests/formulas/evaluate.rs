//! Reads a derivation as a reader would, line by line, and computes what it says.

use std::collections::HashMap;

pub(crate) type Values = HashMap<String, f64>;

/// The value of every name after the last line. Every side of a line must come to the same.
pub(crate) fn evaluate(formulas: &str, inputs: &[(&str, f64)]) -> Values {
    let mut values: Values = inputs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value))
        .collect();
    let rows: Vec<&str> = formulas
        .lines()
        .filter(|row| !row.trim().is_empty())
        .collect();
    block(&rows, &mut values);
    values
}

fn indent(row: &str) -> usize {
    row.chars().take_while(|c| *c == ' ').count()
}

/// Whether a row goes on with the line before it.
fn continues(row: &str) -> bool {
    row.trim_start().starts_with(['⎨', '⎩', '=', '+', '−'])
}

fn block(rows: &[&str], values: &mut Values) {
    let mut index = 0;
    let mut decided = false;
    while index < rows.len() {
        let row = rows[index].trim_start();
        if let Some(head) = row.strip_suffix(':') {
            let from = index + 1;
            index = from;
            while index < rows.len() && indent(rows[index]) > indent(rows[from - 1]) {
                index += 1;
            }
            let (is_first, condition) = match head.strip_prefix("otherwise") {
                Some(rest) => (false, rest.trim_start().strip_prefix("if ")),
                None => (true, head.strip_prefix("if ")),
            };
            decided &= !is_first;
            let holds =
                condition.is_none_or(|condition| Reader::of(condition, values).whole() == 1.0);
            if holds && !decided {
                decided = true;
                block(&rows[from..index], values);
            }
            continue;
        }
        let from = index;
        index += 1;
        while index < rows.len() && continues(rows[index]) {
            index += 1;
        }
        if !row.starts_with("given ") {
            line(&rows[from..index], values);
        }
    }
}

fn line(rows: &[&str], values: &mut Values) {
    let (name, first) = rows[0]
        .trim_start()
        .split_once(" = ")
        .expect("a definition");
    let value = if let Some(case) = first.strip_prefix("⎧ ") {
        let rest = rows[1..]
            .iter()
            .map(|row| row.trim_start().trim_start_matches(['⎨', '⎩', ' ']));
        std::iter::once(case)
            .chain(rest)
            .find_map(|case| {
                let (value, condition) = case.split_once("   ").expect("a case and its condition");
                let holds = condition
                    .trim_start()
                    .strip_prefix("if ")
                    .is_none_or(|condition| Reader::of(condition, values).whole() == 1.0);
                holds.then(|| Reader::of(value, values).whole())
            })
            .expect("one case holds")
    } else {
        let rest = rows[1..].iter().map(|row| row.trim_start());
        let text = std::iter::once(first)
            .chain(rest)
            .collect::<Vec<_>>()
            .join(" ");
        let sides: Vec<f64> = sides(&text)
            .map(|side| Reader::of(side, values).whole())
            .collect();
        for side in &sides {
            let scale = sides[0].abs().max(1.0);
            assert!(
                (side - sides[0]).abs() <= 1e-9 * scale,
                "`{text}` is {sides:?}"
            );
        }
        sides[0]
    };
    values.insert(name.to_owned(), value);
}

/// The sides of an equation; `=` in brackets is a condition.
fn sides(text: &str) -> impl Iterator<Item = &str> {
    let mut open = 0;
    text.split(move |c| {
        open += match c {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        c == '=' && open == 0
    })
    .map(str::trim)
}

struct Reader<'a> {
    rest: &'a str,
    values: &'a Values,
}

impl<'a> Reader<'a> {
    fn of(text: &'a str, values: &'a Values) -> Self {
        Reader { rest: text, values }
    }

    fn whole(&mut self) -> f64 {
        let value = self.either();
        assert!(self.rest.trim().is_empty(), "`{}` is left over", self.rest);
        value
    }

    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start_matches(' ');
        match rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn either(&mut self) -> f64 {
        let mut holds = self.both();
        while self.eat("or ") {
            holds = holds.max(self.both());
        }
        holds
    }

    fn both(&mut self) -> f64 {
        let mut holds = self.relation();
        while self.eat("and ") {
            holds *= self.relation();
        }
        holds
    }

    /// A sum, or a chain of comparisons, which is 1 where it holds.
    fn relation(&mut self) -> f64 {
        if self.eat("not ") {
            return 1.0 - self.relation();
        }
        let mut left = self.sum();
        let mut holds = None;
        while let Some(operator) = ["≤", "≥", "<", ">", "=", "≠"]
            .into_iter()
            .find(|operator| self.eat(operator))
        {
            let right = self.sum();
            let is_same = left == right || left.is_nan() && right.is_nan();
            let holds_here = match operator {
                "≤" => left <= right,
                "≥" => left >= right,
                "<" => left < right,
                ">" => left > right,
                "=" => is_same,
                _ => !is_same,
            };
            holds = Some(holds.unwrap_or(true) && holds_here);
            left = right;
        }
        holds.map_or(left, |holds| f64::from(u8::from(holds)))
    }

    fn sum(&mut self) -> f64 {
        let mut sum = if self.eat("−") {
            -self.product()
        } else {
            self.product()
        };
        loop {
            if self.eat("+") {
                sum += self.product();
            } else if self.eat("−") {
                sum -= self.product();
            } else {
                return sum;
            }
        }
    }

    /// A bracket that is 0 makes the product 0, even where a factor is not defined.
    fn product(&mut self) -> f64 {
        let mut is_excluded = false;
        let mut product = self.guarded(&mut is_excluded);
        loop {
            if self.eat("·") {
                product *= self.guarded(&mut is_excluded);
            } else if self.eat("/") {
                product /= self.factor();
            } else if self.eat("mod ") {
                product %= self.factor();
            } else {
                return if is_excluded { 0.0 } else { product };
            }
        }
    }

    fn guarded(&mut self, is_excluded: &mut bool) -> f64 {
        let is_bracket = self.rest.trim_start().starts_with('[');
        let factor = self.factor();
        *is_excluded |= is_bracket && factor == 0.0;
        factor
    }

    fn factor(&mut self) -> f64 {
        if self.eat("√") {
            return self.atom().sqrt();
        }
        if self.eat("∛") {
            return self.atom().cbrt();
        }
        let base = self.atom();
        if self.eat("^") {
            return base.powf(if self.eat("−") {
                -self.factor()
            } else {
                self.factor()
            });
        }
        match self.superscript() {
            Some(exponent) => base.powf(exponent),
            None => base,
        }
    }

    /// ² or ⁿ⁻¹, lowered and read.
    fn superscript(&mut self) -> Option<f64> {
        let lower = |c: char| {
            let digits = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|digit| digit == c);
            let letters = [('⁺', '+'), ('⁻', '−'), ('ⁿ', 'n'), ('ᵏ', 'k')];
            let letter = letters.into_iter().find(|(raised, _)| *raised == c);
            digits
                .and_then(|digit| char::from_digit(u32::try_from(digit).ok()?, 10))
                .or(letter.map(|(_, letter)| letter))
        };
        let lowered: String = self.rest.chars().map_while(lower).collect();
        let length: usize = self
            .rest
            .chars()
            .take(lowered.chars().count())
            .map(char::len_utf8)
            .sum();
        self.rest = &self.rest[length..];
        (!lowered.is_empty()).then(|| Reader::of(&lowered, self.values).whole())
    }

    fn atom(&mut self) -> f64 {
        for (open, close) in [("(", ")"), ("[", "]"), ("|", "|")] {
            if self.eat(open) {
                let value = self.either();
                assert!(
                    self.eat(close),
                    "`{close}` is missing before `{}`",
                    self.rest
                );
                return if open == "|" { value.abs() } else { value };
            }
        }
        let name = self.name();
        if let Ok(number) = name.parse::<f64>() {
            return number;
        }
        if let Some(value) = self.values.get(&name) {
            return *value;
        }
        match name.as_str() {
            "π" => std::f64::consts::PI,
            "e" => std::f64::consts::E,
            "none" => f64::NAN,
            _ if self.eat("(") => {
                let mut args = vec![self.either()];
                while self.eat(",") {
                    args.push(self.either());
                }
                assert!(self.eat(")"), "`)` is missing before `{}`", self.rest);
                function(&name, &args)
            }
            _ if FUNCTIONS.contains(&name.as_str()) => function(&name, &[self.factor()]),
            // Of an arm that is not taken.
            _ => f64::NAN,
        }
    }

    /// A name, a number, or an adjoint, which is one name: ∂L/∂x.
    fn name(&mut self) -> String {
        self.rest = self.rest.trim_start_matches(' ');
        let is_letter = |c: char| {
            (c.is_alphanumeric() || matches!(c, '_' | '.' | '∂')) && !"⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵏ".contains(c)
        };
        let mut end = self.rest.find(|c| !is_letter(c)).unwrap_or(self.rest.len());
        if self.rest.starts_with('∂') {
            let below = &self.rest[end + 1..];
            end += 1 + below.find(|c| !is_letter(c)).unwrap_or(below.len());
        }
        let is_small_number = self.rest[..end].ends_with('e') && self.rest[end..].starts_with('-');
        if is_small_number && self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = &self.rest[end + 1..];
            end += 1 + digits
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(digits.len());
        }
        let (name, rest) = self.rest.split_at(end);
        assert!(!name.is_empty(), "a name is missing before `{rest}`");
        self.rest = rest;
        name.to_owned()
    }
}

/// Functions that are written without parentheses.
const FUNCTIONS: [&str; 17] = [
    "ln",
    "log₂",
    "log₁₀",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arsinh",
    "arcosh",
    "artanh",
    "sign",
    "exp",
];

fn function(name: &str, args: &[f64]) -> f64 {
    match (name, args) {
        ("ln", [x]) => x.ln(),
        ("log₂", [x]) => x.log2(),
        ("log₁₀", [x]) => x.log10(),
        ("exp", [x]) => x.exp(),
        ("sin", [x]) => x.sin(),
        ("cos", [x]) => x.cos(),
        ("tan", [x]) => x.tan(),
        ("arcsin", [x]) => x.asin(),
        ("arccos", [x]) => x.acos(),
        ("arctan", [x]) => x.atan(),
        ("sinh", [x]) => x.sinh(),
        ("cosh", [x]) => x.cosh(),
        ("tanh", [x]) => x.tanh(),
        ("arsinh", [x]) => x.asinh(),
        ("arcosh", [x]) => x.acosh(),
        ("artanh", [x]) => x.atanh(),
        ("σ", [x]) => 1.0 / (1.0 + (-x).exp()),
        ("softplus", [x]) => x.exp().ln_1p(),
        ("relu", [x]) => x.max(0.0),
        ("sign", [x]) => x.signum(),
        ("floor", [x]) => x.floor(),
        ("trunc", [x]) => x.trunc(),
        ("fract", [x]) => x.fract(),
        ("max", [a, b]) => a.max(*b),
        ("min", [a, b]) => a.min(*b),
        ("clamp", [x, low, high]) => x.clamp(*low, *high),
        ("atan2", [a, b]) => a.atan2(*b),
        ("copysign", [a, b]) => a.copysign(*b),
        _ => panic!("`{name}` of {} arguments is not known", args.len()),
    }
}
