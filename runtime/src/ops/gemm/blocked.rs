//! Packing and blocking, for any kernel.

use super::{Product, Strided};
use crate::{Float, pool};

/// Inner dimension of a block: a panel of the right operand fits the first cache.
const DEPTH: usize = 256;
/// Rows of a block of the left operand, which fits the second cache.
const HEIGHT: usize = 96;
/// Columns of a block of the right operand.
const WIDTH: usize = 512;

/// `NR` neighbouring columns of the right operand: one row after the other, `stride` apart.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a, T> {
    pub(super) data: &'a [T],
    pub(super) stride: usize,
}

/// Writes the product to `out`, or adds it.
///
/// `tile(a, b, add, c, stride)` writes the product of two panels to `MR` rows of `NR` elements of `c`, `stride` apart, or adds
/// it. The right operand is read where it lies when its rows are contiguous and the result has few rows: then it is used too
/// little for packing to pay.
#[inline(always)]
pub(super) fn multiply<T: Float, const MR: usize, const NR: usize>(
    product: Product<'_, T>,
    accumulate: bool,
    out: &mut [T],
    tile: impl Fn(&[[T; MR]], Columns<'_, T>, bool, &mut [T], usize),
) {
    const { assert!(HEIGHT.is_multiple_of(MR) && WIDTH.is_multiple_of(NR)) };
    let Product {
        dims: [m, k, n],
        lhs,
        rhs,
    } = product;
    if k == 0 && !accumulate {
        out.fill(T::ZERO);
    }
    let (mut left, mut right) = (
        pool::take::<T>(HEIGHT * DEPTH),
        pool::take::<T>(WIDTH * DEPTH),
    );
    for column in (0..n).step_by(WIDTH) {
        let width = WIDTH.min(n - column);
        for start in (0..k).step_by(DEPTH) {
            let (depth, add) = (DEPTH.min(k - start), accumulate || start > 0);
            // Columns up to here are read where they lie.
            let in_place = if rhs.strides[1] == 1 && m <= HEIGHT {
                width - width % NR
            } else {
                0
            };
            if in_place < width {
                let packed = right.as_chunks_mut::<NR>().0;
                pack(
                    rhs,
                    rhs.strides,
                    [start, column + in_place],
                    [depth, width - in_place],
                    packed,
                );
            }
            for row in (0..m).step_by(HEIGHT) {
                let height = HEIGHT.min(m - row);
                let [across, along] = lhs.strides;
                let a = left.as_chunks_mut::<MR>().0;
                pack(lhs, [along, across], [start, row], [depth, height], a);
                for j in (0..width).step_by(NR) {
                    let b = if j < in_place {
                        Columns {
                            data: &rhs.data[start * rhs.strides[0] + column + j..],
                            stride: rhs.strides[0],
                        }
                    } else {
                        Columns {
                            data: &right[(j - in_place) * depth..],
                            stride: NR,
                        }
                    };
                    for (i, a) in (0..height).step_by(MR).zip(a.chunks_exact(depth)) {
                        let (rows, cols) = (MR.min(height - i), NR.min(width - j));
                        let c = &mut out[(row + i) * n + column + j..];
                        if (rows, cols) == (MR, NR) {
                            tile(a, b, add, c, n);
                        } else {
                            let mut whole = [[T::ZERO; NR]; MR];
                            tile(a, b, false, whole.as_flattened_mut(), NR);
                            for (i, whole) in whole.iter().enumerate().take(rows) {
                                let c = c[i * n..][..cols].iter_mut().zip(whole);
                                c.for_each(|(c, &x)| *c = if add { *c + x } else { x });
                            }
                        }
                    }
                }
            }
        }
    }
    pool::put(left);
    pool::put(right);
}

/// Packs a block into panels of `W` neighbours across, one after the other along the inner dimension; the last panel is
/// filled up with zeros. `strides`, `start` and `dims` are along the inner dimension and across it.
#[inline(always)]
fn pack<T: Float, const W: usize>(
    matrix: Strided<'_, T>,
    strides: [usize; 2],
    start: [usize; 2],
    dims: [usize; 2],
    panels: &mut [[T; W]],
) {
    let ([along, across], [depth, width]) = (strides, dims);
    let origin = start[0] * along + start[1] * across;
    let whole = width / W;
    if across == 1 {
        // Line by line, since reading is what takes long.
        for p in 0..depth {
            let line = matrix.data[origin + p * along..][..whole * W]
                .as_chunks::<W>()
                .0;
            line.iter()
                .enumerate()
                .for_each(|(panel, line)| panels[panel * depth + p] = *line);
        }
    } else {
        for panel in 0..whole {
            let packed = &mut panels[panel * depth..][..depth];
            transpose(
                &matrix.data[origin + panel * W * across..],
                [along, across],
                W,
                packed,
            );
        }
    }
    if whole * W < width {
        let packed = &mut panels[whole * depth..][..depth];
        packed.fill([T::ZERO; W]);
        transpose(
            &matrix.data[origin + whole * W * across..],
            [along, across],
            width - whole * W,
            packed,
        );
    }
}

/// Packs the first `count` columns of one panel: whole squares of lines that are contiguous along the inner dimension, and
/// the rest element by element.
#[inline(always)]
fn transpose<T: Float, const W: usize>(
    data: &[T],
    [along, across]: [usize; 2],
    count: usize,
    panel: &mut [[T; W]],
) {
    /// The side of a square, which is transposed in registers.
    const SIDE: usize = 4;
    let (mut lines, mut depth) = (0, 0);
    if along == 1 {
        (lines, depth) = (count - count % SIDE, panel.len() - panel.len() % SIDE);
        for (block, packed) in panel[..depth].chunks_exact_mut(SIDE).enumerate() {
            for i in (0..lines).step_by(SIDE) {
                let line = |n: usize| &data[(i + n) * across + block * SIDE..][..SIDE];
                let square = [line(0), line(1), line(2), line(3)];
                for (p, packed) in packed.iter_mut().enumerate() {
                    packed[i..i + SIDE].copy_from_slice(&square.map(|line| line[p]));
                }
            }
        }
    }
    for (p, packed) in panel.iter_mut().enumerate() {
        let first = if p < depth { lines } else { 0 };
        for (i, packed) in packed[..count].iter_mut().enumerate().skip(first) {
            *packed = data[i * across + p * along];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Panels and blocks of every remainder, for a kernel in plain loops.
    #[test]
    fn every_remainder() {
        let tile =
            |a: &[[f64; 3]], b: Columns<'_, f64>, add: bool, c: &mut [f64], stride: usize| {
                for i in 0..3 {
                    for j in 0..4 {
                        let sum: f64 = a
                            .iter()
                            .enumerate()
                            .map(|(p, a)| a[i] * b.data[p * b.stride + j])
                            .sum();
                        let c = &mut c[i * stride + j];
                        *c = if add { *c + sum } else { sum };
                    }
                }
            };
        for [m, k, n] in [
            [1, 1, 1],
            [3, 4, 4],
            [7, 300, 9],
            [97, 2, 5],
            [4, 3, 515],
            [7, 257, 513],
            [2, 0, 2],
        ] {
            let a: Vec<f64> = (0..m * k).map(|i| (i * 7 % 11) as f64 - 5.0).collect();
            let b: Vec<f64> = (0..k * n).map(|i| (i * 5 % 13) as f64 - 6.0).collect();
            for (transposed, accumulate) in
                [(false, false), (true, false), (false, true), (true, true)]
            {
                let at = |i: usize, p: usize| {
                    if transposed {
                        a[p * m + i]
                    } else {
                        a[i * k + p]
                    }
                };
                let bt = |p: usize, j: usize| {
                    if transposed {
                        b[j * k + p]
                    } else {
                        b[p * n + j]
                    }
                };
                let (lhs, rhs) = if transposed {
                    (Strided::cols(&a, m), Strided::cols(&b, k))
                } else {
                    (Strided::rows(&a, k), Strided::rows(&b, n))
                };
                let mut out = vec![2.0; m * n];
                multiply::<_, 3, 4>(
                    Product {
                        dims: [m, k, n],
                        lhs,
                        rhs,
                    },
                    accumulate,
                    &mut out,
                    tile,
                );
                for (place, x) in out.iter().enumerate() {
                    let (i, j) = (place / n, place % n);
                    let sum: f64 = (0..k).map(|p| at(i, p) * bt(p, j)).sum();
                    assert_eq!(*x, if accumulate { 2.0 + sum } else { sum });
                }
            }
        }
    }
}
