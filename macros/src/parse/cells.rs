//! Which variables change in place. A variable that is only assigned as a whole, outside of loops, needs no place of its
//! own: each assignment is a new value. One that is assigned in a loop, or by parts, or borrowed mutably, is a *cell*.
//!
//! What is a cell, and what is stored in it, shows only after its declaration: the function is lowered again until
//! nothing new is learned. Knowledge is kept by name, so that a second variable of the same name shares it; that costs
//! a little, and loses nothing.

use crate::ir::Ty;
use std::collections::{HashMap, HashSet};

#[derive(Default, Debug)]
pub(super) struct Cells {
    names: HashSet<String>,
    active: HashSet<String>,
    types: HashMap<String, Ty>,
    /// Variables that are enums: what they hold before and after an assignment has different tangents.
    enums: HashSet<String>,
    /// Whether the last pass learned something new.
    changed: bool,
}

impl Cells {
    /// Whether the function has to be lowered again.
    pub(super) fn learned(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    pub(super) fn is_cell(&self, name: &str) -> bool {
        self.names.contains(name)
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

    pub(super) fn is_enum(&self, name: &str) -> bool {
        self.enums.contains(name)
    }

    pub(super) fn make_enum(&mut self, name: &str) {
        self.changed |= self.enums.insert(name.to_owned());
    }

    pub(super) fn ty(&self, name: &str) -> Option<&Ty> {
        self.types.get(name)
    }

    /// Notes the type of what a cell holds, learned after it was declared.
    pub(super) fn learn(&mut self, name: &str, ty: Ty) {
        if !self.types.contains_key(name) {
            self.types.insert(name.to_owned(), ty);
            self.changed = true;
        }
    }
}
