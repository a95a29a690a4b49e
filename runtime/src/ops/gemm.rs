//! The one place where matrix products are computed.

use crate::Float;

/// A matrix operand: its elements, and the distance between neighbours along rows and columns.
#[derive(Clone, Copy, Debug)]
pub struct Strided<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) strides: [usize; 2],
}

impl<'a, T> Strided<'a, T> {
    /// A row-major matrix.
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
        T::gemm(product, accumulate, out, [n, 1]);
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

/// Elements from the first to behind the last of a strided matrix.
fn span([rows, cols]: [usize; 2], strides: [usize; 2]) -> usize {
    if rows == 0 || cols == 0 {
        0
    } else {
        (rows - 1) * strides[0] + (cols - 1) * strides[1] + 1
    }
}

macro_rules! kernels {
    ($($name:ident $float:ident;)*) => {$(
        /// Writes the product to `out`, or adds it.
        #[allow(unsafe_code)]
        pub(crate) fn $name(product: Product<'_, $float>, accumulate: bool, out: &mut [$float], strides: [usize; 2]) {
            let Product { dims: [m, k, n], lhs, rhs } = product;
            assert!(span([m, k], lhs.strides) <= lhs.data.len());
            assert!(span([k, n], rhs.strides) <= rhs.data.len());
            assert!(span([m, n], strides) <= out.len());
            let stride = |stride: usize| isize::try_from(stride).expect("a stride is below the length of a slice");
            // SAFETY: all three matrices lie within their slices, as asserted, and `out` is borrowed exclusively. Its
            // elements are distinct, since its strides are those of a dense matrix or of its transpose.
            unsafe {
                matrixmultiply::$name(
                    m, k, n, 1.0,
                    lhs.data.as_ptr(), stride(lhs.strides[0]), stride(lhs.strides[1]),
                    rhs.data.as_ptr(), stride(rhs.strides[0]), stride(rhs.strides[1]),
                    if accumulate { 1.0 } else { 0.0 },
                    out.as_mut_ptr(), stride(strides[0]), stride(strides[1]),
                );
            }
        }
    )*};
}
kernels! {
    sgemm f32;
    dgemm f64;
}
