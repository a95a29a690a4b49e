//! Values of any type.

use super::rust::Closure;
use super::{Result, broken, unknown};
use std::rc::Rc;

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Data {
    Float(f64),
    Int(i64),
    Bool(bool),
    List(Vec<Data>),
    Tuple(Vec<Data>),
    Struct(Vec<(String, Data)>),
    Option(Option<Box<Data>>),
    /// A variant of an enum: its name, and its fields.
    Variant(String, Vec<(String, Data)>),
    /// From the first integer to the one before the second, or without end.
    Range(i64, Option<i64>),
    Closure(Rc<Closure>),
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Index(usize),
    /// From the first index to the one before the second, or to the end of the list.
    Slice(usize, Option<usize>),
    Field(String),
    /// The field of a variant.
    Variant(String, String),
}

impl Data {
    /// The zero tangent; what has none stays as it is.
    pub(super) fn zero(&self) -> Data {
        let all = |parts: &[Data]| parts.iter().map(Data::zero).collect();
        match self {
            Data::Float(_) => Data::Float(0.0),
            Data::List(parts) => Data::List(all(parts)),
            Data::Tuple(parts) => Data::Tuple(all(parts)),
            Data::Struct(fields) => Data::Struct(
                fields
                    .iter()
                    .map(|(name, part)| (name.clone(), part.zero()))
                    .collect(),
            ),
            Data::Option(held) => Data::Option(held.as_ref().map(|held| Box::new(held.zero()))),
            Data::Variant(name, fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, part)| (name.clone(), part.zero()));
                Data::Variant(name.clone(), fields.collect())
            }
            other => other.clone(),
        }
    }

    pub(super) fn add(&mut self, other: &Data) -> Result<()> {
        match (&mut *self, other) {
            (Data::Float(a), Data::Float(b)) => *a += b,
            (Data::List(a), Data::List(b)) | (Data::Tuple(a), Data::Tuple(b)) => {
                if a.len() != b.len() {
                    return broken(format!("{} parts and {}", a.len(), b.len()));
                }
                for (a, b) in a.iter_mut().zip(b) {
                    a.add(b)?;
                }
            }
            (Data::Struct(a), Data::Struct(b)) => {
                for ((_, a), (_, b)) in a.iter_mut().zip(b) {
                    a.add(b)?;
                }
            }
            (Data::Variant(a_name, a), Data::Variant(b_name, b)) => {
                if a_name != b_name {
                    return broken(format!("{a_name} and {b_name} are added"));
                }
                for ((_, a), (_, b)) in a.iter_mut().zip(b) {
                    a.add(b)?;
                }
            }
            (Data::Option(a), Data::Option(b)) => match (a, b) {
                (Some(a), Some(b)) => a.add(b)?,
                (None, Some(_)) => *self = other.clone(),
                _ => {}
            },
            (Data::Int(_) | Data::Bool(_), _) => {}
            (a, b) => return broken(format!("{a:?} and {b:?} are added")),
        }
        Ok(())
    }

    pub(super) fn unit() -> Data {
        Data::Tuple(Vec::new())
    }

    pub(super) fn part(&self, part: &Part) -> Result<Data> {
        let part = std::slice::from_ref(part);
        self.clone().change(part, &mut |found| Ok(found.clone()))
    }

    /// Changes what is behind a path. The elements of a slice are put back when they were changed.
    pub(super) fn change<T>(
        &mut self,
        path: &[Part],
        change: &mut dyn FnMut(&mut Data) -> Result<T>,
    ) -> Result<T> {
        let Some((part, rest)) = path.split_first() else {
            return change(self);
        };
        if let (Data::List(list), Part::Slice(from, to)) = (&mut *self, part) {
            let range = *from..to.unwrap_or(list.len());
            let Some(elements) = list.get(range.clone()) else {
                return broken(format!("there is no {part:?}"));
            };
            let mut slice = Data::List(elements.to_vec());
            let changed = slice.change(rest, change)?;
            list.splice(range, slice.items()?);
            return Ok(changed);
        }
        match self.inside(part) {
            Some(found) => found.change(rest, change),
            None => broken(format!("there is no {part:?}")),
        }
    }

    fn inside(&mut self, part: &Part) -> Option<&mut Data> {
        fn named<'f>(fields: &'f mut [(String, Data)], name: &str) -> Option<&'f mut Data> {
            let mut fields = fields.iter_mut();
            fields
                .find(|(known, _)| known == name)
                .map(|(_, part)| part)
        }
        match (self, part) {
            (Data::List(parts) | Data::Tuple(parts), Part::Index(index)) => parts.get_mut(*index),
            (Data::Struct(fields), Part::Field(name)) => named(fields, name),
            (Data::Variant(variant, fields), Part::Variant(name, field)) if variant == name => {
                named(fields, field)
            }
            (Data::Option(held), Part::Variant(name, _)) if name == "Some" => held.as_deref_mut(),
            _ => None,
        }
    }

    /// The part of a list that this is the index of.
    pub(super) fn as_index(&self) -> Result<Part> {
        let index = |number: i64| match usize::try_from(number) {
            Ok(index) => Ok(index),
            Err(_) => broken("a negative index"),
        };
        Ok(match self {
            Data::Int(number) => Part::Index(index(*number)?),
            Data::Range(from, to) => Part::Slice(index(*from)?, to.map(index).transpose()?),
            other => return unknown(format!("an index {other:?}")),
        })
    }

    /// What an iterator gives.
    pub(super) fn items(self) -> Result<Vec<Data>> {
        match self {
            Data::List(list) => Ok(list),
            Data::Range(from, Some(to)) => Ok((from..to).map(Data::Int).collect()),
            other => unknown(format!("items of {other:?}")),
        }
    }

    pub(super) fn list(&mut self) -> Result<&mut Vec<Data>> {
        match self {
            Data::List(list) => Ok(list),
            _ => unknown("no list"),
        }
    }

    pub(super) fn float(&self) -> Result<f64> {
        match self {
            Data::Float(value) => Ok(*value),
            other => unknown(format!("{other:?} in the place of a float")),
        }
    }

    /// Every float, in order.
    pub(super) fn floats(&self, found: &mut Vec<f64>) {
        match self {
            Data::Float(value) => found.push(*value),
            Data::List(parts) | Data::Tuple(parts) => {
                parts.iter().for_each(|part| part.floats(found))
            }
            Data::Struct(fields) => fields.iter().for_each(|(_, part)| part.floats(found)),
            Data::Variant(_, fields) => fields.iter().for_each(|(_, part)| part.floats(found)),
            Data::Option(Some(held)) => held.floats(found),
            _ => {}
        }
    }
}
