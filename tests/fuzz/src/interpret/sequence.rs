//! Items as iterators give them. Closures in a chain change nothing, so that all items may be made at once.

use super::{Data, Machine, Result, invalid};
use crate::ast::Sequence;
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
            Sequence::MapNamed(inner, name) => {
                let items = self.items(inner)?.into_iter();
                items
                    .map(|item| self.call_named(name, vec![item]))
                    .collect::<Result<_, S>>()?
            }
        })
    }
}
