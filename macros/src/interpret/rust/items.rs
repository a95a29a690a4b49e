//! Chains of iterators in kept Rust. Closures in a chain change nothing, so that all items may be made at once.

use super::{Eval, Local, Scope};
use crate::interpret::data::{Data, Part};
use crate::interpret::{Machine, Result, unknown};
use syn::Expr;

impl Machine<'_> {
    pub(super) fn of_items(
        &mut self,
        name: &str,
        receiver: &Data,
        args: &[&Expr],
        scope: &mut Scope,
    ) -> Eval<Option<Data>> {
        let (Data::List(_) | Data::Range(..)) = receiver else {
            return Ok(None);
        };
        let Ok(list) = receiver.clone().items() else {
            return Ok(None);
        };
        Ok(Some(match (name, args) {
            ("collect", []) => Data::List(list),
            ("rev", []) => Data::List(list.into_iter().rev().collect()),
            ("enumerate", []) => {
                let numbered = list.into_iter().enumerate();
                Data::List(
                    numbered
                        .map(|(index, item)| Data::Tuple(vec![Data::Int(index as i64), item]))
                        .collect(),
                )
            }
            ("chain", [other]) => {
                let other = self.eval(other, scope)?.items()?;
                Data::List(list.into_iter().chain(other).collect())
            }
            ("zip", [other]) => {
                let other = self.eval(other, scope)?.items()?;
                let pairs = list.into_iter().zip(other);
                Data::List(pairs.map(|(a, b)| Data::Tuple(vec![a, b])).collect())
            }
            ("skip" | "take" | "step_by" | "windows" | "chunks", [count]) => {
                let Ok(count) = usize::try_from(self.int(count, scope)?) else {
                    return unknown("a negative count");
                };
                let part = |part: &[Data]| Data::List(part.to_vec());
                Data::List(match (name, count) {
                    ("skip", count) => list.into_iter().skip(count).collect(),
                    ("take", count) => list.into_iter().take(count).collect(),
                    (_, 0) => return unknown("a count of zero"),
                    ("step_by", count) => list.into_iter().step_by(count).collect(),
                    ("windows", count) => list.windows(count).map(part).collect(),
                    (_, count) => list.chunks(count).map(part).collect(),
                })
            }
            ("map", [function]) => {
                let items = list.into_iter();
                let items = items.map(|item| self.applied(function, &[item], scope));
                Data::List(items.collect::<Eval<_>>()?)
            }
            ("flat_map", [function]) => {
                let mut all = Vec::new();
                for item in list {
                    all.extend(self.applied(function, &[item], scope)?.items()?);
                }
                Data::List(all)
            }
            ("filter", [function]) => {
                let mut kept = Vec::new();
                for item in list {
                    let fits = self.applied(function, std::slice::from_ref(&item), scope)?;
                    if fits == Data::Bool(true) {
                        kept.push(item);
                    }
                }
                Data::List(kept)
            }
            ("flatten", []) => {
                let lists = list.into_iter().map(Data::items);
                Data::List(lists.collect::<Result<Vec<_>>>()?.concat())
            }
            ("take_while", [function]) => {
                let mut kept = Vec::new();
                for item in list {
                    let fits = self.applied(function, std::slice::from_ref(&item), scope)?;
                    if fits != Data::Bool(true) {
                        break;
                    }
                    kept.push(item);
                }
                Data::List(kept)
            }
            ("scan", [init, function]) => {
                let init = self.eval(init, scope)?;
                let state = scope.locals.len();
                scope.locals.push((String::new(), Local::Own(init)));
                let mut all = Vec::new();
                for item in list {
                    match self.applied_to_state(function, state, &item, scope)? {
                        Data::Option(Some(item)) => all.push(*item),
                        _ => break,
                    }
                }
                scope.locals.truncate(state);
                Data::List(all)
            }
            ("reduce", [function]) => {
                let mut so_far = None;
                for item in list {
                    so_far = Some(match so_far {
                        None => item,
                        Some(so_far) => self.applied(function, &[so_far, item], scope)?,
                    });
                }
                Data::Option(so_far.map(Box::new))
            }
            ("for_each", [function]) => {
                for item in list {
                    self.applied(function, &[item], scope)?;
                }
                Data::unit()
            }
            ("unzip", []) => {
                let (mut lefts, mut rights) = (Vec::new(), Vec::new());
                for item in list {
                    lefts.push(item.part(&Part::Index(0))?);
                    rights.push(item.part(&Part::Index(1))?);
                }
                Data::Tuple(vec![Data::List(lefts), Data::List(rights)])
            }
            ("fold", [init, function]) => {
                let mut so_far = self.eval(init, scope)?;
                for item in list {
                    so_far = self.applied(function, &[so_far, item], scope)?;
                }
                so_far
            }
            ("sum", []) => {
                // As in std, the sum of nothing is -0.0.
                let mut sum = -0.0;
                for item in list {
                    sum += item.float()?;
                }
                Data::Float(sum)
            }
            ("product", []) => {
                let mut product = 1.0;
                for item in list {
                    product *= item.float()?;
                }
                Data::Float(product)
            }
            _ => return Ok(None),
        }))
    }
}
