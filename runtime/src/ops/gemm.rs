//! The one place where matrix products are computed.
//!
//! Tiny products and products with a vector are plain loops. All others are packed into panels and computed tile by tile by
//! the widest kernel the processor has, as in Goto and van de Geijn, "Anatomy of high-performance matrix multiplication"
//! (2008). The panels come from the pool, so a product allocates nothing once warm.

use crate::Float;

mod blocked;
mod kernel;

pub(crate) use kernel::{multiply_f32, multiply_f64};

/// A matrix operand: its elements, and the distance between neighbours along columns and along rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strided<'a, T> {
    data: &'a [T],
    strides: [usize; 2],
}

impl<'a, T> Strided<'a, T> {
    /// A row-major matrix of `cols` columns.
    #[inline]
    pub(crate) fn rows(data: &'a [T], cols: usize) -> Self {
        Self {
            data,
            strides: [cols, 1],
        }
    }

    /// The transpose of a row-major matrix of `cols` columns.
    #[inline]
    pub(crate) fn cols(data: &'a [T], cols: usize) -> Self {
        Self {
            data,
            strides: [1, cols],
        }
    }
}

/// The product of an `m x k` and a `k x n` matrix.
#[derive(Clone, Copy, Debug)]
pub struct Product<'a, T> {
    pub(crate) dims: [usize; 3],
    pub(crate) lhs: Strided<'a, T>,
    pub(crate) rhs: Strided<'a, T>,
}

/// Below this many multiplications packing costs more than it saves.
const TINY: usize = 2048;

/// Writes the product to the row-major `out`, or adds it.
pub(crate) fn multiply<T: Float>(product: Product<'_, T>, accumulate: bool, out: &mut [T]) {
    let Product {
        dims: [m, k, n],
        lhs,
        rhs,
    } = product;
    let tiny = m * k * n <= TINY;
    if (m == 1 || tiny) && rhs.strides[1] == 1 {
        rows(product, accumulate, out);
    } else if (n == 1 || tiny) && lhs.strides[1] == 1 && rhs.strides[0] == 1 {
        dots(product, accumulate, out);
    } else {
        T::multiply(product, accumulate, out);
    }
}

/// Row by row, as sums of scaled rows of the right operand.
fn rows<T: Float>(product: Product<'_, T>, accumulate: bool, out: &mut [T]) {
    let Product {
        dims: [_, k, n],
        lhs,
        rhs,
    } = product;
    if !accumulate {
        out.fill(T::ZERO);
    }
    if n == 0 {
        return;
    }
    for (i, out) in out.chunks_exact_mut(n).enumerate() {
        for p in 0..k {
            let scale = lhs.data[i * lhs.strides[0] + p * lhs.strides[1]];
            let row = &rhs.data[p * rhs.strides[0]..][..n];
            out.iter_mut()
                .zip(row)
                .for_each(|(out, &b)| *out += scale * b);
        }
    }
}

/// Element by element, as inner products of contiguous rows of the left and columns of the right operand.
fn dots<T: Float>(product: Product<'_, T>, accumulate: bool, out: &mut [T]) {
    let Product {
        dims: [_, k, n],
        lhs,
        rhs,
    } = product;
    for (place, out) in out.iter_mut().enumerate() {
        let (i, j) = (place / n, place % n);
        let (row, column) = (
            &lhs.data[i * lhs.strides[0]..][..k],
            &rhs.data[j * rhs.strides[1]..][..k],
        );
        let sum = crate::zip::sum_pairs(row, column, |a, b| a * b);
        *out = if accumulate { *out + sum } else { sum };
    }
}
