//! The trace of a loop that stands in another one, which contains its backward sweep.

use super::Slots;

/// A trace that each iteration of a loop around begins anew, in memory that is not cleared in between.
#[derive(Debug)]
pub struct Again<T> {
    elements: Vec<T>,
    used: usize,
}

impl<T> Again<T> {
    /// Without elements.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        let elements = Vec::new();
        Again { elements, used: 0 }
    }

    /// Begins anew.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// Appends an element.
    #[inline(always)]
    pub fn push(&mut self, element: T) {
        match self.elements.get_mut(self.used) {
            Some(place) => *place = element,
            None => self.elements.push(element),
        }
        self.used += 1;
    }
}

impl<T> Default for Again<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> core::ops::Deref for Again<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.elements[..self.used]
    }
}

impl<T: Clone + Default> Slots<T> for Again<T> {
    #[inline(always)]
    fn more(&mut self, count: usize) -> &mut [T] {
        let before = self.used;
        self.used += count;
        if self.elements.len() < self.used {
            self.elements.resize(self.used, T::default());
        }
        &mut self.elements[before..self.used]
    }
}

#[cfg(test)]
mod tests {
    use super::super::slots;
    use super::*;

    #[test]
    fn a_trace_that_begins_anew_holds_what_was_written_since() {
        let mut trace = Again::new();
        for count in [3, 5, 2] {
            trace.clear();
            for (i, slot) in slots(&mut trace, 0..count) {
                *slot = i + count;
            }
            trace.push(9);
            for (_, slot) in slots(&mut trace, 0..2) {
                *slot = 7;
            }
            let expected = (count..2 * count).chain([9, 7, 7]);
            assert!(trace.iter().copied().eq(expected));
        }
    }
}
