//! Places: cells, adjoint variables, and parts of them.

use super::data::{Data, Part};
use super::{Machine, Result, broken, last, unknown};
use crate::ir::{Op, Projection, Value};

impl Machine<'_> {
    pub(super) fn part(&mut self, projection: &Projection) -> Result<Part> {
        Ok(match projection {
            Projection::Unboxed => return unknown("a box"),
            Projection::Variant(field) => Part::Variant(
                last(&field.path),
                quote::ToTokens::to_token_stream(&field.member).to_string(),
            ),
            Projection::Field(syn::Member::Named(name)) => Part::Field(name.to_string()),
            Projection::Field(syn::Member::Unnamed(index)) => Part::Index(index.index as usize),
            Projection::Index(index) => self.get(*index)?.as_index()?,
        })
    }

    /// The way from the root of a place to it.
    pub(super) fn path(&mut self, place: Value) -> Result<(Value, Vec<Part>)> {
        match &self.derivative.graph[place].op {
            Op::Ref(inner) | Op::Deref(inner) => self.path(*inner),
            Op::Project(base, projection) => {
                let (root, mut path) = self.path(*base)?;
                path.push(self.part(projection)?);
                Ok((root, path))
            }
            _ => Ok((place, Vec::new())),
        }
    }

    pub(super) fn store(&mut self, place: Value, data: Data) -> Result<()> {
        self.change(place, |held| {
            *held = data.clone();
            Ok(())
        })
    }

    /// Changes what a place of a cell holds.
    pub(super) fn change<T>(
        &mut self,
        place: Value,
        change: impl FnMut(&mut Data) -> Result<T>,
    ) -> Result<T> {
        let (root, path) = self.path(place)?;
        let held = self.state.values.get_mut(&root);
        changed(held, &path, change, || {
            format!("the cell %{} is not there", root.0)
        })
    }

    pub(super) fn adjoint(&self, root: Value) -> Result<Data> {
        match self.adjoints.get(&root) {
            Some(adjoint) => Ok(adjoint.clone()),
            None => broken(format!("the adjoint of %{} was not begun", root.0)),
        }
    }

    pub(super) fn set_adjoint(&mut self, place: Value, data: Data) -> Result<()> {
        self.change_adjoint(place, |slot| {
            *slot = data.clone();
            Ok(())
        })
    }

    pub(super) fn change_adjoint<T>(
        &mut self,
        place: Value,
        change: impl FnMut(&mut Data) -> Result<T>,
    ) -> Result<T> {
        let (root, path) = self.path(place)?;
        let adjoint = self.adjoints.get_mut(&root);
        changed(adjoint, &path, change, || {
            format!("the adjoint of %{} was not begun", root.0)
        })
    }
}

/// Changes a part of what is there.
fn changed<T>(
    held: Option<&mut Data>,
    path: &[Part],
    mut change: impl FnMut(&mut Data) -> Result<T>,
    missing: impl FnOnce() -> String,
) -> Result<T> {
    match held {
        Some(held) => held.change(path, &mut change),
        None => broken(missing()),
    }
}
