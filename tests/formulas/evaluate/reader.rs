//! Expressions of a derivation.

use super::{State, Values};

pub(super) struct Reader<'a> {
    rest: &'a str,
    values: &'a Values,
    state: &'a State,
}

impl<'a> Reader<'a> {
    pub(super) fn of(text: &'a str, state: &'a State) -> Self {
        Reader::within(text, state, &state.values)
    }

    fn within(text: &'a str, state: &'a State, values: &'a Values) -> Self {
        Reader {
            rest: text,
            values,
            state,
        }
    }

    pub(super) fn whole(&mut self) -> f64 {
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
        (!lowered.is_empty()).then(|| Reader::within(&lowered, self.state, self.values).whole())
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
        if self.eat("Σ") {
            return self.iterations();
        }
        let name = self.name();
        if let Ok(number) = name.parse::<f64>() {
            return number;
        }
        if let Some(value) = self.values.get(&self.indexed(&name)) {
            return *value;
        }
        match name.as_str() {
            "π" => std::f64::consts::PI,
            "e" => std::f64::consts::E,
            "none" => f64::NAN,
            "len" => {
                let list = self.rest.trim_start_matches('(');
                let (list, rest) = list.split_once(')').expect("`len(list)`");
                self.rest = rest;
                self.values[&format!("len({list})")]
            }
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

    /// The name of an element, with the index that its letter stands for: x₂ for xᵢ.
    fn indexed(&self, name: &str) -> String {
        match (name.strip_suffix('ᵢ'), self.values.get("i")) {
            (Some(list), Some(index)) => super::element(list, *index),
            _ => name.to_owned(),
        }
    }

    /// The sum over the iterations of the last loop, whose index stands behind the Σ.
    fn iterations(&mut self) -> f64 {
        self.rest = self.rest.trim_start_matches(['ᵢ', 'ⱼ']);
        let loops = self.state.passes.last().expect("a loop before");
        let mut length = 0;
        let mut sum = 0.0;
        for iteration in &loops.iterations {
            let mut values = self.values.clone();
            values.extend(iteration.iter().map(|(name, value)| (name.clone(), *value)));
            let mut reader = Reader::within(self.rest, self.state, &values);
            sum += reader.product();
            length = self.rest.len() - reader.rest.len();
        }
        self.rest = &self.rest[length..];
        sum
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
        end += self.rest[end..]
            .chars()
            .take_while(|c| *c == '⁺')
            .map(char::len_utf8)
            .sum::<usize>();
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
