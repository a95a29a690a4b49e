//! Rust that was kept as it is, evaluated.

mod array;
mod block;
mod function;
mod items;
mod methods;
mod pattern;
mod place;

use super::data::{Data, Part};
use super::rows::apply;
use super::{Machine, Result, Stopped, last, unknown};
use crate::ir::{Snippet, Ty, Value};
use crate::parse::{compound, spelling};
use crate::variants::is_none;
use place::Place;
use quote::ToTokens;
use std::collections::HashMap;
use syn::{BinOp, Expr, Lit, RangeLimits, UnOp};

pub(super) use function::Closure;

/// The names in scope, innermost last.
struct Scope {
    uses: HashMap<String, Value>,
    locals: Vec<(String, Local)>,
}

/// A variable of kept Rust: a value of its own, or a `&mut` to a place.
enum Local {
    Own(Data),
    Place(Place),
}

/// Ends the evaluation of an expression.
enum Exit {
    Break(Option<String>, Data),
    Continue(Option<String>),
    /// Out of a closure.
    Return(Data),
    Stopped(Stopped),
}

impl From<Stopped> for Exit {
    fn from(stopped: Stopped) -> Self {
        Exit::Stopped(stopped)
    }
}

type Eval<T = Data> = std::result::Result<T, Exit>;

impl Machine<'_> {
    pub(super) fn rust(&mut self, snippet: &Snippet, ty: &Ty) -> Result<Data> {
        let Ok(expr) = syn::parse2::<Expr>(snippet.tokens.clone()) else {
            return unknown("tokens that are no expression");
        };
        if is_default(&expr) {
            return match ty {
                Ty::List(_) => Ok(Data::List(Vec::new())),
                Ty::Option(_) => Ok(Data::Option(None)),
                _ => unknown("a default of an unknown type"),
            };
        }
        let mut scope = Scope {
            uses: snippet.uses.iter().cloned().collect(),
            locals: Vec::new(),
        };
        match self.eval(&expr, &mut scope) {
            Ok(data) => Ok(data),
            Err(Exit::Stopped(stopped)) => Err(stopped),
            Err(_) => unknown("an exit to further out"),
        }
    }

    fn name(&mut self, name: &str, scope: &Scope) -> Eval {
        let local = scope.locals.iter().rev().find(|(known, _)| known == name);
        match (local, scope.uses.get(name)) {
            (Some((_, Local::Own(data))), _) => Ok(data.clone()),
            (Some((_, Local::Place(place))), _) => self.load(place, scope),
            (None, Some(value)) => Ok(self.get(*value)?),
            (None, None) if name == "N" => Ok(Data::Int(self.own_length()?)),
            (None, None) => unknown(format!("the name `{name}`")),
        }
    }

    fn eval(&mut self, expr: &Expr, scope: &mut Scope) -> Eval {
        Ok(match expr {
            Expr::Lit(lit) => literal(&lit.lit)?,
            Expr::Paren(inner) => self.eval(&inner.expr, scope)?,
            Expr::Group(inner) => self.eval(&inner.expr, scope)?,
            Expr::Reference(inner) => self.eval(&inner.expr, scope)?,
            Expr::Path(path) if is_none(&path.path) => Data::Option(None),
            Expr::Path(path) => match path.path.get_ident() {
                Some(ident) => match constant(&spelling(ident)) {
                    Some(value) => value,
                    None => self.name(&spelling(ident), scope)?,
                },
                None => match last(&path.path) {
                    name if constant(&name).is_some() => constant(&name).expect("checked"),
                    name if name.starts_with(char::is_uppercase) => Data::Variant(name, Vec::new()),
                    _ => return unknown("a path"),
                },
            },
            Expr::Unary(unary) => {
                let inner = self.eval(&unary.expr, scope)?;
                match (&unary.op, inner) {
                    (UnOp::Deref(_), inner) => inner,
                    (UnOp::Not(_), Data::Bool(value)) => Data::Bool(!value),
                    (UnOp::Neg(_), Data::Float(value)) => Data::Float(-value),
                    (UnOp::Neg(_), Data::Int(value)) => Data::Int(-value),
                    _ => return unknown("a prefix"),
                }
            }
            Expr::Assign(assign) => self.assign(&assign.left, &assign.right, scope)?,
            Expr::Binary(binary) => match compound(&binary.op) {
                Some(symbol) => self.compound(symbol, binary, scope)?,
                None => self.operator(binary, scope)?,
            },
            Expr::Cast(cast) => match (
                self.eval(&cast.expr, scope)?,
                cast.ty.to_token_stream().to_string().as_str(),
            ) {
                (Data::Int(value), "f64" | "f32") => Data::Float(value as f64),
                (value, _) => value,
            },
            Expr::Field(field) => {
                let part = member(&field.member);
                self.eval(&field.base, scope)?.part(&part)?
            }
            Expr::Index(index) => {
                let base = self.eval(&index.expr, scope)?;
                let part = self.eval(&index.index, scope)?.as_index()?;
                base.part(&part)?
            }
            Expr::Tuple(tuple) => Data::Tuple(self.each(tuple.elems.iter(), scope)?),
            Expr::Array(array) => Data::List(self.each(array.elems.iter(), scope)?),
            Expr::Repeat(repeat) => self.repeated(&repeat.expr, &repeat.len, scope)?,
            Expr::Struct(built) if built.rest.is_none() => {
                let mut fields = Vec::new();
                for field in &built.fields {
                    let name = field.member.to_token_stream().to_string();
                    fields.push((name, self.eval(&field.expr, scope)?));
                }
                match built.path.segments.len() {
                    1 => Data::Struct(fields),
                    _ => Data::Variant(last(&built.path), fields),
                }
            }
            Expr::Range(range) => {
                let mut bound = |side: &Option<Box<Expr>>| match side {
                    Some(side) => self.int(side, scope).map(Some),
                    None => Ok(None),
                };
                let (start, end) = (bound(&range.start)?, bound(&range.end)?);
                let more = i64::from(matches!(range.limits, RangeLimits::Closed(_)));
                Data::Range(start.unwrap_or(0), end.map(|end| end + more))
            }
            Expr::If(branch) => self.choice(branch, scope)?,
            Expr::Block(block) => self.labelled(block, scope)?,
            Expr::Match(matching) => self.matching(matching, scope)?,
            Expr::Loop(repeat) => self.endless(repeat, scope)?,
            Expr::While(repeat) => self.repeat_while(repeat, scope)?,
            Expr::ForLoop(repeat) => self.for_each(repeat, scope)?,
            Expr::Break(exit) => {
                let value = match &exit.expr {
                    Some(value) => self.eval(value, scope)?,
                    None => Data::unit(),
                };
                return Err(Exit::Break(label(exit.label.as_ref()), value));
            }
            Expr::Return(exit) => {
                let value = match &exit.expr {
                    Some(value) => self.eval(value, scope)?,
                    None => Data::unit(),
                };
                return Err(Exit::Return(value));
            }
            Expr::Continue(exit) => return Err(Exit::Continue(label(exit.label.as_ref()))),
            Expr::Closure(closure) => self.capture(closure, scope),
            Expr::MethodCall(call) => self.method(call, scope)?,
            Expr::Call(call) => self.called(call, scope)?,
            Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
                match crate::parse::listed(&mac.mac) {
                    Some((elements, None)) => Data::List(self.each(elements.iter(), scope)?),
                    Some((elements, Some(count))) => self.repeated(&elements[0], &count, scope)?,
                    None => return unknown("a list"),
                }
            }
            Expr::Macro(mac) if last(&mac.mac.path) == "assert" => Data::unit(),
            other => return unknown(format!("`{}`", other.to_token_stream())),
        })
    }

    fn repeated(&mut self, element: &Expr, count: &Expr, scope: &mut Scope) -> Eval {
        let element = self.eval(element, scope)?;
        let count = self.int(count, scope)?;
        Ok(Data::List(vec![
            element;
            usize::try_from(count).unwrap_or(0)
        ]))
    }

    fn int(&mut self, expr: &Expr, scope: &mut Scope) -> Eval<i64> {
        match self.eval(expr, scope)? {
            Data::Int(value) => Ok(value),
            other => unknown(format!("{other:?} in the place of an integer")),
        }
    }

    fn bool(&mut self, expr: &Expr, scope: &mut Scope) -> Eval<bool> {
        match self.eval(expr, scope)? {
            Data::Bool(value) => Ok(value),
            other => unknown(format!("a condition {other:?}")),
        }
    }

    fn each<'e>(
        &mut self,
        exprs: impl Iterator<Item = &'e Expr>,
        scope: &mut Scope,
    ) -> Eval<Vec<Data>> {
        exprs.map(|expr| self.eval(expr, scope)).collect()
    }

    fn operator(&mut self, binary: &syn::ExprBinary, scope: &mut Scope) -> Eval {
        if let BinOp::And(_) | BinOp::Or(_) = &binary.op {
            let short = matches!(binary.op, BinOp::Or(_));
            return match self.bool(&binary.left, scope)? {
                value if value == short => Ok(Data::Bool(short)),
                _ => Ok(Data::Bool(self.bool(&binary.right, scope)?)),
            };
        }
        let left = self.eval(&binary.left, scope)?;
        let right = self.eval(&binary.right, scope)?;
        Ok(applied(
            &binary.op.to_token_stream().to_string(),
            left,
            right,
        )?)
    }
}

/// A constant of programs, by the last part of its path.
fn constant(name: &str) -> Option<Data> {
    let mut all = chainrule_fuzz::CONSTANTS.iter();
    let found = all.find(|constant| constant.path.rsplit("::").next() == Some(name))?;
    Some(match found.is_int {
        true => Data::Int(found.value as i64),
        false => Data::Float(found.value),
    })
}

/// An operator between two values.
fn applied(symbol: &str, left: Data, right: Data) -> Result<Data> {
    let order = match (&left, &right) {
        (Data::Int(a), Data::Int(b)) => a.partial_cmp(b),
        (Data::Float(a), Data::Float(b)) => a.partial_cmp(b),
        (Data::Bool(a), Data::Bool(b)) => a.partial_cmp(b),
        _ => return unknown("operands"),
    };
    Ok(match (symbol, &left, &right) {
        ("<", ..) => Data::Bool(order.is_some_and(|order| order.is_lt())),
        (">", ..) => Data::Bool(order.is_some_and(|order| order.is_gt())),
        ("<=", ..) => Data::Bool(order.is_some_and(|order| order.is_le())),
        (">=", ..) => Data::Bool(order.is_some_and(|order| order.is_ge())),
        ("==", ..) => Data::Bool(order.is_some_and(|order| order.is_eq())),
        ("!=", ..) => Data::Bool(!order.is_some_and(|order| order.is_eq())),
        (symbol, Data::Int(a), Data::Int(b)) => {
            let number = match symbol {
                "+" => a.checked_add(*b),
                "-" => a.checked_sub(*b),
                "*" => a.checked_mul(*b),
                "/" => a.checked_div(*b),
                "%" => a.checked_rem(*b),
                _ => None,
            };
            match number {
                Some(number) => Data::Int(number),
                None => return unknown("an operation of integers"),
            }
        }
        (symbol, ..) => apply(symbol, &[left, right])?,
    })
}

fn literal(lit: &Lit) -> Result<Data> {
    Ok(match lit {
        Lit::Int(int) if int.suffix().starts_with('f') => {
            Data::Float(int.base10_parse().expect("a number"))
        }
        Lit::Int(int) => Data::Int(int.base10_parse().expect("a number")),
        Lit::Float(float) => Data::Float(float.base10_parse().expect("a number")),
        Lit::Bool(value) => Data::Bool(value.value),
        _ => return unknown("a literal"),
    })
}

fn member(member: &syn::Member) -> Part {
    match member {
        syn::Member::Named(name) => Part::Field(name.to_string()),
        syn::Member::Unnamed(index) => Part::Index(index.index as usize),
    }
}

fn label(lifetime: Option<&syn::Lifetime>) -> Option<String> {
    lifetime.map(|lifetime| lifetime.ident.to_string())
}

/// `Default::default()`
fn is_default(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Path(path) if last(&path.path) == "default")
        }
        _ => false,
    }
}
