//! The procedural macros of chainrule. Use them through the `chainrule` crate.
