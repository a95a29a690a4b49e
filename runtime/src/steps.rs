//! The steps of a range by number, and the parts of lists that a loop over the range goes through.

use crate::Float;
use core::iter::Rev;
use core::ops::Range;

/// An integer that a range counts with.
pub trait Count: Copy {
    /// The one that many steps further.
    fn after(self, steps: usize) -> Self;
    /// The one that many steps before.
    fn before(self, steps: usize) -> Self;
}

macro_rules! counts {
    ($($int:ident)*) => {$(
        impl Count for $int {
            // Between the bounds of a range of this type, so that what is cut off cancels.
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_lossless)]
            fn after(self, steps: usize) -> Self {
                self.wrapping_add(steps as $int)
            }

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_lossless)]
            fn before(self, steps: usize) -> Self {
                self.wrapping_sub(steps as $int)
            }
        }
    )*};
}
counts!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// A range, from either end.
pub trait Steps {
    /// What it counts with.
    type Index;
    /// How many steps there are.
    fn number(&self) -> usize;
    /// The index of a step, by its number.
    fn step(&self, number: usize) -> Self::Index;
}

impl<I: Count> Steps for Range<I>
where
    Range<I>: Iterator<Item = I>,
{
    type Index = I;

    #[inline(always)]
    fn number(&self) -> usize {
        self.size_hint().0
    }

    #[inline(always)]
    fn step(&self, number: usize) -> I {
        self.start.after(number)
    }
}

impl<I: Count> Steps for Rev<Range<I>>
where
    Range<I>: DoubleEndedIterator<Item = I>,
{
    type Index = I;

    #[inline(always)]
    fn number(&self) -> usize {
        self.size_hint().0
    }

    #[inline(always)]
    fn step(&self, number: usize) -> I {
        let mut rest = self.clone();
        rest.next().map_or_else(
            || unreachable!("a step of it"),
            |first| first.before(number),
        )
    }
}

/// The steps of a range, by number and index.
#[inline(always)]
pub fn steps<S: Steps>(steps: S) -> impl Iterator<Item = (usize, S::Index)> {
    (0..steps.number()).map(move |number| (number, steps.step(number)))
}

/// The same from the last to the first.
#[inline(always)]
pub fn back_steps<S: Steps>(steps: S) -> impl Iterator<Item = (usize, S::Index)> {
    let numbers = (0..steps.number()).rev();
    numbers.map(move |number| (number, steps.step(number)))
}

/// The part of a list that a loop goes through, from the position that its first step has.
#[inline(always)]
pub fn window<T, I: Count>(list: &[T], range: Range<I>, position: impl FnOnce(I) -> usize) -> &[T]
where
    Range<I>: Iterator<Item = I>,
{
    match range.number() {
        0 => &[],
        number => &list[position(range.start)..][..number],
    }
}

/// See [`window`].
#[inline(always)]
pub fn window_mut<T, I: Count>(
    list: &mut [T],
    range: Range<I>,
    position: impl FnOnce(I) -> usize,
) -> &mut [T]
where
    Range<I>: Iterator<Item = I>,
{
    match range.number() {
        0 => &mut [],
        number => &mut list[position(range.start)..][..number],
    }
}

/// The sum of what a loop adds to one element of a list, to begin with.
#[inline(always)]
pub fn zero_of<T: Float>(_: &[T]) -> T {
    T::lit(0.0)
}

/// Adds the sum of what a loop adds to one element. Of a loop that was never run there may be no such element.
#[inline(always)]
pub fn add_at<T: Float>(list: &mut [T], position: impl FnOnce() -> usize, sum: T) {
    if sum != T::lit(0.0) {
        list[position()] += sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_all_integers() {
        assert_eq!((-100..100_i8).step(199), 99);
        assert_eq!((-100..100_i8).rev().step(199), -100);
        let (more, less) = (5, 2);
        assert_eq!((0..0_u64).number() + (more..less).number(), 0);
        assert_eq!((u64::MAX - 1..u64::MAX).step(0), u64::MAX - 1);
    }

    #[test]
    fn windows_begin_where_the_first_step_is() {
        let mut list = [0, 10, 20, 30, 40];
        assert_eq!(window(&list, 1..4, |i: usize| i + 1), [20, 30, 40]);
        assert_eq!(window(&list, 7..7, |i: usize| i - 9), [0; 0]);
        window_mut(&mut list, 2..4, |i: usize| i - 2)[1] = 5;
        assert_eq!(list, [0, 5, 20, 30, 40]);
        let (more, less) = (5, 2);
        assert_eq!(window_mut(&mut list, more..less, |i: usize| i - 9), [0; 0]);
    }

    #[test]
    fn sums_of_loops_that_never_run_have_no_place() {
        let mut list = [1.0, 2.0];
        assert!(zero_of(&list) == 0.0);
        add_at(&mut list, || unreachable!("not asked for"), 0.0);
        add_at(&mut list, || 1, -3.0);
        assert_eq!(list, [1.0, -1.0]);
        add_at(&mut list, || 0, f64::NAN);
        assert!(list[0].is_nan());
    }

    #[test]
    fn steps_have_numbers() {
        assert!(steps(3..5_i8).eq([(0, 3), (1, 4)]));
        assert!(back_steps(3..5_i8).eq([(1, 4), (0, 3)]));
    }
}
