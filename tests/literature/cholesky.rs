//! A Gaussian density by the Cholesky factor of its covariance and triangular solves.

use chainrule::prelude::*;

/// The lower triangular L with L·Lᵀ = A; reads the lower triangle.
#[differentiate]
fn cholesky(a: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[i][j];
            for k in 0..j {
                sum -= l[i][k] * l[j][k];
            }
            l[i][j] = if i == j { sum.sqrt() } else { sum / l[j][j] };
        }
    }
    l
}

/// The x with L·x = b.
#[differentiate]
fn solve_lower(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = b.to_vec();
    for i in 0..x.len() {
        for j in 0..i {
            x[i] -= l[i][j] * x[j];
        }
        x[i] /= l[i][i];
    }
    x
}

/// The x with Lᵀ·x = b.
#[differentiate]
fn solve_upper(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = b.to_vec();
    for i in (0..x.len()).rev() {
        for j in i + 1..x.len() {
            x[i] -= l[j][i] * x[j];
        }
        x[i] /= l[i][i];
    }
    x
}

#[differentiate]
fn solve(a: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let l = cholesky(a);
    solve_upper(&l, &solve_lower(&l, b))
}

/// The logarithm of the density at `x`, less the constant.
#[differentiate]
fn log_density(covariance: &[Vec<f64>], mean: &[f64], x: &[f64]) -> f64 {
    let l = cholesky(covariance);
    let mut log_root = 0.0;
    for i in 0..l.len() {
        log_root += l[i][i].ln();
    }
    let centered: Vec<f64> = x.iter().zip(mean).map(|(x, m)| x - m).collect();
    let whitened = solve_lower(&l, &centered);
    let squares: f64 = whitened.iter().map(|y| y * y).sum();
    -log_root - 0.5 * squares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assert_close, assert_slopes, uniform};
    use chainrule_tests::{answers, assert_near, check_vjp};

    /// A positive definite matrix, and two vectors.
    fn problem(n: usize) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
        let mut rng = Rng::seed(9);
        let mut row = || uniform(n, (-1.0, 1.0), &mut rng);
        let root: Vec<Vec<f64>> = (0..n).map(|_| row()).collect();
        let product = |i: usize, j: usize| (0..n).map(|k| root[i][k] * root[j][k]).sum::<f64>();
        let a = (0..n)
            .map(|i| {
                (0..n)
                    .map(|j| product(i, j) + if i == j { 1.0 } else { 0.0 })
                    .collect()
            })
            .collect();
        (a, row(), row())
    }

    #[test]
    fn pullbacks() {
        let (a, b, _) = problem(5);
        check_vjp!([a] cholesky(a));
        check_vjp!([a, b] solve_lower(a, b));
        check_vjp!([a, b] solve_upper(a, b));
        check_vjp!([a, b] solve(a, b));
    }

    /// With y = A⁻¹(x − m), the derivatives are y in m, −y in x, and ½(y·yᵀ − A⁻¹) in A, where what lies above the diagonal
    /// counts below it.
    #[test]
    fn the_closed_form() {
        let n = 24;
        let (a, mean, x) = problem(n);
        let gradient = answers!(log_density(&a, &mean, &x); 0.5).agreed(0.5);
        let centered: Vec<f64> = x.iter().zip(&mean).map(|(x, m)| x - m).collect();
        let y = solve(&a, &centered);
        let mut of_a = vec![vec![0.0; n]; n];
        for j in 0..n {
            let unit: Vec<f64> = (0..n).map(|i| f64::from(i == j)).collect();
            let column = solve(&a, &unit);
            for i in j..n {
                let twice = if i == j { 1.0 } else { 2.0 };
                of_a[i][j] = twice * 0.5 * (y[i] * y[j] - column[i]);
            }
        }
        let of_x: Vec<f64> = y.iter().map(|y| -y).collect();
        assert_close(&gradient, &(of_a, y, of_x), 1e-12);
        assert_slopes(
            |(a, mean, x)| log_density(a, mean, x),
            &(a, mean, x),
            &gradient,
            1e-4,
            1e-8,
        );
    }

    #[test]
    fn it_solves() {
        let (a, b, _) = problem(6);
        let x = solve(&a, &b);
        let product: Vec<f64> = a
            .iter()
            .map(|row| row.iter().zip(&x).map(|(a, x)| a * x).sum())
            .collect();
        assert_near(&product, &b, 1e-13);
    }
}
