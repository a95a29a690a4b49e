//! Random programs, drawn by `build.rs`.
#![allow(warnings, clippy::all)]

use chainrule::prelude::*;
use chainrule_fuzz_compiled::{Answers, Split, answers, check, read, spoil, value};

include!(concat!(env!("OUT_DIR"), "/programs_2.rs"));
