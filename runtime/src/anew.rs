//! Lists that begin anew in the memory that they have.

use crate::Differentiable;

/// Makes a list of so many times the same.
#[inline]
pub fn refill<T: Clone>(list: &mut Vec<T>, element: T, count: usize) {
    list.clear();
    list.resize(count, element);
}

/// Makes a list of the zero tangents of the elements of another.
#[inline]
pub fn renew<T: Differentiable>(tangents: &mut Vec<T::Tangent>, like: &[T]) {
    tangents.clear();
    tangents.extend(like.iter().map(T::zero_tangent));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_is_gone() {
        let mut list = vec![1.0, 2.0, 3.0];
        refill(&mut list, 0.5, 2);
        assert_eq!(list, [0.5, 0.5]);
        renew(&mut list, &[7.0, 8.0, 9.0]);
        assert_eq!(list, [0.0; 3]);
        renew::<f64>(&mut list, &[]);
        assert!(list.is_empty());
    }

    #[test]
    fn memory_is_used_again() {
        let mut list = Vec::with_capacity(8);
        let first = list.as_ptr();
        for count in [8, 3, 8] {
            refill(&mut list, 1.0, count);
            renew(&mut list, &vec![2.0; count]);
            assert_eq!((list.as_ptr(), list.len()), (first, count));
        }
    }
}
