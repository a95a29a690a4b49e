//! The language beyond floats and loops: what everyday functions are written with.
#![allow(
    clippy::all,
    unused_assignments,
    reason = "the functions are written in every way, not in the best one"
)]

#[path = "language/anew.rs"]
mod anew;
#[path = "language/arrays.rs"]
mod arrays;
#[path = "language/asked.rs"]
mod asked;
#[path = "language/behind.rs"]
mod behind;
#[path = "language/borrowing.rs"]
mod borrowing;
#[path = "language/boxes.rs"]
mod boxes;
#[path = "language/chains.rs"]
mod chains;
#[path = "language/changers.rs"]
mod changers;
#[path = "language/closures.rs"]
mod closures;
#[path = "language/combined.rs"]
mod combined;
#[path = "language/constants.rs"]
mod constants;
#[path = "language/contents.rs"]
mod contents;
#[path = "language/control.rs"]
mod control;
#[path = "language/effects.rs"]
mod effects;
#[path = "language/enums.rs"]
mod enums;
#[path = "language/everyday.rs"]
mod everyday;
#[path = "language/fields.rs"]
mod fields;
#[path = "language/from_fn.rs"]
mod from_fn;
#[path = "language/handed_on.rs"]
mod handed_on;
#[path = "language/held.rs"]
mod held;
#[path = "language/iterators.rs"]
mod iterators;
#[path = "language/lists.rs"]
mod lists;
#[path = "language/memory.rs"]
mod memory;
#[path = "language/methods.rs"]
mod methods;
#[path = "language/models.rs"]
mod models;
#[path = "language/names.rs"]
mod names;
#[path = "language/neighbours.rs"]
mod neighbours;
#[path = "language/nests.rs"]
mod nests;
#[path = "language/once.rs"]
mod once;
#[path = "language/options.rs"]
mod options;
#[path = "language/recursion.rs"]
mod recursion;
#[path = "language/removed.rs"]
mod removed;
#[path = "language/reordered.rs"]
mod reordered;
#[path = "language/results.rs"]
mod results;
#[path = "language/slices.rs"]
mod slices;
#[path = "language/steps.rs"]
mod steps;
#[path = "language/structs.rs"]
mod structs;
#[path = "language/sums.rs"]
mod sums;
#[path = "language/vectors.rs"]
mod vectors;
