//! Calls in kept Rust, and closures as values.

use super::place::Place;
use super::{Eval, Exit, Local, Scope};
use crate::interpret::data::Data;
use crate::interpret::rows::apply;
use crate::interpret::{Machine, forward, last, unknown};
use crate::parse::spelling;
use std::collections::HashMap;
use std::rc::Rc;
use syn::{Expr, ExprCall, ExprClosure, Pat};

/// A closure with what it captured: nobody changes that while the closure is there.
#[derive(PartialEq, Debug)]
pub(in crate::interpret) struct Closure {
    written: ExprClosure,
    captured: Vec<(String, Data)>,
}

impl Machine<'_> {
    pub(super) fn capture(&mut self, closure: &ExprClosure, scope: &Scope) -> Data {
        let locals = scope.locals.iter().map(|(name, _)| name);
        let names: Vec<String> = scope.uses.keys().chain(locals).cloned().collect();
        let mut captured = Vec::new();
        for name in names {
            if let Ok(data) = self.name(&name, scope) {
                captured.push((name, data));
            }
        }
        Data::Closure(Rc::new(Closure {
            written: closure.clone(),
            captured,
        }))
    }

    pub(super) fn apply_closure(&mut self, closure: &Closure, args: &[Data]) -> Eval {
        let captured = closure.captured.iter();
        let mut scope = Scope {
            uses: HashMap::new(),
            locals: captured
                .map(|(name, data)| (name.clone(), Local::Own(data.clone())))
                .collect(),
        };
        self.bound(&closure.written, args, &mut scope)
    }

    /// The body of a closure with its parameters bound.
    fn bound(&mut self, closure: &ExprClosure, args: &[Data], scope: &mut Scope) -> Eval {
        let count = scope.locals.len();
        let patterns: Vec<&Pat> = closure.inputs.iter().collect();
        let mut value = Ok(true);
        for (pattern, arg) in patterns.into_iter().zip(args) {
            if let Ok(true) = value {
                value = self.fits(pattern, arg, None, scope);
            }
        }
        let value = match value {
            Ok(true) => match self.eval(&closure.body, scope) {
                Err(Exit::Return(value)) => Ok(value),
                other => other,
            },
            Ok(false) => unknown("a pattern of a closure"),
            Err(exit) => Err(exit),
        };
        scope.locals.truncate(count);
        value
    }

    /// A closure whose first parameter refers to a local variable.
    pub(super) fn applied_to_state(
        &mut self,
        function: &Expr,
        state: usize,
        item: &Data,
        scope: &mut Scope,
    ) -> Eval {
        let Expr::Closure(closure) = function else {
            return unknown("a function that is no closure");
        };
        let count = scope.locals.len();
        if let Some(Pat::Ident(name)) = closure.inputs.first() {
            let place = Local::Place(Place::of(state));
            scope.locals.push((spelling(&name.ident), place));
        }
        let mut rest = closure.clone();
        rest.inputs = closure.inputs.iter().skip(1).cloned().collect();
        let value = self.bound(&rest, std::slice::from_ref(item), scope);
        scope.locals.truncate(count);
        value
    }

    /// What is passed for a function, applied.
    pub(super) fn applied(&mut self, function: &Expr, args: &[Data], scope: &mut Scope) -> Eval {
        match function {
            Expr::Closure(closure) => self.bound(closure, args, scope),
            Expr::Paren(inner) => self.applied(&inner.expr, args, scope),
            Expr::Reference(inner) => self.applied(&inner.expr, args, scope),
            Expr::Path(path) if !self.is_variable(path, scope) => {
                self.function(&last(&path.path), args.to_vec(), &[], scope)
            }
            other => match self.eval(other, scope)? {
                Data::Closure(closure) => self.apply_closure(&closure, args),
                _ => unknown("a function that is no closure"),
            },
        }
    }

    fn is_variable(&self, path: &syn::ExprPath, scope: &Scope) -> bool {
        path.path.get_ident().is_some_and(|ident| {
            let name = spelling(ident);
            scope.uses.contains_key(&name) || scope.locals.iter().any(|(known, _)| *known == name)
        })
    }

    pub(super) fn called(&mut self, call: &ExprCall, scope: &mut Scope) -> Eval {
        let Expr::Path(path) = &*call.func else {
            let args = self.each(call.args.iter(), scope)?;
            return self.applied(&call.func, &args, scope);
        };
        let name = last(&path.path);
        let exprs: Vec<&Expr> = call.args.iter().collect();
        if self.is_variable(path, scope) {
            let args = self.each(exprs.into_iter(), scope)?;
            return self.applied(&call.func, &args, scope);
        }
        if let Some(value) = self.exchange(&name, &exprs, scope)? {
            return Ok(value);
        }
        if let Some(array) = self.array_from_fn(call, None, scope)? {
            return Ok(array);
        }
        let lent = self.lent_to(&name, &exprs, scope)?;
        let args = self.each(exprs.into_iter(), scope)?;
        let is_variant = path.path.segments.len() > 1 && name.starts_with(char::is_uppercase);
        Ok(match (name.as_str(), &args[..]) {
            ("Some", [value]) => Data::Option(Some(Box::new(value.clone()))),
            (_, fields) if is_variant => {
                let fields = fields.iter().enumerate();
                let fields = fields.map(|(index, part)| (index.to_string(), part.clone()));
                Data::Variant(name, fields.collect())
            }
            ("stop_gradient" | "clone" | "lit", [value]) => value.clone(),
            ("from_usize", [Data::Int(number)]) => Data::Float(*number as f64),
            ("min", [Data::Int(a), Data::Int(b)]) => Data::Int(*a.min(b)),
            ("once", [item]) => Data::List(vec![item.clone()]),
            ("new", []) => Data::List(Vec::new()),
            ("from_iter", [items]) => Data::List(items.clone().items()?),
            _ => self.function(&name, args, &lent, scope)?,
        })
    }

    /// The places that a function of the program changes, by parameter.
    pub(super) fn lent_to(
        &mut self,
        name: &str,
        args: &[&Expr],
        scope: &mut Scope,
    ) -> Eval<Vec<(usize, Place)>> {
        let Some(function) = self.functions.get(name) else {
            return Ok(Vec::new());
        };
        let mut lent = Vec::new();
        for (index, (arg, changes)) in args.iter().zip(&function.lent).enumerate() {
            if *changes {
                lent.push((index, self.target(arg, scope)?));
            }
        }
        Ok(lent)
    }

    /// A function of the program, or a row of the table.
    pub(super) fn function(
        &mut self,
        name: &str,
        args: Vec<Data>,
        lent: &[(usize, Place)],
        scope: &mut Scope,
    ) -> Eval {
        if !self.functions.contains_key(name) {
            return Ok(apply(name, &args)?);
        }
        let forward = forward(self.functions, name, &args, self.depth + 1)?;
        for (index, place) in lent {
            self.write(place, forward.finals[*index].clone(), scope)?;
        }
        Ok(forward.value)
    }

    /// `std::mem::swap`, `replace` and `take`.
    fn exchange(&mut self, name: &str, args: &[&Expr], scope: &mut Scope) -> Eval<Option<Data>> {
        Ok(match (name, args) {
            ("swap", [a, b]) => {
                let (a, b) = (self.target(a, scope)?, self.target(b, scope)?);
                let (old_a, old_b) = (self.load(&a, scope)?, self.load(&b, scope)?);
                self.write(&a, old_b, scope)?;
                self.write(&b, old_a, scope)?;
                Some(Data::unit())
            }
            ("replace", [target, value]) => {
                let place = self.target(target, scope)?;
                let value = self.eval(value, scope)?;
                let old = self.load(&place, scope)?;
                self.write(&place, value, scope)?;
                Some(old)
            }
            ("take", [target]) => {
                let place = self.target(target, scope)?;
                let old = self.load(&place, scope)?;
                let empty = match &old {
                    Data::Float(_) => Data::Float(0.0),
                    Data::List(_) => Data::List(Vec::new()),
                    Data::Option(_) => Data::Option(None),
                    _ => return unknown("a default"),
                };
                self.write(&place, empty, scope)?;
                Some(old)
            }
            _ => None,
        })
    }
}
