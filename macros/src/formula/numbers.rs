//! The numbers in a fraction, reduced where that is exact and shorter.

use super::expr::Expr;

struct Number {
    value: f64,
    text: String,
}

impl Number {
    fn of(value: f64) -> Number {
        Number {
            value,
            text: value.to_string(),
        }
    }

    fn integer(&self) -> Option<u64> {
        (self.value.fract() == 0.0 && (1.0..1e9).contains(&self.value)).then_some(self.value as u64)
    }

    /// The product, where it is no longer than its factors: that of 2 and 0.5, but not of 0.1 and 3.
    fn times(&self, other: &Number) -> Option<Number> {
        let product = Number::of(self.value * other.value);
        let integers = self.integer().is_some() && other.integer().is_some() && product.value < 1e6;
        let is_short = product.text.len() <= self.text.len().max(other.text.len());
        (integers || is_short).then_some(product)
    }
}

pub(super) fn gather(over: &mut Vec<Expr>, under: &mut Vec<Expr>) {
    let mut above = take(over);
    let mut below = take(under);
    if let ([a], [b]) = (above.as_slice(), below.as_slice())
        && let (Some(a), Some(b)) = (a.integer(), b.integer())
    {
        let divisor = gcd(a, b);
        above = vec![Number::of((a / divisor) as f64)];
        below = vec![Number::of((b / divisor) as f64)];
    }
    put(over, above);
    put(under, below);
}

/// The numbers in a sum, added up where that is no longer than they are.
pub(super) fn add(terms: &mut Vec<Expr>) {
    let mut sum: Option<(usize, f64, String)> = None;
    let mut taken = Vec::new();
    for (index, term) in terms.iter().enumerate() {
        let (sign, text) = match term {
            Expr::Number(text) => (1.0, text),
            Expr::Neg(inner) => match &**inner {
                Expr::Number(text) => (-1.0, text),
                _ => continue,
            },
            _ => continue,
        };
        let Ok(value) = text.parse::<f64>() else {
            continue;
        };
        let Some((_, before, before_text)) = &mut sum else {
            sum = Some((index, sign * value, text.clone()));
            continue;
        };
        let total = *before + sign * value;
        let total_text = total.abs().to_string();
        if total_text.len() <= before_text.len().max(text.len()) {
            (*before, *before_text) = (total, total_text);
            taken.push(index);
        }
    }
    let Some((at, total, text)) = sum.filter(|_| !taken.is_empty()) else {
        return;
    };
    let number = Expr::Number(text);
    terms[at] = if total < 0.0 {
        Expr::Neg(Box::new(number))
    } else {
        number
    };
    if total == 0.0 {
        taken.insert(0, at);
    }
    let mut index = 0;
    terms.retain(|_| {
        index += 1;
        !taken.contains(&(index - 1))
    });
}

fn take(side: &mut Vec<Expr>) -> Vec<Number> {
    let mut taken: Vec<Number> = Vec::new();
    side.retain(|factor| {
        let Expr::Number(text) = factor else {
            return true;
        };
        let Ok(value) = text.parse::<f64>() else {
            return true;
        };
        let number = Number {
            value,
            text: text.clone(),
        };
        match taken.last().and_then(|last| last.times(&number)) {
            Some(product) => {
                taken.pop();
                taken.push(product);
            }
            None => taken.push(number),
        }
        false
    });
    taken
}

fn put(side: &mut Vec<Expr>, numbers: Vec<Number>) {
    let kept = numbers.into_iter().filter(|number| number.value != 1.0);
    side.splice(0..0, kept.map(|number| Expr::Number(number.text)));
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
