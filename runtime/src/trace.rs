//! Lists in which loops keep what their backward sweep reads: one element an iteration, of all runs of the loop one after
//! the other. The backward sweep takes them off the end.

mod again;
mod short;

use crate::steps::Steps;
use core::ops::Range;

pub use again::Again;
pub use short::Short;

/// The most memory that is asked for before it is needed, in bytes.
const MOST_RESERVED: usize = 1 << 26;

/// How many iterations ranges have that loops within each other go through.
pub trait Iterations {
    /// Their product.
    fn iterations(&self) -> usize;
}

impl<I> Iterations for Range<I>
where
    Range<I>: Iterator,
{
    fn iterations(&self) -> usize {
        self.size_hint().0
    }
}

macro_rules! nested {
    ($($Range:ident)*) => {
        impl<$($Range: Iterations),*> Iterations for ($($Range,)*) {
            #[allow(non_snake_case)]
            fn iterations(&self) -> usize {
                let ($($Range,)*) = self;
                [$($Range.iterations()),*].into_iter().fold(1, usize::saturating_mul)
            }
        }
    };
}
nested!(A B);
nested!(A B C);
nested!(A B C D);

/// A list with room for an element for each iteration.
#[inline]
#[must_use]
pub fn reserved<T>(ranges: &impl Iterations) -> Vec<T> {
    let most = MOST_RESERVED / size_of::<T>().max(1);
    Vec::with_capacity(ranges.iterations().min(most))
}

/// The steps of a loop, each with a new element of its trace to write to.
#[inline(always)]
pub fn slots<'a, T: 'a, S: Steps>(
    trace: &'a mut impl Slots<T>,
    steps: S,
) -> impl Iterator<Item = (S::Index, &'a mut T)> {
    let new = trace.more(steps.number()).iter_mut().enumerate();
    new.map(move |(number, slot)| (steps.step(number), slot))
}

/// A trace that is written to by element.
pub trait Slots<T> {
    /// So many elements behind those that are there, to be overwritten.
    fn more(&mut self, count: usize) -> &mut [T];
}

impl<T: Clone + Default> Slots<T> for Vec<T> {
    #[inline(always)]
    fn more(&mut self, count: usize) -> &mut [T] {
        let before = self.len();
        self.resize(before + count, T::default());
        &mut self[before..]
    }
}

/// The steps of a loop from the last to the first, each with what the loop kept of it: the last run that `rest` holds, which
/// is taken off it.
#[inline(always)]
pub fn back<'a, T, S: Steps>(
    rest: &mut &'a [T],
    steps: S,
) -> impl Iterator<Item = (S::Index, &'a T)> + use<'a, T, S> {
    let kept = run(rest, &steps).iter().enumerate().rev();
    kept.map(move |(number, kept)| (steps.step(number), kept))
}

/// What the last run of a loop that `rest` holds has kept, first step to last; takes it off.
#[inline(always)]
pub fn run<'a, T, S: Steps>(rest: &mut &'a [T], steps: &S) -> &'a [T] {
    let (before, run) = rest.split_at(rest.len() - steps.number());
    *rest = before;
    run
}

/// What the last iteration that is not gone through yet has kept.
#[inline(always)]
pub fn last<'a, T>(rest: &mut &'a [T]) -> &'a T {
    let (last, before) = rest
        .split_last()
        .expect("as many iterations keep something as are gone through");
    *rest = before;
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_reserves_its_length() {
        assert!(reserved::<f64>(&(2..12)).capacity() >= 10);
        assert_eq!(reserved::<f64>(&(2_i64..2)).capacity(), 0);
    }

    #[test]
    fn ranges_within_each_other_reserve_their_product() {
        assert!(reserved::<f64>(&(0..3, 2..12_u8)).capacity() >= 30);
        assert_eq!(reserved::<f64>(&(0..3, 2..12_u8, 1..1)).capacity(), 0);
        let most = MOST_RESERVED / size_of::<f64>();
        assert!((most..2 * most).contains(&reserved::<f64>(&(0..usize::MAX, 0..9)).capacity()));
    }

    #[test]
    fn what_runs_keep_comes_back_from_the_end() {
        let mut trace = Vec::new();
        for run in 0..3_i32 {
            for (i, slot) in slots(&mut trace, run - 1..2) {
                *slot = (run, i);
            }
            for (i, slot) in slots(&mut trace, (0..run).rev()) {
                *slot = (run, -i);
            }
        }
        let mut rest = &trace[..];
        for run in (0..3_i32).rev() {
            let mut seen = Vec::new();
            for (i, &(of, kept)) in back(&mut rest, (0..run).rev()) {
                assert_eq!((run, -i), (of, kept));
                seen.push(i);
            }
            assert!(seen.into_iter().eq(0..run));
            let mut seen = Vec::new();
            for (i, &(of, kept)) in back(&mut rest, run - 1..2) {
                assert_eq!((run, i), (of, kept));
                seen.push(i);
            }
            assert!(seen.into_iter().eq((run - 1..2).rev()));
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn iterations_come_back_one_by_one() {
        let mut rest = &[1, 2][..];
        assert_eq!((*last(&mut rest), *last(&mut rest)), (2, 1));
    }
}
