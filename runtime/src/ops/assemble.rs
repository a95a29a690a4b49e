//! Concatenation and the gathering of rows, and their adjoints.

use crate::shape::{Show, volume};
use crate::{DYN, Float, Matrix, Operand, Shape, Tensor, TensorLike, Vector};

impl<T: Float, S: Shape> Tensor<T, S> {
    /// This tensor and then `rhs` along an axis. Stable Rust cannot add dimensions in types, so those of the result are
    /// [`DYN`]; `fixed()` brings known ones back. Panics when there is no such axis, or the other dimensions differ.
    ///
    /// ```
    /// use chainrule::{DYN, Matrix};
    /// let (a, b) = (Matrix::from([[1.0], [2.0_f32]]), Matrix::from([[3.0, 4.0], [5.0, 6.0]]));
    /// let c: Matrix<2, 3> = a.concat(&b, 1).fixed();
    /// assert_eq!(c, Matrix::from([[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]]));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn concat<U: Shape<Dims = S::Dims>>(
        &self,
        rhs: &Tensor<T, U>,
        axis: usize,
    ) -> Tensor<T, S::Dynamic> {
        let (a, b) = (self.dims(), rhs.dims());
        let (a, b) = (a.as_ref(), b.as_ref());
        assert!(
            axis < a.len() && a[..axis] == b[..axis] && a[axis + 1..] == b[axis + 1..],
            "concat: {} and {} do not join along axis {axis}",
            Show(a),
            Show(b)
        );
        let mut dims = self.dims();
        dims.as_mut()[axis] += b[axis];
        let mut out = Tensor::<T, S::Dynamic>::uninit(dims);
        let (left, right) = (volume(&a[axis..]), volume(&b[axis..]));
        if left + right > 0 {
            for (index, out) in out
                .as_mut_slice()
                .chunks_exact_mut(left + right)
                .enumerate()
            {
                out[..left].copy_from_slice(&self.as_slice()[index * left..][..left]);
                out[left..].copy_from_slice(&rhs.as_slice()[index * right..][..right]);
            }
        }
        out
    }
}

/// The adjoint of `a.concat(&b, axis)` in `a`.
#[must_use]
pub fn concat_pull_lhs<A: TensorLike, G: Operand<Elem = A::Elem>>(a: &A, g: &G, axis: usize) -> A {
    part(a, g, axis, |part, whole| 0..part.min(whole))
}

/// The adjoint of `a.concat(&b, axis)` in `b`.
#[must_use]
pub fn concat_pull_rhs<B: TensorLike, G: Operand<Elem = B::Elem>>(b: &B, g: &G, axis: usize) -> B {
    part(b, g, axis, |part, whole| whole - part..whole)
}

fn part<X: TensorLike, G: Operand<Elem = X::Elem>>(
    x: &X,
    g: &G,
    axis: usize,
    range: impl Fn(usize, usize) -> core::ops::Range<usize>,
) -> X {
    let mut out = x.uninit_like();
    let (part, whole) = (
        volume(&x.dims().as_ref()[axis..]),
        volume(&g.dims().as_ref()[axis..]),
    );
    if part > 0 {
        let runs = g.as_slice().chunks_exact(whole);
        out.as_mut_slice()
            .chunks_exact_mut(part)
            .zip(runs)
            .for_each(|(out, g)| out.copy_from_slice(&g[range(part, whole)]));
    }
    out
}

impl<const R: usize, const C: usize, T: Float> Matrix<R, C, T> {
    /// The rows of these indices, in their order: an embedding table's look-up. Panics when there is no such row.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// let table = Matrix::from([[1.0, 2.0], [3.0, 4.0_f32]]);
    /// assert_eq!(table.gather(&[1, 1, 0]).as_slice(), [3.0, 4.0, 3.0, 4.0, 1.0, 2.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn gather(&self, indices: &[usize]) -> Matrix<DYN, C, T> {
        let mut out = Matrix::uninit([indices.len(), self.cols()]);
        gather_rows(self, indices, out.as_mut_slice());
        out
    }
}

impl<const N: usize, T: Float> Vector<N, T> {
    /// The elements of these indices, in their order. Panics when there is no such element.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::from([1.0, 2.0, 3.0_f32]).gather(&[2, 0]).as_slice(), [3.0, 1.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn gather(&self, indices: &[usize]) -> Vector<DYN, T> {
        let mut out = Vector::uninit([indices.len()]);
        gather_rows(self, indices, out.as_mut_slice());
        out
    }
}

#[track_caller]
fn gather_rows<T: Float, S: Shape>(x: &Tensor<T, S>, indices: &[usize], out: &mut [T]) {
    let dims = x.dims();
    let (rows, len) = (dims.as_ref()[0], volume(&dims.as_ref()[1..]));
    for (place, &index) in indices.iter().enumerate() {
        assert!(
            index < rows,
            "gather: index {index} at {place} is not below the {rows} of {}",
            Show(dims.as_ref())
        );
        out[place * len..][..len].copy_from_slice(&x.as_slice()[index * len..][..len]);
    }
}

/// The adjoint of `x.gather(indices)`: every row of `g` is added to the row it came from.
#[must_use]
pub fn gather_pull<X: TensorLike, G: Operand<Elem = X::Elem>>(
    x: &X,
    g: &G,
    indices: &[usize],
) -> X {
    let mut out = x.zeros_like();
    let len = volume(&x.dims().as_ref()[1..]);
    for (place, &index) in indices.iter().enumerate() {
        let row = &g.as_slice()[place * len..][..len];
        out.as_mut_slice()[index * len..][..len]
            .iter_mut()
            .zip(row)
            .for_each(|(out, &g)| *out += g);
    }
    out
}
