//! The derivation of a derivative as text: what it looks like, that it is true, and that it stays short.

#[path = "formulas/branches.rs"]
mod branches;
#[path = "formulas/calls.rs"]
mod calls;
#[path = "formulas/evaluate.rs"]
mod evaluate;
#[path = "formulas/loops.rs"]
mod loops;
#[path = "formulas/networks.rs"]
mod networks;
#[path = "formulas/notation.rs"]
mod notation;
#[path = "formulas/outputs.rs"]
mod outputs;
#[path = "formulas/size.rs"]
mod size;
#[path = "formulas/textbook.rs"]
mod textbook;
#[path = "formulas/truth.rs"]
mod truth;
