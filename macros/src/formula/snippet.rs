//! Rust that carries no derivative, as mathematics where it is arithmetic, and as it is written where it is not.

use super::algebra::Style;
use super::expr::Expr;
use super::letters;
use super::notation::Reading;
use crate::ir::Ty;
use crate::parse::types::{compact, known};
use crate::rules;
use proc_macro2::Ident;
use quote::ToTokens;
use std::cell::Cell;
use syn::{BinOp, Lit, Member, Pat, UnOp};

/// What the names in a snippet stand for, and whether that is a float.
pub(super) type Resolve<'a> = &'a dyn Fn(&Ident) -> Option<(Expr, bool)>;

pub(super) fn expression(
    tokens: &proc_macro2::TokenStream,
    resolve: Resolve<'_>,
    e_is_taken: bool,
) -> Expr {
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(expr) => Reader {
            resolve,
            e_is_taken,
            has_float: Cell::new(false),
        }
        .read(&expr),
        Err(_) => Expr::name(as_written(tokens)),
    }
}

struct Reader<'a> {
    resolve: Resolve<'a>,
    e_is_taken: bool,
    /// Whether a float has been read.
    has_float: Cell<bool>,
}

const STYLE: Style = Style::AsWritten;

impl Reader<'_> {
    fn read(&self, expr: &syn::Expr) -> Expr {
        match expr {
            syn::Expr::Paren(inner) => self.read(&inner.expr),
            syn::Expr::Group(inner) => self.read(&inner.expr),
            syn::Expr::Reference(inner) => self.read(&inner.expr),
            syn::Expr::Cast(cast) => self.cast(cast),
            syn::Expr::Lit(lit) => self.literal(&lit.lit, expr),
            syn::Expr::Path(path) => self.path(&path.path),
            syn::Expr::Unary(unary) => {
                let inner = self.read(&unary.expr);
                match unary.op {
                    UnOp::Neg(_) => STYLE.neg(inner),
                    UnOp::Not(_) => inner.negated(),
                    _ => inner,
                }
            }
            syn::Expr::Binary(binary) => self.binary(binary),
            syn::Expr::MethodCall(call) => self.method(call),
            syn::Expr::Call(call) => self.call(call),
            syn::Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
                let tokens = &mac.mac.tokens;
                match syn::parse2::<syn::Expr>(quote::quote!([#tokens])) {
                    Ok(list) => self.read(&list),
                    Err(_) => Expr::name(as_written(expr)),
                }
            }
            syn::Expr::Macro(mac) if mac.mac.path.is_ident("panic") => Expr::name("undefined"),
            syn::Expr::Index(index) => {
                let is_element = matches!(&*index.expr, syn::Expr::Index(_));
                place_element(self.read(&index.expr), self.read(&index.index), is_element)
            }
            syn::Expr::Field(field) => place_field(self.read(&field.base), &field.member),
            syn::Expr::Tuple(tuple) => Expr::Call(String::new(), self.list(tuple.elems.iter())),
            syn::Expr::Array(array) => Expr::Fenced('[', self.list(array.elems.iter()), ']'),
            syn::Expr::Repeat(repeat) => {
                let (element, count) = (self.read(&repeat.expr), self.read(&repeat.len));
                Expr::Fenced(
                    '[',
                    vec![Expr::Infix(Box::new(element), "×", Box::new(count))],
                    ']',
                )
            }
            syn::Expr::Range(range) => {
                let [start, end] = [&range.start, &range.end].map(|bound| match bound {
                    Some(bound) => Box::new(self.read(bound)),
                    None => Box::new(Expr::name("")),
                });
                let limits = match range.limits {
                    syn::RangeLimits::HalfOpen(_) => "..",
                    syn::RangeLimits::Closed(_) => "..=",
                };
                Expr::Infix(start, limits, end)
            }
            syn::Expr::Closure(closure) => self
                .function(closure)
                .unwrap_or_else(|| Expr::name(as_written(expr))),
            syn::Expr::Match(test) => self
                .test(test)
                .unwrap_or_else(|| Expr::name(as_written(expr))),
            other => Expr::name(as_written(other)),
        }
    }

    /// `|x: f64| x + 1.0` as x ↦ x + 1.
    fn function(&self, closure: &syn::ExprClosure) -> Option<Expr> {
        if let syn::Expr::Block(_) = *closure.body {
            return None;
        }
        let name = |pattern: &Pat| match pattern {
            Pat::Ident(pat) => Some(pat.ident.clone()),
            Pat::Type(pat) => match &*pat.pat {
                Pat::Ident(pat) => Some(pat.ident.clone()),
                _ => None,
            },
            _ => None,
        };
        let names = closure
            .inputs
            .iter()
            .map(name)
            .collect::<Option<Vec<_>>>()?;
        let parameters = names.iter().map(|name| Expr::name(name.to_string()));
        let parameters = match names.as_slice() {
            [one] => Expr::name(one.to_string()),
            _ => Expr::Call(String::new(), parameters.collect()),
        };
        let resolve = |ident: &Ident| match names.contains(ident) {
            true => None,
            false => (self.resolve)(ident),
        };
        let body = Reader {
            resolve: &resolve,
            e_is_taken: self.e_is_taken,
            has_float: Cell::new(false),
        };
        let body = body.read(&closure.body);
        Some(Expr::Infix(Box::new(parameters), "↦", Box::new(body)))
    }

    /// A cast changes a number only where it makes an integer of a float.
    fn cast(&self, cast: &syn::ExprCast) -> Expr {
        let outer = self.has_float.replace(false);
        let inner = self.read(&cast.expr);
        let truncates = self.has_float.get() && known(&cast.ty, &[]) == Ty::Int;
        self.has_float
            .set(outer || (self.has_float.get() && !truncates));
        if truncates {
            Expr::Call("trunc".into(), vec![inner])
        } else {
            inner
        }
    }

    /// `match k { 0 => true, _ => false }` as k = 0.
    fn test(&self, test: &syn::ExprMatch) -> Option<Expr> {
        let [taken, _] = test.arms.as_slice() else {
            return None;
        };
        Some(self.matches(&self.read(&test.expr), &taken.pat))
    }

    fn matches(&self, value: &Expr, pattern: &Pat) -> Expr {
        match pattern {
            Pat::Lit(lit) => {
                let literal = syn::Expr::Lit(lit.clone());
                Expr::Relation(vec![value.clone(), self.read(&literal)], vec!["="])
            }
            Pat::Or(either) => Expr::Or(
                either
                    .cases
                    .iter()
                    .map(|pattern| self.matches(value, pattern))
                    .collect(),
            ),
            Pat::Paren(inner) => self.matches(value, &inner.pat),
            Pat::Guard(guarded) => {
                Expr::and(self.matches(value, &guarded.pat), self.read(&guarded.guard))
            }
            Pat::Range(range) => Expr::Relation(
                vec![value.clone(), Expr::name(as_written(range))],
                vec!["∈"],
            ),
            other => Expr::Infix(
                Box::new(value.clone()),
                "is",
                Box::new(Expr::name(as_written(other))),
            ),
        }
    }

    fn list<'e>(&self, parts: impl Iterator<Item = &'e syn::Expr>) -> Vec<Expr> {
        parts.map(|part| self.read(part)).collect()
    }

    fn literal(&self, lit: &Lit, expr: &syn::Expr) -> Expr {
        match lit {
            Lit::Float(lit) => {
                self.has_float.set(true);
                Expr::Number(letters::literal(lit.base10_digits()))
            }
            Lit::Int(lit) => Expr::Number(lit.base10_digits().to_owned()),
            Lit::Bool(lit) => Expr::name(if lit.value { "true" } else { "false" }),
            _ => Expr::name(as_written(expr)),
        }
    }

    fn path(&self, path: &syn::Path) -> Expr {
        if let Some(ident) = path.get_ident()
            && let Some((known, is_float)) = (self.resolve)(ident)
        {
            self.has_float.set(self.has_float.get() || is_float);
            return known;
        }
        let Some(last) = path.segments.last() else {
            return Expr::name(as_written(path));
        };
        let name = last.ident.to_string();
        let is_bare = path.segments.len() == 1;
        let quotient = |a: Expr, b: &str| STYLE.div(a, Expr::number(b));
        match (name.as_str(), is_bare) {
            ("PI", _) => Expr::name("π"),
            ("TAU", _) => STYLE.mul(Expr::number("2"), Expr::name("π")),
            ("E", false) => Expr::name("e"),
            ("LN_2", false) => Expr::Prefix("ln".into(), Box::new(Expr::number("2"))),
            ("LN_10", false) => Expr::Prefix("ln".into(), Box::new(Expr::number("10"))),
            ("SQRT_2", false) => Expr::Prefix("√".into(), Box::new(Expr::number("2"))),
            ("FRAC_PI_2", false) => quotient(Expr::name("π"), "2"),
            ("FRAC_PI_4", false) => quotient(Expr::name("π"), "4"),
            ("EPSILON", false) => Expr::name("ε"),
            ("INFINITY", false) => Expr::name("∞"),
            ("NEG_INFINITY", false) => Expr::Neg(Box::new(Expr::name("∞"))),
            ("ONE", false) => Expr::number("1"),
            ("ZERO", false) => Expr::zero(),
            _ => Expr::name(letters::identifier(&name)),
        }
    }

    fn binary(&self, binary: &syn::ExprBinary) -> Expr {
        let (a, b) = (self.read(&binary.left), self.read(&binary.right));
        let relation = |operator| Expr::Relation(vec![a.clone(), b.clone()], vec![operator]);
        match binary.op {
            BinOp::Add(_) => STYLE.add(a, b),
            BinOp::Sub(_) => STYLE.sub(a, b),
            BinOp::Mul(_) => STYLE.mul(a, b),
            BinOp::Div(_) => STYLE.div(a, b),
            BinOp::Rem(_) => Expr::Infix(Box::new(a), "mod", Box::new(b)),
            BinOp::Lt(_) => relation("<"),
            BinOp::Le(_) => relation("≤"),
            BinOp::Gt(_) => relation(">"),
            BinOp::Ge(_) => relation("≥"),
            BinOp::Eq(_) => relation("="),
            BinOp::Ne(_) => relation("≠"),
            BinOp::And(_) => Expr::and(a, b),
            BinOp::Or(_) => Expr::or(a, b),
            _ => Expr::name(as_written(binary)),
        }
    }

    fn method(&self, call: &syn::ExprMethodCall) -> Expr {
        let name = call.method.to_string();
        let mut operands = vec![self.read(&call.receiver)];
        operands.extend(self.list(call.args.iter()));
        if let ("clone" | "to_owned" | "iter" | "into" | "get", 1) = (name.as_str(), operands.len())
        {
            return operands.remove(0);
        }
        match (name.as_str(), operands.len()) {
            ("len" | "rows" | "cols", _) | ("min" | "max", 2) => return Expr::Call(name, operands),
            ("windows" | "chunks" | "chunks_exact", 2) => return Expr::Call(name, operands),
            _ => {}
        }
        match rules::method(&name, operands.len()) {
            Some(row) => row_of(row, operands, STYLE, self.e_is_taken),
            None => {
                let receiver = operands.remove(0);
                let args = compact(&call.args);
                Expr::Suffix(Box::new(receiver), format!(".{name}({args})"))
            }
        }
    }

    fn call(&self, call: &syn::ExprCall) -> Expr {
        let mut args = self.list(call.args.iter());
        let syn::Expr::Path(path) = &*call.func else {
            return Expr::name(as_written(call));
        };
        let Some(last) = path.path.segments.last() else {
            return Expr::name(as_written(call));
        };
        let name = last.ident.to_string();
        match (name.as_str(), args.len()) {
            ("new" | "with_capacity", 0 | 1) if compact(&path.path).contains("Vec") => {
                Expr::Fenced('[', Vec::new(), ']')
            }
            ("lit" | "from" | "stop_gradient" | "clone", 1) => args.remove(0),
            _ => match rules::method(&name, args.len()) {
                Some(row) if path.path.segments.len() > 1 => {
                    row_of(row, args, STYLE, self.e_is_taken)
                }
                _ => Expr::Call(name, args),
            },
        }
    }
}

/// A row of the table, as its notation says.
pub(super) fn row_of(
    row: &rules::Row,
    operands: Vec<Expr>,
    style: Style,
    e_is_taken: bool,
) -> Expr {
    let mut operands = operands;
    match (row.name, operands.as_mut_slice()) {
        ("+", [a, b]) => return style.add(a.clone(), b.clone()),
        ("-", [a, b]) => return style.sub(a.clone(), b.clone()),
        ("*", [a, b]) => return style.mul(a.clone(), b.clone()),
        ("/", [a, b]) => return style.div(a.clone(), b.clone()),
        ("%", [a, b]) => return Expr::Infix(Box::new(a.clone()), "mod", Box::new(b.clone())),
        ("neg", [x]) => return style.neg(x.clone()),
        _ => {}
    }
    let reading = Reading {
        holes: &operands,
        style,
        matrices: !row.is_elementwise(),
        e_is_taken,
    };
    let written = (!row.notation.is_empty())
        .then(|| reading.of(row.notation))
        .flatten();
    written.unwrap_or_else(|| Expr::Call(row.name.to_owned(), operands))
}

/// `x[i]`, below the line where Unicode has the index. An element of a list of lists is mᵢⱼ.
pub(super) fn place_element(base: Expr, index: Expr, is_of_element: bool) -> Expr {
    let lowered = match &index {
        Expr::Number(text) | Expr::Atom { text, .. } => letters::subscript(text),
        _ => None,
    };
    let fits = |base: &str, lowered: &str| {
        !letters::ends_lowered(base)
            || is_of_element && lowered.chars().count() == 1 && letters::lowered(base) == 1
    };
    match (base, lowered) {
        (Expr::Atom { text, .. }, Some(lowered)) if fits(&text, &lowered) => {
            Expr::name(format!("{text}{lowered}"))
        }
        (base, _) => {
            let printer = super::print::Printer { objective: "" };
            Expr::Suffix(Box::new(base), format!("[{}]", printer.text(&index)))
        }
    }
}

/// x.f
pub(super) fn place_field(base: Expr, member: &Member) -> Expr {
    let member = letters::identifier(&member.to_token_stream().to_string());
    match base {
        Expr::Atom { text, array } => Expr::Atom {
            text: format!("{text}.{member}"),
            array,
        },
        base => Expr::Suffix(Box::new(base), format!(".{member}")),
    }
}

/// Rust as it is written, on one line.
pub(super) fn as_written(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (from, to) in [
        (" :: ", "::"),
        (":: core::option::Option::", ""),
        ("::core::option::Option::", ""),
        (" . ", "."),
        ("& ", "&"),
        (" ,", ","),
        (" ;", ";"),
        (" ..", ".."),
        (".. ", ".."),
        (" ?", "?"),
        ("\n", " "),
    ] {
        text = text.replace(from, to);
    }
    text
}
