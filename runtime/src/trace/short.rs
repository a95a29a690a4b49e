//! The trace of a loop that may be run a few times only.

use super::Slots;

/// The most elements that need no heap.
const FEW: usize = 8;

/// A trace that is on the heap only where it is long.
#[derive(Clone, Debug)]
pub struct Short<T> {
    few: [T; FEW],
    used: usize,
    /// All elements, where there are more than a few.
    many: Vec<T>,
}

impl<T: Copy + Default> Short<T> {
    /// Without elements.
    #[inline(always)]
    #[must_use]
    pub fn new() -> Self {
        Short {
            few: [T::default(); FEW],
            used: 0,
            many: Vec::new(),
        }
    }
}

impl<T: Copy + Default> Default for Short<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> core::ops::Deref for Short<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        match self.many.is_empty() {
            true => &self.few[..self.used],
            false => &self.many,
        }
    }
}

impl<T: Copy + Default> Slots<T> for Short<T> {
    #[inline(always)]
    fn more(&mut self, count: usize) -> &mut [T] {
        let before = self.used;
        self.used += count;
        if self.used <= FEW {
            return &mut self.few[before..self.used];
        }
        if self.many.is_empty() {
            self.many.extend_from_slice(&self.few[..before]);
        }
        self.many.resize(self.used, T::default());
        &mut self.many[before..]
    }
}

#[cfg(test)]
mod tests {
    use super::super::slots;
    use super::*;

    #[test]
    fn few_and_many() {
        for counts in [
            [0, 0, 0],
            [0, 3, 5],
            [5, 4, 0],
            [8, 0, 1],
            [0, 9, 2],
            [20, 30, 0],
        ] {
            let mut trace = Short::new();
            let mut expected = Vec::new();
            for count in counts {
                for (i, slot) in slots(&mut trace, 0..count) {
                    *slot = (i, count);
                    expected.push((i, count));
                }
                assert_eq!(trace[..], expected);
            }
            assert_eq!(trace.many.capacity() == 0, expected.len() <= FEW);
        }
    }
}
