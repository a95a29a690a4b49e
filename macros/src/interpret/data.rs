//! Values of any type.

use super::{Result, broken, unknown};

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
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Index(usize),
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
            // The adjoint of an option that holds something, from where it was taken out.
            (Data::Option(Some(a)), b) => a.add(b)?,
            (a, Data::Option(Some(b))) => a.add(b)?,
            (Data::Option(None), b) => *self = Data::Option(Some(Box::new(b.clone()))),
            (Data::Int(_) | Data::Bool(_), _) => {}
            (a, b) => return broken(format!("{a:?} and {b:?} are added")),
        }
        Ok(())
    }

    pub(super) fn part(&self, part: &Part) -> Result<Data> {
        self.clone().at(std::slice::from_ref(part)).cloned()
    }

    pub(super) fn at(&mut self, path: &[Part]) -> Result<&mut Data> {
        let Some((part, rest)) = path.split_first() else {
            return Ok(self);
        };
        let found = match (&mut *self, part) {
            (Data::List(parts) | Data::Tuple(parts), Part::Index(index)) => parts.get_mut(*index),
            (Data::Struct(fields), Part::Field(name)) => fields
                .iter_mut()
                .find(|(known, _)| known == name)
                .map(|(_, part)| part),
            (Data::Variant(variant, fields), Part::Variant(name, field)) => {
                let fits = variant == name;
                let mut fields = fields.iter_mut();
                let found = fields.find(|(known, _)| fits && known == field);
                found.map(|(_, part)| part)
            }
            (Data::Option(Some(held)), Part::Variant(..)) => return held.at(rest),
            (Data::Option(Some(held)), _) => return held.at(path),
            _ => None,
        };
        match found {
            Some(found) => found.at(rest),
            None => broken(format!("there is no {part:?}")),
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
            Data::Option(Some(held)) => held.float(),
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
