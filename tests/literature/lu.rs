//! Linear systems and determinants by elimination with partial pivoting.

use chainrule::prelude::*;

/// The x with A·x = b, and the determinant of A.
#[differentiate]
fn eliminate(a: &[Vec<f64>], b: &[f64]) -> (Vec<f64>, f64) {
    let n = b.len();
    let mut a: Vec<Vec<f64>> = a.to_vec();
    let mut x: Vec<f64> = b.to_vec();
    let mut determinant = 1.0;
    for k in 0..n {
        let mut pivot = k;
        for i in k + 1..n {
            if a[i][k].abs() > a[pivot][k].abs() {
                pivot = i;
            }
        }
        if pivot != k {
            a.swap(k, pivot);
            x.swap(k, pivot);
            determinant = -determinant;
        }
        determinant *= a[k][k];
        for i in k + 1..n {
            let f = a[i][k] / a[k][k];
            for j in k..n {
                a[i][j] -= f * a[k][j];
            }
            x[i] -= f * x[k];
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            x[i] -= a[i][j] * x[j];
        }
        x[i] /= a[i][i];
    }
    (x, determinant)
}

#[differentiate]
fn determinant(a: &[Vec<f64>]) -> f64 {
    eliminate(a, &vec![0.0; a.len()]).1
}

#[differentiate(wrt(a, b))]
fn weighted_solution(a: &[Vec<f64>], b: &[f64], w: &[f64]) -> f64 {
    let (x, _) = eliminate(a, b);
    x.iter().zip(w).map(|(x, w)| x * w).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assert_close, assert_slopes, uniform};
    use chainrule_tests::{answers, assert_near, check_grad, check_vjp};

    fn problem(n: usize) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
        let mut rng = Rng::seed(4);
        let mut row = || uniform(n, (-1.0, 1.0), &mut rng);
        ((0..n).map(|_| row()).collect(), row(), row())
    }

    fn transposed(a: &[Vec<f64>]) -> Vec<Vec<f64>> {
        (0..a.len())
            .map(|j| a.iter().map(|row| row[j]).collect())
            .collect()
    }

    #[test]
    fn pullback() {
        let (a, b, _) = problem(5);
        check_vjp!([a, b] eliminate(a, b));
    }

    /// Zeros on the diagonal ask for swaps.
    #[test]
    fn a_permutation() {
        let a = vec![
            vec![0.0, 2.0, 0.0],
            vec![0.0, 0.0, 3.0],
            vec![5.0, 0.0, 0.0],
        ];
        let b = vec![1.0, 2.0, 3.0];
        assert_eq!(eliminate(&a, &b), (vec![0.6, 0.5, 2.0 / 3.0], 30.0));
        check_vjp!([a, b] eliminate(a, b));
    }

    /// The determinant has the derivative det(A)·A⁻ᵀ.
    #[test]
    fn derivative_of_the_determinant() {
        let (a, ..) = problem(12);
        let (value, gradient) = determinant::value_and_grad(&a);
        let t = transposed(&a);
        let columns: Vec<Vec<f64>> = (0..12)
            .map(|j| {
                let unit: Vec<f64> = (0..12).map(|i| f64::from(i == j)).collect();
                eliminate(&t, &unit).0
            })
            .collect();
        let mut expected = transposed(&columns);
        expected.iter_mut().flatten().for_each(|x| *x *= value);
        assert_close(&gradient, &expected, 1e-11);
        let (a, ..) = problem(4);
        check_grad!([a] determinant(a));
    }

    /// With y = A⁻ᵀw, the derivatives of wᵀA⁻¹b are y in b and −y·xᵀ in A.
    #[test]
    fn derivative_of_the_solution() {
        let (a, b, w) = problem(30);
        let gradient = answers!(weighted_solution(&a, &b, &w); 0.5).agreed(0.5);
        let (x, _) = eliminate(&a, &b);
        let (y, _) = eliminate(&transposed(&a), &w);
        let of_a: Vec<Vec<f64>> = y
            .iter()
            .map(|y| x.iter().map(|x| -y * x).collect())
            .collect();
        assert_close(&gradient, &(of_a, y), 1e-11);
        assert_slopes(
            |(a, b)| weighted_solution(a, b, &w),
            &(a.clone(), b.clone()),
            &gradient,
            1e-6,
            1e-6,
        );
    }

    #[test]
    fn it_solves() {
        let (a, b, _) = problem(8);
        let (x, _) = eliminate(&a, &b);
        let product: Vec<f64> = a
            .iter()
            .map(|row| row.iter().zip(&x).map(|(a, x)| a * x).sum())
            .collect();
        assert_near(&product, &b, 1e-12);
    }
}
