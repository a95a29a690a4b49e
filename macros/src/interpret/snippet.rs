//! Rust that was kept as it is, evaluated.

use super::data::{Data, Part};
use super::rows::apply;
use super::{Machine, Result, forward, last, unknown};
use crate::ir::{Snippet, Value};
use crate::parse::spelling;
use crate::variants::{is_none, is_some};
use quote::ToTokens;
use std::collections::HashMap;
use syn::{BinOp, Block, Expr, ExprClosure, Lit, Pat, RangeLimits, Stmt, UnOp};

/// The names in scope, innermost last.
pub(super) struct Scope {
    pub(super) uses: HashMap<String, Value>,
    locals: Vec<(String, Data)>,
}

impl Machine<'_> {
    pub(super) fn rust(&mut self, snippet: &Snippet) -> Result<Data> {
        let Ok(expr) = syn::parse2::<Expr>(snippet.tokens.clone()) else {
            return unknown("tokens that are no expression");
        };
        let mut scope = Scope {
            uses: snippet.uses.iter().cloned().collect(),
            locals: Vec::new(),
        };
        self.eval(&expr, &mut scope)
    }

    fn name(&mut self, name: &str, scope: &Scope) -> Result<Data> {
        if let Some((_, data)) = scope.locals.iter().rev().find(|(known, _)| known == name) {
            return Ok(data.clone());
        }
        match scope.uses.get(name) {
            Some(value) => self.get(*value),
            None => unknown(format!("the name `{name}`")),
        }
    }

    pub(super) fn eval(&mut self, expr: &Expr, scope: &mut Scope) -> Result<Data> {
        Ok(match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(int) if int.suffix() == "f64" => {
                    Data::Float(int.base10_parse().expect("a number"))
                }
                Lit::Int(int) => Data::Int(int.base10_parse().expect("a number")),
                Lit::Float(float) => Data::Float(float.base10_parse().expect("a number")),
                Lit::Bool(value) => Data::Bool(value.value),
                _ => return unknown("a literal"),
            },
            Expr::Paren(inner) => self.eval(&inner.expr, scope)?,
            Expr::Group(inner) => self.eval(&inner.expr, scope)?,
            Expr::Reference(inner) => self.eval(&inner.expr, scope)?,
            Expr::Path(path) if is_none(&path.path) => Data::Option(None),
            Expr::Path(path) => match path.path.get_ident() {
                Some(ident) => {
                    let name = spelling(ident);
                    match scope.uses.contains_key(&name) {
                        true => self.name(&name, scope)?,
                        false => self.name(&ident.to_string(), scope)?,
                    }
                }
                None => match last(&path.path).as_str() {
                    "None" => Data::Option(None),
                    name if name.starts_with(char::is_uppercase) => {
                        Data::Variant(name.to_owned(), Vec::new())
                    }
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
            Expr::Binary(binary) => self.operator(binary, scope)?,
            Expr::Cast(cast) => match (
                self.eval(&cast.expr, scope)?,
                cast.ty.to_token_stream().to_string().as_str(),
            ) {
                (Data::Int(value), "f64") => Data::Float(value as f64),
                (value, _) => value,
            },
            Expr::Field(field) => {
                let part = match &field.member {
                    syn::Member::Named(name) => Part::Field(name.to_string()),
                    syn::Member::Unnamed(index) => Part::Index(index.index as usize),
                };
                self.eval(&field.base, scope)?.part(&part)?
            }
            Expr::Index(index) if matches!(*index.index, Expr::Range(_)) => {
                let (Data::List(list), Expr::Range(range)) =
                    (self.eval(&index.expr, scope)?, &*index.index)
                else {
                    return unknown("a part of no list");
                };
                let mut bounds = [0, list.len()];
                for (at, bound) in [&range.start, &range.end].into_iter().enumerate() {
                    if let Some(bound) = bound {
                        let Data::Int(bound) = self.eval(bound, scope)? else {
                            return unknown("bounds");
                        };
                        bounds[at] = usize::try_from(bound).unwrap_or(usize::MAX);
                    }
                }
                match list.get(bounds[0]..bounds[1]) {
                    Some(part) => Data::List(part.to_vec()),
                    None => return unknown("a slice out of bounds"),
                }
            }
            Expr::Index(index) => {
                let base = self.eval(&index.expr, scope)?;
                let Data::Int(index) = self.eval(&index.index, scope)? else {
                    return unknown("an index");
                };
                base.part(&Part::Index(usize::try_from(index).unwrap_or(usize::MAX)))?
            }
            Expr::Tuple(tuple) => Data::Tuple(self.each(tuple.elems.iter(), scope)?),
            Expr::Array(array) => Data::List(self.each(array.elems.iter(), scope)?),
            Expr::Repeat(repeat) => {
                let element = self.eval(&repeat.expr, scope)?;
                let Data::Int(count) = self.eval(&repeat.len, scope)? else {
                    return unknown("a count");
                };
                Data::List(vec![element; usize::try_from(count).unwrap_or(0)])
            }
            Expr::Struct(built) if built.rest.is_none() => {
                let mut fields = Vec::new();
                for field in &built.fields {
                    fields.push((
                        field.member.to_token_stream().to_string(),
                        self.eval(&field.expr, scope)?,
                    ));
                }
                match built.path.segments.len() {
                    1 => Data::Struct(fields),
                    _ => Data::Variant(last(&built.path), fields),
                }
            }
            Expr::Range(range) => {
                let bound = |side: &Option<Box<Expr>>| side.clone();
                let (Some(start), Some(end)) = (bound(&range.start), bound(&range.end)) else {
                    return unknown("a range without bounds");
                };
                let (Data::Int(start), Data::Int(end)) =
                    (self.eval(&start, scope)?, self.eval(&end, scope)?)
                else {
                    return unknown("bounds");
                };
                let end = end + i64::from(matches!(range.limits, RangeLimits::Closed(_)));
                Data::List((start..end).map(Data::Int).collect())
            }
            Expr::If(branch) => {
                let count = scope.locals.len();
                let value = match (self.holds(&branch.cond, scope)?, &branch.else_branch) {
                    (true, _) => self.eval_block(&branch.then_branch, scope),
                    (false, Some((_, otherwise))) => {
                        scope.locals.truncate(count);
                        self.eval(otherwise, scope)
                    }
                    (false, None) => Ok(Data::Tuple(Vec::new())),
                };
                scope.locals.truncate(count);
                value?
            }
            Expr::Block(block) => self.eval_block(&block.block, scope)?,
            Expr::Match(matching) => {
                let value = self.eval(&matching.expr, scope)?;
                for arm in &matching.arms {
                    let count = scope.locals.len();
                    if self.fits(&arm.pat, &value, scope)? {
                        let result = self.eval(&arm.body, scope);
                        scope.locals.truncate(count);
                        return result;
                    }
                    scope.locals.truncate(count);
                }
                return unknown("no arm fits");
            }
            Expr::MethodCall(call) => self.method(call, scope)?,
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else {
                    return unknown("a call of an expression");
                };
                let last = path
                    .path
                    .segments
                    .last()
                    .expect("a path has a segment")
                    .ident
                    .to_string();
                let args = self.each(call.args.iter(), scope)?;
                let is_variant =
                    path.path.segments.len() > 1 && last.starts_with(char::is_uppercase);
                match (last.as_str(), &args[..]) {
                    ("Some", [value]) => Data::Option(Some(Box::new(value.clone()))),
                    (name, fields) if is_variant => {
                        let fields = fields.iter().enumerate();
                        let fields = fields.map(|(index, part)| (index.to_string(), part.clone()));
                        Data::Variant(name.to_owned(), fields.collect())
                    }
                    ("stop_gradient" | "clone", [value]) => value.clone(),
                    ("min", [Data::Int(a), Data::Int(b)]) => Data::Int(*a.min(b)),
                    ("new", []) => Data::List(Vec::new()),
                    ("from_iter", [list @ Data::List(_)]) => list.clone(),
                    (name, args) if self.functions.contains_key(name) => {
                        forward(self.functions, name, args, self.depth + 1)?.value
                    }
                    (name, args) => apply(name, args)?,
                }
            }
            Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
                match crate::parse::listed(&mac.mac) {
                    Some((elements, None)) => Data::List(self.each(elements.iter(), scope)?),
                    Some((elements, Some(count))) => {
                        let Data::Int(count) = self.eval(&count, scope)? else {
                            return unknown("a count");
                        };
                        Data::List(vec![
                            self.eval(&elements[0], scope)?;
                            usize::try_from(count).unwrap_or(0)
                        ])
                    }
                    None => return unknown("a list"),
                }
            }
            Expr::Macro(mac) if mac.mac.path.is_ident("assert") => Data::Tuple(Vec::new()),
            other => return unknown(format!("`{}`", other.to_token_stream())),
        })
    }

    /// Whether a condition holds; binds what its patterns bind.
    fn holds(&mut self, cond: &Expr, scope: &mut Scope) -> Result<bool> {
        match cond {
            Expr::Paren(inner) => self.holds(&inner.expr, scope),
            Expr::Let(matched) => {
                let value = self.eval(&matched.expr, scope)?;
                self.fits(&matched.pat, &value, scope)
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                Ok(self.holds(&binary.left, scope)? && self.holds(&binary.right, scope)?)
            }
            _ => match self.eval(cond, scope)? {
                Data::Bool(value) => Ok(value),
                _ => unknown("a condition"),
            },
        }
    }

    fn each<'e>(
        &mut self,
        exprs: impl Iterator<Item = &'e Expr>,
        scope: &mut Scope,
    ) -> Result<Vec<Data>> {
        exprs.map(|expr| self.eval(expr, scope)).collect()
    }

    fn eval_block(&mut self, block: &Block, scope: &mut Scope) -> Result<Data> {
        let count = scope.locals.len();
        let mut last = Data::Tuple(Vec::new());
        for stmt in &block.stmts {
            match stmt {
                Stmt::Local(local) => {
                    let Some(init) = &local.init else {
                        return unknown("a variable without a value");
                    };
                    let value = self.eval(&init.expr, scope)?;
                    if !self.fits(&local.pat, &value, scope)? {
                        return unknown("a pattern of `let`");
                    }
                }
                Stmt::Expr(expr, None) => last = self.eval(expr, scope)?,
                _ => return unknown("a statement"),
            }
        }
        scope.locals.truncate(count);
        Ok(last)
    }

    fn operator(&mut self, binary: &syn::ExprBinary, scope: &mut Scope) -> Result<Data> {
        if let (BinOp::And(_) | BinOp::Or(_), left) = (&binary.op, &binary.left) {
            let short = matches!(binary.op, BinOp::Or(_));
            return match self.eval(left, scope)? {
                Data::Bool(value) if value == short => Ok(Data::Bool(short)),
                Data::Bool(_) => self.eval(&binary.right, scope),
                _ => unknown("a condition"),
            };
        }
        let (left, right) = (
            self.eval(&binary.left, scope)?,
            self.eval(&binary.right, scope)?,
        );
        let symbol = binary.op.to_token_stream().to_string();
        let order = match (&left, &right) {
            (Data::Int(a), Data::Int(b)) => a.partial_cmp(b),
            (Data::Float(a), Data::Float(b)) => a.partial_cmp(b),
            (Data::Bool(a), Data::Bool(b)) => a.partial_cmp(b),
            _ => return unknown("operands"),
        };
        Ok(match (symbol.as_str(), &left, &right) {
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

    fn fits(&mut self, pattern: &Pat, value: &Data, scope: &mut Scope) -> Result<bool> {
        Ok(match (pattern, value) {
            (Pat::Wild(_), _) => true,
            (Pat::Path(path), Data::Option(held)) if is_none(&path.path) => held.is_none(),
            (Pat::Ident(name), _) if name.ident == "None" => *value == Data::Option(None),
            (Pat::Ident(name), _) => {
                scope.locals.push((name.ident.to_string(), value.clone()));
                true
            }
            (Pat::Paren(inner), _) => self.fits(&inner.pat, value, scope)?,
            (Pat::Reference(inner), _) => self.fits(&inner.pat, value, scope)?,
            (Pat::Type(inner), _) => self.fits(&inner.pat, value, scope)?,
            (Pat::Lit(lit), _) => self.eval(&Expr::Lit(lit.clone()), scope)? == *value,
            (Pat::Or(or), _) => {
                for case in &or.cases {
                    if self.fits(case, value, scope)? {
                        return Ok(true);
                    }
                }
                false
            }
            (Pat::Range(range), Data::Int(number)) => {
                let (Some(start), Some(end)) = (&range.start, &range.end) else {
                    return unknown("a range without bounds");
                };
                let (Data::Int(start), Data::Int(end)) =
                    (self.eval(start, scope)?, self.eval(end, scope)?)
                else {
                    return unknown("bounds");
                };
                start <= *number && *number <= end
            }
            (Pat::Tuple(tuple), Data::Tuple(parts)) => {
                for (pattern, part) in tuple.elems.iter().zip(parts) {
                    if !self.fits(pattern, part, scope)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Pat::TupleStruct(variant), Data::Option(held)) if is_some(&variant.path) => match held
            {
                Some(held) => self.fits(&variant.elems[0], held, scope)?,
                None => false,
            },
            (Pat::TupleStruct(pattern), Data::Variant(name, fields)) => {
                if last(&pattern.path) != *name {
                    return Ok(false);
                }
                for (pattern, (_, part)) in pattern.elems.iter().zip(fields) {
                    if !self.fits(pattern, part, scope)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Pat::Struct(pattern), Data::Variant(name, _)) if last(&pattern.path) != *name => false,
            (Pat::Struct(pattern), Data::Variant(_, fields)) => {
                for field in &pattern.fields {
                    let member = field.member.to_token_stream().to_string();
                    let Some((_, part)) = fields.iter().find(|(known, _)| *known == member) else {
                        return unknown("a field that is not there");
                    };
                    if !self.fits(&field.pat, part, scope)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Pat::Path(path), Data::Variant(name, _)) => last(&path.path) == *name,
            _ => return unknown("a pattern"),
        })
    }

    pub(super) fn applied(
        &mut self,
        closure: &Expr,
        args: &[Data],
        scope: &mut Scope,
    ) -> Result<Data> {
        let Expr::Closure(ExprClosure { inputs, body, .. }) = closure else {
            return unknown("a function in a chain");
        };
        let count = scope.locals.len();
        for (pattern, arg) in inputs.iter().zip(args) {
            if !self.fits(pattern, arg, scope)? {
                return unknown("a pattern of a closure");
            }
        }
        let value = self.eval(body, scope);
        scope.locals.truncate(count);
        value
    }
}
