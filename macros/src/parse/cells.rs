//! Which variables change in place. A variable that is only assigned as a whole, outside of loops, needs no place of its
//! own: each assignment is a new value. One that is assigned in a loop, or by parts, or borrowed mutably, is a *cell*.
//!
//! What is a cell, and what is stored in it, shows only after its declaration: the function is lowered again until
//! nothing new is learned. Knowledge is kept by name, so that a second variable of the same name shares it; that costs
//! a little, and loses nothing. Their types are kept apart: by the number of the cell among those of its name.

use crate::ir::Ty;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

#[derive(Default, Debug)]
pub(super) struct Cells {
    names: HashSet<String>,
    /// Those of the passes before, so that a pass makes the same cells wherever it learns of them.
    known: HashSet<String>,
    active: HashSet<String>,
    types: HashMap<(String, usize), Ty>,
    /// The names in the function.
    written: HashSet<String>,
    /// How many cells of each name the pass has made so far.
    made: HashMap<String, usize>,
    /// Whether the last pass learned something new.
    changed: bool,
}

impl Cells {
    /// Of a function that these names stand in.
    pub(super) fn of(written: HashSet<String>) -> Self {
        Cells {
            written,
            ..Cells::default()
        }
    }

    /// A name for a cell that no name of the function reaches: it shares what is known with no variable.
    pub(super) fn hidden(&self, wish: &str) -> String {
        let mut name = wish.to_owned();
        while self.written.contains(&name) {
            name.push('_');
        }
        name
    }

    /// Whether the function has to be lowered again.
    pub(super) fn learned(&mut self) -> bool {
        self.made.clear();
        self.known.clone_from(&self.names);
        std::mem::take(&mut self.changed)
    }

    pub(super) fn is_cell(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    pub(super) fn make_cell(&mut self, name: &str) {
        self.changed |= self.names.insert(name.to_owned());
    }

    pub(super) fn is_active(&self, name: &str) -> bool {
        self.active.contains(name)
    }

    pub(super) fn activate(&mut self, name: &str) {
        self.changed |= self.active.insert(name.to_owned());
    }

    /// The number of the next cell of a name.
    pub(super) fn next(&self, name: &str) -> usize {
        self.made.get(name).copied().unwrap_or(0)
    }

    /// Counts a cell, and says what earlier passes learned of its type.
    pub(super) fn make(&mut self, name: &str) -> Option<&Ty> {
        let number = self.next(name);
        self.made.insert(name.to_owned(), number + 1);
        self.types.get(&(name.to_owned(), number))
    }

    /// Notes the type of what a cell holds, learned after it was declared.
    pub(super) fn learn(&mut self, name: &str, number: usize, ty: Ty) {
        let cell = (name.to_owned(), number);
        if let Entry::Vacant(unknown) = self.types.entry(cell) {
            unknown.insert(ty);
            self.changed = true;
        }
    }
}
