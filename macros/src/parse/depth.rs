//! How deep a function may nest: the macro descends into it, and the stack of the compiler ends somewhere.

use super::Lower;
use crate::ir::{Op, Ty, Value};
use proc_macro2::Span;

/// Bytes of stack for the lowering. The other stages take less, and the compiler gives 8 MiB to all of it.
const MOST: usize = 3 << 20;

/// Where the lowering began.
#[derive(Debug)]
pub(super) struct Depth {
    begin: usize,
    is_reported: bool,
}

impl Depth {
    pub(super) fn here() -> Self {
        Depth {
            begin: address(),
            is_reported: false,
        }
    }
}

/// About where the stack ends now.
#[inline(never)]
fn address() -> usize {
    let here = 0_u8;
    std::hint::black_box(std::ptr::from_ref(&here)) as usize
}

impl Lower<'_> {
    /// Stands for what is nested too deeply; `None` while there is room.
    pub(super) fn too_deep(&mut self, span: Span) -> Option<Value> {
        if self.depth.begin.abs_diff(address()) < MOST {
            return None;
        }
        if std::mem::replace(&mut self.depth.is_reported, true) {
            return Some(self.add(Op::Error, Ty::Other, span));
        }
        Some(self.error(
            span,
            "this function is nested too deeply to be differentiated",
            "make parts of it functions of their own: what follows a `return` in a branch, or a `let .. else`, is nested in it",
        ))
    }
}
