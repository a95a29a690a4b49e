//! Places that functions change for their callers: `&mut` parameters, `&mut self`, and what is lent to nested calls.
#![allow(
    clippy::all,
    reason = "the functions are written in every way, not in the best one"
)]

#[path = "places/calls.rs"]
mod calls;
#[path = "places/methods.rs"]
mod methods;
#[path = "places/parameters.rs"]
mod parameters;
#[path = "places/pullbacks.rs"]
mod pullbacks;
#[path = "places/taken.rs"]
mod taken;
#[path = "places/traits.rs"]
mod traits;
#[path = "places/variants.rs"]
mod variants;
