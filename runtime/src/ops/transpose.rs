//! Transposition, which is its own adjoint.

use crate::{Float, Matrix};

/// Squares of this side are transposed in registers.
const SIDE: usize = 8;

/// Calls `write` with every place of `to` and the element of the row-major `rows x cols` matrix `from` that belongs there
/// when rows and columns are exchanged.
pub(crate) fn transpose_into<T: Float>(
    from: &[T],
    [rows, cols]: [usize; 2],
    to: &mut [T],
    write: impl Fn(&mut T, T),
) {
    for (band, lines) in to.chunks_mut((SIDE * rows).max(1)).enumerate() {
        let left = band * SIDE;
        for top in (0..rows).step_by(SIDE) {
            let row = |i: usize| &from[(top + i) * cols + left..];
            let (height, width) = (SIDE.min(rows - top), lines.len() / rows);
            if (height, width) == (SIDE, SIDE) {
                let square: [[T; SIDE]; SIDE] =
                    core::array::from_fn(|i| core::array::from_fn(|j| row(i)[..SIDE][j]));
                for (j, line) in lines.chunks_exact_mut(rows).enumerate() {
                    let line = line[top..][..SIDE].iter_mut();
                    line.zip(&square).for_each(|(to, row)| write(to, row[j]));
                }
            } else {
                for (j, line) in lines.chunks_exact_mut(rows).enumerate() {
                    let line = line[top..][..height].iter_mut();
                    line.enumerate().for_each(|(i, to)| write(to, row(i)[j]));
                }
            }
        }
    }
}

impl<const R: usize, const C: usize, T: Float> Matrix<R, C, T> {
    /// Rows and columns exchanged.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// let a = Matrix::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0_f32]]);
    /// assert_eq!(a.transpose(), Matrix::from([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]));
    /// ```
    #[must_use]
    pub fn transpose(&self) -> Matrix<C, R, T> {
        let [rows, cols] = self.dims();
        let mut out = Matrix::uninit([cols, rows]);
        transpose_into(
            self.as_slice(),
            [rows, cols],
            out.as_mut_slice(),
            |to, x| {
                *to = x;
            },
        );
        out
    }
}

/// The transpose, which is its own adjoint.
#[must_use]
pub fn transpose<const R: usize, const C: usize, T: Float>(g: &Matrix<R, C, T>) -> Matrix<C, R, T> {
    g.transpose()
}

#[cfg(test)]
mod tests {
    use crate::{DYN, Matrix};

    #[test]
    fn whole_squares_and_remainders() {
        for dims in [[0, 3], [3, 0], [1, 9], [8, 8], [16, 24], [7, 17], [33, 10]] {
            let a = Matrix::<DYN, DYN>::from_fn(dims, |[i, j]| (100 * i + j) as f32);
            let b = Matrix::<DYN, DYN>::from_fn([dims[1], dims[0]], |[j, i]| (100 * i + j) as f32);
            assert_eq!(a.transpose(), b);
        }
    }
}
