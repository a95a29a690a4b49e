//! Items as iterators give them. Closures in a chain change nothing, so that all items may be made at once.

use super::place::Place;
use super::{Data, Exit, Machine, Result, float_of, invalid};
use crate::ast::{Closure, Expr, Fun, Pattern, Sequence};
use crate::dual::Number;

impl<S: Number> Machine<'_, S> {
    pub(super) fn items(&mut self, sequence: &Sequence) -> Result<Vec<Data<S>>, S> {
        Ok(match sequence {
            Sequence::Range(from, to, inclusive) => {
                let (from, to) = (self.int(from)?, self.int(to)? + usize::from(*inclusive));
                (from..to).map(Data::Int).collect()
            }
            Sequence::Iter(list) | Sequence::Borrowed(list) | Sequence::Owned(list, _) => {
                self.list(list)?
            }
            Sequence::Rev(inner) => {
                let mut items = self.items(inner)?;
                items.reverse();
                items
            }
            Sequence::Chain(a, b) => {
                let mut items = self.items(a)?;
                items.extend(self.items(b)?);
                items
            }
            Sequence::Zip(a, b) => {
                let (a, b) = (self.items(a)?, self.items(b)?);
                a.into_iter()
                    .zip(b)
                    .map(|(a, b)| Data::Parts(vec![a, b]))
                    .collect()
            }
            Sequence::Enumerate(inner) => {
                let items = self.items(inner)?.into_iter().enumerate();
                items
                    .map(|(index, item)| Data::Parts(vec![Data::Int(index), item]))
                    .collect()
            }
            Sequence::Skip(inner, count) => {
                let items = self.items(inner)?;
                items.into_iter().skip(self.int(count)?).collect()
            }
            Sequence::Take(inner, count) => {
                let items = self.items(inner)?;
                items.into_iter().take(self.int(count)?).collect()
            }
            Sequence::StepBy(inner, step) if *step > 0 => {
                self.items(inner)?.into_iter().step_by(*step).collect()
            }
            Sequence::StepBy(..) => return invalid("a step of zero"),
            Sequence::Map(inner, closure) => {
                let items = self.items(inner)?.into_iter();
                items
                    .map(|item| self.apply(closure, vec![item]))
                    .collect::<Result<_, S>>()?
            }
            Sequence::Filter(inner, closure) => {
                let mut kept = Vec::new();
                for item in self.items(inner)? {
                    match self.apply(closure, vec![item.clone()])? {
                        Data::Bool(true) => kept.push(item),
                        Data::Bool(false) => {}
                        _ => return invalid("a filter without a condition"),
                    }
                }
                kept
            }
            Sequence::Copied(inner) => self.items(inner)?,
            Sequence::Windows(list, count) => {
                let list = self.list(list)?;
                let windows = list.windows(*count).map(<[_]>::to_vec);
                windows.map(Data::List).collect()
            }
            Sequence::Chunks(list, count) => {
                let list = self.list(list)?;
                let chunks = list.chunks(*count).map(<[_]>::to_vec);
                chunks.map(Data::List).collect()
            }
            Sequence::FlatMap(inner, pattern, each) => {
                let mut all = Vec::new();
                for item in self.items(inner)? {
                    let count = self.variables.len();
                    self.bind(pattern, item)?;
                    let items = self.items(each);
                    self.variables.truncate(count);
                    all.extend(items?);
                }
                all
            }
            Sequence::Once(item) => vec![self.expr(item)?],
            Sequence::Flatten(inner) => {
                let mut all = Vec::new();
                for item in self.items(inner)? {
                    match item {
                        Data::List(items) => all.extend(items),
                        _ => return invalid("nothing to flatten"),
                    }
                }
                all
            }
            Sequence::TakeWhile(inner, closure) => {
                let mut kept = Vec::new();
                for item in self.items(inner)? {
                    match self.apply(closure, vec![item.clone()])? {
                        Data::Bool(true) => kept.push(item),
                        _ => break,
                    }
                }
                kept
            }
            Sequence::Scan(inner, init, closure) => {
                let items = self.items(inner)?;
                let init = self.expr(init)?;
                self.scan(items, init, closure)?
            }
            Sequence::MapNamed(inner, name) => {
                let items = self.items(inner)?.into_iter();
                items
                    .map(|item| self.call_named(name, vec![item]))
                    .collect::<Result<_, S>>()?
            }
        })
    }

    /// The first parameter of the closure refers to the state.
    fn scan(
        &mut self,
        items: Vec<Data<S>>,
        init: Data<S>,
        closure: &Closure,
    ) -> Result<Vec<Data<S>>, S> {
        let [Pattern::Name(state, _), pattern] = &closure.patterns[..] else {
            return invalid("a scan without a state");
        };
        let count = self.variables.len();
        self.declare("", Some(init));
        self.alias(state, &Place::of(count), None);
        let mut all = Vec::new();
        for item in items {
            let inner = self.variables.len();
            self.bind(pattern, item)?;
            let value = match self.expr(&closure.body) {
                Err(Exit::Return(value)) => value,
                other => other?,
            };
            self.variables.truncate(inner);
            match value {
                Data::Maybe(Some(item)) => all.push(*item),
                Data::Maybe(None) => break,
                _ => return invalid("a scan without an option"),
            }
        }
        self.variables.truncate(count);
        Ok(all)
    }

    pub(super) fn fold(
        &mut self,
        items: &Sequence,
        init: &Expr,
        closure: &Closure,
    ) -> Result<Data<S>, S> {
        let mut so_far = self.expr(init)?;
        for item in self.items(items)? {
            so_far = self.apply(closure, vec![so_far, item])?;
        }
        Ok(so_far)
    }

    pub(super) fn fold_by(
        &mut self,
        items: &Sequence,
        init: &Expr,
        fun: Fun,
    ) -> Result<Data<S>, S> {
        let mut so_far = self.float(init)?;
        for item in self.items(items)? {
            so_far = self.of_two(fun, so_far, float_of(item)?)?;
        }
        Ok(Data::Float(so_far))
    }

    pub(super) fn reduce(&mut self, items: &Sequence, closure: &Closure) -> Result<Data<S>, S> {
        let mut so_far = None;
        for item in self.items(items)? {
            so_far = Some(match so_far {
                None => item,
                Some(so_far) => self.apply(closure, vec![so_far, item])?,
            });
        }
        Ok(Data::Maybe(so_far.map(Box::new)))
    }

    pub(super) fn array_by_index(
        &mut self,
        count: Option<usize>,
        closure: &Closure,
    ) -> Result<Data<S>, S> {
        let count = match count {
            Some(count) => count,
            None => self.int(&Expr::Var("N".into()))?,
        };
        let mut items = Vec::new();
        for index in 0..count {
            items.push(self.apply(closure, vec![Data::Int(index)])?);
        }
        Ok(Data::List(items))
    }
}
