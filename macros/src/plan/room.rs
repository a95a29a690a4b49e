//! How much a trace of all runs of a loop will hold, as far as that is known before the outermost statement around the loop.

use super::kept::Decider;
use crate::ir::{Op, Projection, Value};
use crate::parse::plain;

/// A bound of a range, before the loops.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// Has been computed by then.
    Known(Value),
    /// Can be written there.
    Written(Value),
}

/// The ranges that the loops around an iteration go through.
pub(crate) type Room = Vec<[Bound; 2]>;

impl Decider<'_> {
    /// Those of a loop and of the loops around it whose ranges are known before all of them, the outermost first.
    pub(super) fn room(&self, id: usize) -> Room {
        let mut room = Room::new();
        let mut next = Some(id);
        while let Some(id) = next {
            if let Some(Some(range)) = self.loops.get(&id) {
                room.extend(self.known_before(*range));
            }
            next = self.parents.get(&id).copied().flatten().map(|(id, _)| id);
        }
        room.reverse();
        room
    }

    fn known_before(&self, [start, end]: [Value; 2]) -> Option<[Bound; 2]> {
        Some([self.bound(start)?, self.bound(end)?])
    }

    fn bound(&self, value: Value) -> Option<Bound> {
        match (self.homes.get(&value), &self.graph[value].op) {
            (Some(None), _) | (None, Op::Param(_)) => Some(Bound::Known(value)),
            _ => self.cannot_fail(value).then_some(Bound::Written(value)),
        }
    }

    /// Whether an expression is a number, a name, or the length of something that is there and stays as it is.
    fn cannot_fail(&self, value: Value) -> bool {
        let Op::Rust(snippet) = &self.graph[value].op else {
            return false;
        };
        match &snippet.uses[..] {
            [] => snippet.tokens.clone().into_iter().count() == 1,
            [(name, known)] if snippet.text() == plain(name) => self.bound(*known).is_some(),
            [_] => {
                let list = snippet.length_of();
                self.stable.contains(value)
                    && list.is_some_and(|list| self.is_part_of_parameter(list))
            }
            _ => false,
        }
    }

    fn is_part_of_parameter(&self, value: Value) -> bool {
        match &self.graph[value].op {
            Op::Param(_) => !self.graph[value].lent,
            Op::Project(base, Projection::Field(_)) | Op::Ref(base) | Op::Deref(base) => {
                self.is_part_of_parameter(*base)
            }
            _ => false,
        }
    }
}
