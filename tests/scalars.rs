//! The language on floats: every construct gives the derivatives of the function as it runs.
#![allow(
    clippy::all,
    reason = "the functions are written in every way, not in the best one"
)]

/// Checks a function of `mod double` and its like in `mod single`, by every entry point and finite differences.
macro_rules! both {
    ($f:ident($($x:ident in $from:literal..$to:literal),+)) => {
        chainrule_tests::check!(double::$f($($x in $from..$to),+));
        chainrule_tests::check!(f32 single::$f as double::$f($($x in $from..$to),+));
    };
}

#[path = "scalars/bindings.rs"]
mod bindings;
#[path = "scalars/branches.rs"]
mod branches;
#[path = "scalars/calls.rs"]
mod calls;
#[path = "scalars/constants.rs"]
mod constants;
#[path = "scalars/effects.rs"]
mod effects;
#[path = "scalars/indices.rs"]
mod indices;
#[path = "scalars/inside.rs"]
mod inside;
#[path = "scalars/items.rs"]
mod items;
#[path = "scalars/methods.rs"]
mod methods;
#[path = "scalars/parameters.rs"]
mod parameters;
#[path = "scalars/pullbacks.rs"]
mod pullbacks;
#[path = "scalars/returns.rs"]
mod returns;
