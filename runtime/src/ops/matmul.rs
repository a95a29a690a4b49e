//! Matrix products and their adjoints.
//!
//! With C = A B and the cotangent G of C, the cotangent of A is G Bᵀ and that of B is Aᵀ G. A vector on the left is a matrix
//! of one row.

use super::gemm::{Product, Strided, multiply};
use crate::shape::Show;
use crate::zip::sum_pairs;
use crate::{Float, Matrix, TensorLike, Vector};

impl<const R: usize, const K: usize, T: Float> Matrix<R, K, T> {
    /// The matrix product, `[R, K] x [K, C] -> [R, C]`. Panics when the inner dimensions differ at run time; where both are
    /// static the compiler checks them. The product over an empty inner dimension is zero.
    ///
    /// ```
    /// use chainrule::Matrix;
    /// let a = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
    /// let b = Matrix::from([[1.0], [10.0_f32]]);
    /// assert_eq!(a.matmul(&b), Matrix::from([[21.0], [43.0]]));
    /// ```
    ///
    /// ```compile_fail
    /// use chainrule::Matrix;
    /// let (a, b) = (Matrix::<32, 784>::zeros([32, 784]), Matrix::<100, 10>::zeros([100, 10]));
    /// let c = a.matmul(&b); // expected `784`, found `100`
    /// ```
    #[must_use]
    #[track_caller]
    pub fn matmul<const C: usize>(&self, rhs: &Matrix<K, C, T>) -> Matrix<R, C, T> {
        let ([m, k], [l, n]) = (self.dims(), rhs.dims());
        assert!(
            k == l,
            "matmul: inner dimensions differ: {} x {}",
            Show(&[m, k]),
            Show(&[l, n])
        );
        let mut out = Matrix::uninit([m, n]);
        let product = Product {
            dims: [m, k, n],
            lhs: Strided::rows(self.as_slice(), k),
            rhs: Strided::rows(rhs.as_slice(), n),
        };
        multiply(product, false, out.as_mut_slice());
        out
    }

    /// The product with a column vector, `[R, K] x [K] -> [R]`. Panics when the inner dimensions differ at run time.
    ///
    /// ```
    /// use chainrule::{Matrix, Vector};
    /// let a = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(a.matvec(&Vector::from([1.0, 10.0_f32])), Vector::from([21.0, 43.0]));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn matvec(&self, rhs: &Vector<K, T>) -> Vector<R, T> {
        let ([m, k], [l]) = (self.dims(), rhs.dims());
        assert!(
            k == l,
            "matvec: inner dimensions differ: {} x {}",
            Show(&[m, k]),
            Show(&[l])
        );
        let mut out = Vector::uninit([m]);
        let product = Product {
            dims: [m, k, 1],
            lhs: Strided::rows(self.as_slice(), k),
            rhs: Strided::rows(rhs.as_slice(), 1),
        };
        multiply(product, false, out.as_mut_slice());
        out
    }
}

impl<const K: usize, T: Float> Vector<K, T> {
    /// The product of this row vector and a matrix, `[K] x [K, C] -> [C]`. Panics when the inner dimensions differ at run
    /// time.
    ///
    /// ```
    /// use chainrule::{Matrix, Vector};
    /// let b = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(Vector::from([1.0, 10.0_f32]).matmul(&b), Vector::from([31.0, 42.0]));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn matmul<const C: usize>(&self, rhs: &Matrix<K, C, T>) -> Vector<C, T> {
        let ([k], [l, n]) = (self.dims(), rhs.dims());
        assert!(
            k == l,
            "matmul: inner dimensions differ: {} x {}",
            Show(&[k]),
            Show(&[l, n])
        );
        let mut out = Vector::uninit([n]);
        let product = Product {
            dims: [1, k, n],
            lhs: Strided::rows(self.as_slice(), k),
            rhs: Strided::rows(rhs.as_slice(), n),
        };
        multiply(product, false, out.as_mut_slice());
        out
    }

    /// The inner product. Panics when the lengths differ at run time. Of empty vectors it is 0.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::from([1.0, 2.0]).dot(&Vector::from([3.0, 4.0_f32])), 11.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn dot(&self, rhs: &Self) -> T {
        assert!(
            self.len() == rhs.len(),
            "dot: lengths differ: {} and {}",
            Show(&self.dims()),
            Show(&rhs.dims())
        );
        sum_pairs(self.as_slice(), rhs.as_slice(), |a, b| a * b)
    }
}

/// G Bᵀ, for every pair of shapes that `matmul` yields and takes.
#[doc(hidden)]
pub trait MatmulNt<B> {
    type Output: TensorLike;
    /// Adds the product to `out`.
    fn run(&self, b: &B, out: &mut Self::Output);
    fn zeros(&self, b: &B) -> Self::Output;
}

/// Aᵀ G, for every pair of shapes that `matmul` takes and yields.
#[doc(hidden)]
pub trait MatmulTn<G> {
    type Output: TensorLike;
    /// Adds the product to `out`.
    fn run(&self, g: &G, out: &mut Self::Output);
    fn zeros(&self, g: &G) -> Self::Output;
}

impl<const R: usize, const C: usize, const K: usize, T: Float> MatmulNt<Matrix<K, C, T>>
    for Matrix<R, C, T>
{
    type Output = Matrix<R, K, T>;

    fn zeros(&self, b: &Matrix<K, C, T>) -> Self::Output {
        Matrix::absent([self.rows(), b.rows()])
    }

    fn run(&self, b: &Matrix<K, C, T>, out: &mut Self::Output) {
        nt(
            [self.rows(), self.cols(), b.rows()],
            self.as_slice(),
            b.as_slice(),
            out.sum_slice(),
        );
    }
}

impl<const C: usize, const K: usize, T: Float> MatmulNt<Matrix<K, C, T>> for Vector<C, T> {
    type Output = Vector<K, T>;

    fn zeros(&self, b: &Matrix<K, C, T>) -> Self::Output {
        Vector::absent([b.rows()])
    }

    fn run(&self, b: &Matrix<K, C, T>, out: &mut Self::Output) {
        nt(
            [1, self.len(), b.rows()],
            self.as_slice(),
            b.as_slice(),
            out.sum_slice(),
        );
    }
}

impl<const R: usize, const K: usize, const C: usize, T: Float> MatmulTn<Matrix<R, C, T>>
    for Matrix<R, K, T>
{
    type Output = Matrix<K, C, T>;

    fn zeros(&self, g: &Matrix<R, C, T>) -> Self::Output {
        Matrix::absent([self.cols(), g.cols()])
    }

    fn run(&self, g: &Matrix<R, C, T>, out: &mut Self::Output) {
        tn(
            [self.cols(), self.rows(), g.cols()],
            self.as_slice(),
            g.as_slice(),
            out.sum_slice(),
        );
    }
}

impl<const K: usize, const C: usize, T: Float> MatmulTn<Vector<C, T>> for Vector<K, T> {
    type Output = Matrix<K, C, T>;

    fn zeros(&self, g: &Vector<C, T>) -> Self::Output {
        Matrix::absent([self.len(), g.len()])
    }

    fn run(&self, g: &Vector<C, T>, out: &mut Self::Output) {
        tn(
            [self.len(), 1, g.len()],
            self.as_slice(),
            g.as_slice(),
            out.sum_slice(),
        );
    }
}

fn nt<T: Float>(dims: [usize; 3], g: &[T], b: &[T], (out, overwrite): (&mut [T], bool)) {
    let product = Product {
        dims,
        lhs: Strided::rows(g, dims[1]),
        rhs: Strided::cols(b, dims[1]),
    };
    multiply(product, !overwrite, out);
}

fn tn<T: Float>(dims: [usize; 3], a: &[T], g: &[T], (out, overwrite): (&mut [T], bool)) {
    let product = Product {
        dims,
        lhs: Strided::cols(a, dims[0]),
        rhs: Strided::rows(g, dims[2]),
    };
    multiply(product, !overwrite, out);
}

/// The adjoint of `a.matmul(&b)` in `a`: G Bᵀ.
#[must_use]
pub fn matmul_nt<G: MatmulNt<B>, B>(g: &G, b: &B) -> G::Output {
    let mut out = g.zeros(b);
    g.run(b, &mut out);
    out
}

/// As [`matmul_nt`], added to `acc`.
pub fn matmul_nt_into<G: MatmulNt<B>, B>(acc: &mut G::Output, g: &G, b: &B) {
    g.run(b, acc);
}

/// The adjoint of `a.matmul(&b)` in `b`: Aᵀ G.
#[must_use]
pub fn matmul_tn<A: MatmulTn<G>, G>(a: &A, g: &G) -> A::Output {
    let mut out = a.zeros(g);
    a.run(g, &mut out);
    out
}

/// As [`matmul_tn`], added to `acc`.
pub fn matmul_tn_into<A: MatmulTn<G>, G>(acc: &mut A::Output, a: &A, g: &G) {
    a.run(g, acc);
}

/// The adjoint of `m.matvec(&v)` in `m`: the outer product g vᵀ.
#[must_use]
pub fn matvec_pull_lhs<const R: usize, const K: usize, T: Float>(
    v: &Vector<K, T>,
    g: &Vector<R, T>,
) -> Matrix<R, K, T> {
    matmul_tn(g, v)
}

/// The adjoint of `m.matvec(&v)` in `v`: Mᵀ g.
#[must_use]
pub fn matvec_pull_rhs<const R: usize, const K: usize, T: Float>(
    m: &Matrix<R, K, T>,
    g: &Vector<R, T>,
) -> Vector<K, T> {
    g.matmul(m)
}

/// The adjoint of `u.dot(&v)` in `u`.
#[must_use]
pub fn dot_pull_lhs<const K: usize, T: Float>(v: &Vector<K, T>, g: &T) -> Vector<K, T> {
    v * *g
}

/// The adjoint of `u.dot(&v)` in `v`.
#[must_use]
pub fn dot_pull_rhs<const K: usize, T: Float>(u: &Vector<K, T>, g: &T) -> Vector<K, T> {
    u * *g
}
