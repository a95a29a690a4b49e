//! Random programs in the language that `#[differentiate]` supports: what they are, how they are drawn and printed, and what
//! they compute, value and gradient, by an interpreter over dual numbers that shares nothing with the macro.

mod ast;
mod dual;
mod generate;
mod harness;
mod interpret;
mod print;
mod reference;
mod rng;
mod rounded;
mod sample;
mod shrink;
mod types;

pub use ast::*;
pub use dual::{DIRECTIONS, Dual, Number};
pub use generate::generate;
pub use interpret::{Data, Ran, Stopped, run};
pub use print::types;
pub use reference::{Allowed, Case, LENGTH, Outcome, active_floats, case, examine};
pub use rng::Rng;
pub use sample::{Sample, sample, sample_of, seeds, source, test};
pub use shrink::reductions;
