//! The trace of a loop whose number of iterations is a constant.

/// A list of at most `N` elements that needs no heap.
#[derive(Clone, Copy, Debug)]
pub struct Stack<T, const N: usize> {
    elements: [T; N],
    len: usize,
}

impl<T: Copy + Default, const N: usize> Stack<T, N> {
    /// An empty one.
    #[inline(always)]
    #[must_use]
    pub fn new() -> Self {
        Stack {
            elements: [T::default(); N],
            len: 0,
        }
    }

    /// Appends an element. Panics when there are `N`.
    #[inline(always)]
    pub fn push(&mut self, element: T) {
        self.elements[self.len] = element;
        self.len += 1;
    }
}

/// The elements, first to last.
impl<T, const N: usize> core::ops::Deref for Stack<T, N> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.elements[..self.len]
    }
}

impl<T: Copy + Default, const N: usize> Default for Stack<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_holds_what_is_pushed() {
        let mut stack = Stack::<_, 3>::new();
        for i in 0..2 {
            stack.push((i, 0.5 * f64::from(i)));
        }
        assert_eq!(
            stack.iter().rev().copied().collect::<Vec<_>>(),
            [(1, 0.5), (0, 0.0)]
        );
        assert_eq!(stack[..], [(0, 0.0), (1, 0.5)]);
        assert_eq!(Stack::<f64, 0>::default().iter().len(), 0);
    }
}
