//! Variables and their parts.

use super::{Binding, Data, Machine, Result, invalid};
use crate::ast::{Expr, Pattern};
use crate::dual::Number;

/// A variable, by its position, and the way to a part of it; perhaps only a run of the list there.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) variable: usize,
    pub(super) path: Vec<usize>,
    run: Option<(usize, usize)>,
}

impl Place {
    /// A variable as a whole.
    pub(super) fn of(variable: usize) -> Self {
        Place {
            variable,
            path: Vec::new(),
            run: None,
        }
    }
}

impl<S: Number> Machine<'_, S> {
    pub(super) fn place(&mut self, expr: &Expr) -> Result<Place, S> {
        match expr {
            Expr::Var(name) => {
                let found = self.variables[self.frame..]
                    .iter()
                    .rposition(|(known, _)| known == name);
                let Some(index) = found else {
                    return invalid(format!("no variable `{name}`"));
                };
                let variable = self.frame + index;
                Ok(match &self.variables[variable].1 {
                    Binding::Alias(place) => place.clone(),
                    Binding::Own(_) => Place::of(variable),
                    Binding::Closure(_) => return invalid("a closure is no place"),
                })
            }
            Expr::Deref(inner) | Expr::Ref(inner) | Expr::Lend(inner, _) => self.place(inner),
            Expr::Slice(base, from, to) => {
                let mut place = self.place(base)?;
                let Data::List(list) = self.load(&place)? else {
                    return invalid("not a list");
                };
                let to = match to {
                    Some(to) => self.int(to)?,
                    None => list.len(),
                };
                if *from > to || to > list.len() {
                    return invalid("a slice out of bounds");
                }
                place.run = Some((*from, to));
                Ok(place)
            }
            Expr::Field(base, _, index) | Expr::Part(base, index) => {
                let mut place = self.place(base)?;
                place.path.push(*index);
                Ok(place)
            }
            Expr::Index(base, index) => {
                let mut place = self.place(base)?;
                place.path.push(self.int(index)?);
                Ok(place)
            }
            _ => invalid("not a place"),
        }
    }

    pub(super) fn load(&mut self, place: &Place) -> Result<Data<S>, S> {
        let data = self.part_of(place)?.clone();
        Ok(match (place.run, data) {
            (Some((from, to)), Data::List(list)) => Data::List(list[from..to].to_vec()),
            (_, data) => data,
        })
    }

    pub(super) fn part_of(&mut self, place: &Place) -> Result<&mut Data<S>, S> {
        let Binding::Own(Some(data)) = &mut self.variables[place.variable].1 else {
            return invalid("a variable without a value");
        };
        let mut data = data;
        for index in &place.path {
            data = match data {
                Data::List(parts) | Data::Parts(parts) | Data::Variant(_, parts)
                    if *index < parts.len() =>
                {
                    &mut parts[*index]
                }
                Data::Maybe(Some(held)) => held,
                _ => return invalid("no such part of a place"),
            };
        }
        Ok(data)
    }

    pub(super) fn store(&mut self, place: &Place, value: Data<S>) -> Result<(), S> {
        let slot = &mut self.variables[place.variable].1;
        if let (true, Binding::Own(None)) = (place.path.is_empty(), &*slot) {
            *slot = Binding::Own(Some(value));
            return Ok(());
        }
        let slot = self.part_of(place)?;
        match (place.run, slot, value) {
            (Some((from, to)), Data::List(list), Data::List(items)) => {
                list.splice(from..to, items);
            }
            (_, slot, value) => *slot = value,
        }
        Ok(())
    }

    /// Another name for a part of a place.
    pub(super) fn alias(&mut self, name: &str, place: &Place, index: Option<usize>) {
        let mut place = place.clone();
        place.path.extend(index);
        self.variables
            .push((name.to_owned(), Binding::Alias(place)));
    }

    pub(super) fn declare(&mut self, name: &str, value: Option<Data<S>>) {
        self.variables.push((name.to_owned(), Binding::Own(value)));
    }

    pub(super) fn bind(&mut self, pattern: &Pattern, value: Data<S>) -> Result<(), S> {
        match (pattern, value) {
            (Pattern::Name(name, _), value) => self.declare(name, Some(value)),
            (Pattern::Any, _) => {}
            (Pattern::Ref(inner), value) => self.bind(inner, value)?,
            (Pattern::Tuple(inner) | Pattern::Struct(_, inner), Data::Parts(parts))
                if inner.len() == parts.len() =>
            {
                for (pattern, part) in inner.iter().zip(parts) {
                    self.bind(pattern, part)?;
                }
            }
            _ => return invalid("a pattern that does not fit"),
        }
        Ok(())
    }
}
