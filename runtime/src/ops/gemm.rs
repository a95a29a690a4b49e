//! The one place where matrix products are computed: by the crate `gemmkit`, on the calling thread.
//!
//! It chooses among its kernels by what the processor can do, reads transposed operands where they lie, and leaves its packing
//! buffer with the thread, so a product allocates nothing once warm. Kernels sum in different orders and with or without
//! rounding between, so the last bits differ between processors, but never from run to run on one.

use gemmkit::{GemmScalar, MatMut, MatRef, Parallelism};

use super::transpose::transpose_into;
use crate::{Float, pool};

/// A matrix operand: its elements, and the distance between neighbours along columns and along rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strided<'a, T> {
    data: &'a [T],
    strides: [usize; 2],
}

impl<'a, T: Copy> Strided<'a, T> {
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

    fn at(self, row: usize, col: usize) -> T {
        self.data[row * self.strides[0] + col * self.strides[1]]
    }

    fn view(self, rows: usize, cols: usize) -> MatRef<'a, T> {
        let [down, along] = self.strides.map(usize::cast_signed);
        MatRef::new(self.data, rows, cols, down, along)
    }
}

/// The product of an `m x k` and a `k x n` matrix.
#[derive(Clone, Copy, Debug)]
pub struct Product<'a, T> {
    pub(crate) dims: [usize; 3],
    pub(crate) lhs: Strided<'a, T>,
    pub(crate) rhs: Strided<'a, T>,
}

/// Up to this many multiplications the call of a kernel takes longer than they do.
const TINY: usize = 200;

/// Writes the product to the row-major `out`, or adds it.
pub(crate) fn multiply<T: Float>(product: Product<'_, T>, accumulate: bool, out: &mut [T]) {
    if product.dims.iter().product::<usize>() <= TINY {
        tiny(product, accumulate, out);
    } else {
        T::multiply(product, accumulate, out);
    }
}

fn tiny<T: Float>(product: Product<'_, T>, accumulate: bool, out: &mut [T]) {
    let Product {
        dims: [_, k, n],
        lhs,
        rhs,
    } = product;
    for (i, row) in out.chunks_exact_mut(n.max(1)).enumerate() {
        for (j, out) in row.iter_mut().enumerate() {
            let first = if accumulate { *out } else { T::ZERO };
            *out = (0..k).fold(first, |sum, p| sum + lhs.at(i, p) * rhs.at(p, j));
        }
    }
}

/// Writes the product to the row-major `out`, or adds it, with the kernels of `gemmkit`.
pub(crate) fn kernel<T: Float + GemmScalar>(
    product: Product<'_, T>,
    accumulate: bool,
    out: &mut [T],
) {
    let Product {
        dims: [m, k, n],
        lhs,
        rhs,
    } = product;
    let (a, b) = (lhs.view(m, k), rhs.view(k, n));
    // Where both operands lie along the inner dimension, a row-major result has the kernel transpose the right one. For a
    // column-major result it is the left one, and then the result itself: less, when there are few rows.
    let along = lhs.strides[1] == 1 && rhs.strides[0] == 1;
    if along && m > 1 && m * (k + n) < n * k {
        let mut columns = pool::take(m * n);
        let c = MatMut::from_col_major(&mut columns, m, n);
        gemmkit::gemm(Float::ONE, a, b, Float::ZERO, c, Parallelism::Serial);
        if accumulate {
            transpose_into(&columns, [n, m], out, |out, x| *out += x);
        } else {
            transpose_into(&columns, [n, m], out, |out, x| *out = x);
        }
        pool::put(columns);
    } else {
        let kept = if accumulate { Float::ONE } else { Float::ZERO };
        let c = MatMut::from_row_major(out, m, n);
        gemmkit::gemm(Float::ONE, a, b, kept, c, Parallelism::Serial);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against sums in whole numbers, which are exact in any order: sizes around every tile, both layouts of both operands,
    /// written over NaN and added.
    fn agrees<T: Float>() {
        let sizes = [
            [0, 3, 4],
            [3, 0, 4],
            [3, 4, 0],
            [1, 1, 1],
            [2, 3, 5],
            [1, 70, 90],
            [90, 70, 1],
            [90, 1, 70],
            [5, 300, 7],
            [17, 16, 15],
            [33, 33, 33],
            [100, 20, 70],
            [20, 64, 101],
            [7, 2100, 513],
        ];
        for ([m, k, n], layout) in sizes
            .into_iter()
            .flat_map(|dims| (0..8).map(move |layout| (dims, layout)))
        {
            let accumulate = layout & 4 != 0;
            let whole = |i: usize, modulus| T::from_usize(i * 7 % modulus) - T::lit(5.0);
            let a: Vec<T> = (0..m * k).map(|i| whole(i, 11)).collect();
            let b: Vec<T> = (0..k * n).map(|i| whole(i, 13)).collect();
            let strided = |data, transposed, rows, cols| {
                if transposed {
                    Strided::cols(data, rows)
                } else {
                    Strided::rows(data, cols)
                }
            };
            let product = Product {
                dims: [m, k, n],
                lhs: strided(&a[..], layout & 1 != 0, m, k),
                rhs: strided(&b[..], layout & 2 != 0, k, n),
            };
            let mut out = vec![if accumulate { T::ONE } else { T::NAN }; m * n];
            multiply(product, accumulate, &mut out);
            for (place, x) in out.into_iter().enumerate() {
                let (i, j) = (place / n, place % n);
                let sum: T = (0..k)
                    .map(|p| product.lhs.at(i, p) * product.rhs.at(p, j))
                    .sum();
                let expected = if accumulate { sum + T::ONE } else { sum };
                assert!(x == expected, "{:?}, layout {layout}", product.dims);
            }
        }
    }

    #[test]
    fn single() {
        agrees::<f32>();
    }

    #[test]
    fn double() {
        agrees::<f64>();
    }
}
