//! Methods of numbers, lists, options and iterators in Rust that was kept as it is.

use super::data::Data;
use super::rows::apply;
use super::snippet::Scope;
use super::{Machine, Result, forward, unknown};
use crate::ir::Op;
use crate::parse::spelling;
use syn::{Expr, ExprMethodCall};

impl Machine<'_> {
    pub(super) fn method(&mut self, call: &ExprMethodCall, scope: &mut Scope) -> Result<Data> {
        let name = call.method.to_string();
        if name == "pop"
            && let Expr::Path(path) = &*call.receiver
            && let Some(cell) = path
                .path
                .get_ident()
                .and_then(|ident| scope.uses.get(&spelling(ident)).copied())
            && matches!(self.derivative.graph[cell].op, Op::Cell(_))
        {
            return Ok(Data::Option(self.slot(cell)?.list()?.pop().map(Box::new)));
        }
        let receiver = self.eval(&call.receiver, scope)?;
        let args: Vec<&Expr> = call.args.iter().collect();
        Ok(match (name.as_str(), receiver, &args[..]) {
            ("len", Data::List(list), []) => {
                Data::Int(i64::try_from(list.len()).expect("a short list"))
            }
            (
                "iter" | "into_iter" | "copied" | "cloned" | "clone" | "to_vec" | "collect",
                value,
                [],
            ) => value,
            ("rev", Data::List(mut list), []) => {
                list.reverse();
                Data::List(list)
            }
            ("enumerate", Data::List(list), []) => {
                let numbered = list.into_iter().enumerate();
                Data::List(
                    numbered
                        .map(|(index, item)| Data::Tuple(vec![Data::Int(index as i64), item]))
                        .collect(),
                )
            }
            ("zip", Data::List(list), [other]) => {
                let Data::List(other) = self.eval(other, scope)? else {
                    return unknown("a list");
                };
                Data::List(
                    list.into_iter()
                        .zip(other)
                        .map(|(a, b)| Data::Tuple(vec![a, b]))
                        .collect(),
                )
            }
            ("skip" | "take" | "step_by", Data::List(list), [count]) => {
                let Data::Int(count) = self.eval(count, scope)? else {
                    return unknown("a count");
                };
                let count = usize::try_from(count).expect("a count is not negative");
                Data::List(match name.as_str() {
                    "skip" => list.into_iter().skip(count).collect(),
                    "take" => list.into_iter().take(count).collect(),
                    _ => list.into_iter().step_by(count).collect(),
                })
            }
            ("map", Data::List(list), [closure]) => Data::List(
                list.into_iter()
                    .map(|item| self.applied(closure, &[item], scope))
                    .collect::<Result<_>>()?,
            ),
            ("filter", Data::List(list), [closure]) => {
                let mut kept = Vec::new();
                for item in list {
                    if self.applied(closure, std::slice::from_ref(&item), scope)?
                        == Data::Bool(true)
                    {
                        kept.push(item);
                    }
                }
                Data::List(kept)
            }
            ("is_some", Data::Option(held), []) => Data::Bool(held.is_some()),
            ("is_none", Data::Option(held), []) => Data::Bool(held.is_none()),
            ("unwrap", Data::Option(Some(held)), []) => *held,
            ("windows" | "chunks", Data::List(list), [count]) => {
                let Data::Int(count) = self.eval(count, scope)? else {
                    return unknown("a count");
                };
                let count = usize::try_from(count).unwrap_or(1).max(1);
                let parts: Vec<Data> = match name.as_str() {
                    "windows" => list
                        .windows(count)
                        .map(|part| Data::List(part.to_vec()))
                        .collect(),
                    _ => list
                        .chunks(count)
                        .map(|part| Data::List(part.to_vec()))
                        .collect(),
                };
                Data::List(parts)
            }
            ("fold", Data::List(list), [init, closure]) => {
                let mut so_far = self.eval(init, scope)?;
                for item in list {
                    so_far = self.applied(closure, &[so_far, item], scope)?;
                }
                so_far
            }
            ("sum", Data::List(list), []) => {
                let mut sum = -0.0;
                for item in list {
                    sum += item.float()?;
                }
                Data::Float(sum)
            }
            ("product", Data::List(list), []) => {
                let mut product = 1.0;
                for item in list {
                    product *= item.float()?;
                }
                Data::Float(product)
            }
            (name, receiver, args) => {
                let mut operands = vec![receiver];
                for arg in args {
                    operands.push(self.eval(arg, scope)?);
                }
                match self.functions.contains_key(name) {
                    true => forward(self.functions, name, &operands, self.depth + 1)?.value,
                    false => apply(name, &operands)?,
                }
            }
        })
    }
}
