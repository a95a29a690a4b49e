//! Methods of numbers, lists and options in kept Rust.

use super::{Eval, Scope};
use crate::interpret::data::Data;
use crate::interpret::{Machine, Result, unknown};
use syn::{Expr, ExprMethodCall};

impl Machine<'_> {
    pub(super) fn method(&mut self, call: &ExprMethodCall, scope: &mut Scope) -> Eval {
        let name = call.method.to_string();
        let args: Vec<&Expr> = call.args.iter().collect();
        if let Some(value) = self.changing(&name, &call.receiver, &args, scope)? {
            return Ok(value);
        }
        let all: Vec<&Expr> = std::iter::once(&*call.receiver)
            .chain(args.iter().copied())
            .collect();
        let lent = self.lent_to(&name, &all, scope)?;
        let receiver = self.eval(&call.receiver, scope)?;
        if let Some(value) = self.of_option(&name, &receiver, &args, scope)? {
            return Ok(value);
        }
        if let Some(value) = self.of_items(&name, &receiver, &args, scope)? {
            return Ok(value);
        }
        let mut operands = vec![receiver];
        for arg in args {
            operands.push(self.eval(arg, scope)?);
        }
        Ok(match (name.as_str(), &operands[..]) {
            ("iter" | "into_iter" | "copied" | "cloned" | "clone" | "to_vec", [value]) => {
                value.clone()
            }
            ("len", [Data::List(list)]) => {
                Data::Int(i64::try_from(list.len()).expect("a short list"))
            }
            ("first", [Data::List(list)]) => Data::Option(list.first().cloned().map(Box::new)),
            ("last", [Data::List(list)]) => Data::Option(list.last().cloned().map(Box::new)),
            ("get", [Data::List(list), Data::Int(at)]) => {
                let at = usize::try_from(*at).ok();
                let seen = at.and_then(|at| list.get(at));
                Data::Option(seen.cloned().map(Box::new))
            }
            ("is_empty", [Data::List(list)]) => Data::Bool(list.is_empty()),
            ("get", [Data::Int(length)]) => Data::Int(*length),
            ("min", [Data::Int(a), Data::Int(b)]) => Data::Int(*a.min(b)),
            ("max", [Data::Int(a), Data::Int(b)]) => Data::Int(*a.max(b)),
            _ => self.function(&name, operands, &lent, scope)?,
        })
    }

    /// Methods that change their receiver.
    fn changing(
        &mut self,
        name: &str,
        receiver: &Expr,
        args: &[&Expr],
        scope: &mut Scope,
    ) -> Eval<Option<Data>> {
        match (name, args) {
            ("pop", []) => {
                let popped = self.change_list(receiver, scope, |list| Ok(list.pop()))?;
                return Ok(Some(Data::Option(popped.map(Box::new))));
            }
            ("remove" | "swap_remove", [at]) => {
                let at = self.int(at, scope)?;
                let removed =
                    self.change_list(receiver, scope, |list| match usize::try_from(at) {
                        Ok(at) if at < list.len() => Ok(match name {
                            "remove" => list.remove(at),
                            _ => list.swap_remove(at),
                        }),
                        _ => unknown("nothing to remove"),
                    })?;
                return Ok(Some(removed));
            }
            ("insert", [at, value]) => {
                let (at, value) = (self.int(at, scope)?, self.eval(value, scope)?);
                self.change_list(receiver, scope, |list| {
                    match usize::try_from(at) {
                        Ok(at) if at <= list.len() => list.insert(at, value.clone()),
                        _ => return unknown("no place to insert at"),
                    }
                    Ok(())
                })?;
            }
            ("reverse", []) => {
                let place = self.target(receiver, scope)?;
                self.modify(&place, scope, &mut |list| {
                    list.list()?.reverse();
                    Ok(())
                })?;
            }
            ("truncate", [count]) => {
                let count = usize::try_from(self.int(count, scope)?).unwrap_or(0);
                let place = self.target(receiver, scope)?;
                self.modify(&place, scope, &mut |list| {
                    list.list()?.truncate(count);
                    Ok(())
                })?;
            }
            ("extend", [items]) => {
                let items = self.eval(items, scope)?.items()?;
                let place = self.target(receiver, scope)?;
                self.modify(&place, scope, &mut |list| {
                    list.list()?.extend(items.iter().cloned());
                    Ok(())
                })?;
            }
            ("push", [value]) => {
                let value = self.eval(value, scope)?;
                self.change_list(receiver, scope, |list| {
                    list.push(value.clone());
                    Ok(())
                })?;
            }
            ("swap", [a, b]) => {
                let (a, b) = (self.int(a, scope)?, self.int(b, scope)?);
                self.change_list(receiver, scope, |list| {
                    match (usize::try_from(a), usize::try_from(b)) {
                        (Ok(a), Ok(b)) if a.max(b) < list.len() => list.swap(a, b),
                        _ => return unknown("a swap out of bounds"),
                    }
                    Ok(())
                })?;
            }
            ("fill", [value]) => {
                let value = self.eval(value, scope)?;
                self.change_list(receiver, scope, |list| {
                    list.fill(value.clone());
                    Ok(())
                })?;
            }
            ("copy_from_slice", [source]) => {
                let source = self.eval(source, scope)?;
                let place = self.target(receiver, scope)?;
                self.write(&place, source, scope)?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Data::unit()))
    }

    fn change_list<T>(
        &mut self,
        list: &Expr,
        scope: &mut Scope,
        mut change: impl FnMut(&mut Vec<Data>) -> Result<T>,
    ) -> Eval<T> {
        let place = self.target(list, scope)?;
        self.modify(&place, scope, &mut |list| change(list.list()?))
    }

    fn of_option(
        &mut self,
        name: &str,
        receiver: &Data,
        args: &[&Expr],
        scope: &mut Scope,
    ) -> Eval<Option<Data>> {
        let Data::Option(held) = receiver else {
            return Ok(None);
        };
        let held = held.as_deref();
        let option = |data: Data| Data::Option(Some(Box::new(data)));
        Ok(Some(match (name, held, args) {
            ("is_some", held, []) => Data::Bool(held.is_some()),
            ("is_none", held, []) => Data::Bool(held.is_none()),
            ("unwrap", Some(held), []) => held.clone(),
            ("unwrap_or", held, [otherwise]) => {
                let otherwise = self.eval(otherwise, scope)?;
                held.cloned().unwrap_or(otherwise)
            }
            ("map", Some(held), [function]) => {
                option(self.applied(function, std::slice::from_ref(held), scope)?)
            }
            ("and_then", Some(held), [function]) => {
                self.applied(function, std::slice::from_ref(held), scope)?
            }
            ("map" | "and_then", None, [_]) => Data::Option(None),
            ("map_or", held, [otherwise, function]) => {
                let otherwise = self.eval(otherwise, scope)?;
                match held {
                    Some(held) => self.applied(function, std::slice::from_ref(held), scope)?,
                    None => otherwise,
                }
            }
            _ => return Ok(None),
        }))
    }
}
