//! Dynamic time warping: the cost of the best alignment of two series.

use chainrule::prelude::*;

#[differentiate]
pub(crate) fn distance(x: &[f64], y: &[f64]) -> f64 {
    let (n, m) = (x.len(), y.len());
    let mut cost = vec![vec![f64::INFINITY; m + 1]; n + 1];
    cost[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let best = cost[i - 1][j].min(cost[i][j - 1]).min(cost[i - 1][j - 1]);
            cost[i][j] = (x[i - 1] - y[j - 1]).powi(2) + best;
        }
    }
    cost[n][m]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assert_slopes, uniform};
    use chainrule_tests::{answers, assert_near, check_grad};

    fn series(n: usize, m: usize) -> (Vec<f64>, Vec<f64>) {
        let mut rng = Rng::seed(6);
        let wave = |i: usize, scale: f64| (0.3 * scale * i as f64).sin();
        let noise = uniform(n + m, (-0.2, 0.2), &mut rng);
        let x = (0..n).map(|i| wave(i, 1.0) + noise[i]).collect();
        let y = (0..m).map(|i| wave(i, 1.2) + noise[n + i]).collect();
        (x, y)
    }

    /// The best of all alignments, by trying every one: pairs of indices from the start.
    fn best_path(x: &[f64], y: &[f64]) -> (f64, Vec<(usize, usize)>) {
        fn from(x: &[f64], y: &[f64], i: usize, j: usize) -> (f64, Vec<(usize, usize)>) {
            let here = (x[i] - y[j]).powi(2);
            let (cost, mut path) = [(1, 0), (0, 1), (1, 1)]
                .into_iter()
                .filter(|(a, b)| i + a < x.len() && j + b < y.len())
                .map(|(a, b)| from(x, y, i + a, j + b))
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .unwrap_or((0.0, Vec::new()));
            path.push((i, j));
            (here + cost, path)
        }
        from(x, y, 0, 0)
    }

    /// Along the best path, each pair contributes twice its difference.
    #[test]
    fn gradient_along_the_best_path() {
        let (x, y) = series(6, 5);
        let (value, gradient) = distance::value_and_grad(&x, &y);
        let (cost, path) = best_path(&x, &y);
        assert_near(&value, &cost, 1e-14);
        let mut expected = (vec![0.0; 6], vec![0.0; 5]);
        for (i, j) in path {
            expected.0[i] += 2.0 * (x[i] - y[j]);
            expected.1[j] -= 2.0 * (x[i] - y[j]);
        }
        assert_near(&gradient, &expected, 1e-14);
        check_grad!([x, y] distance(x, y));
    }

    #[test]
    fn long_series() {
        let (x, y) = series(120, 100);
        let gradient = answers!(distance(&x, &y); 0.5).agreed(0.5);
        let at = (x, y);
        assert_slopes(|(x, y)| distance(x, y), &at, &gradient, 1e-6, 1e-7);
    }

    #[test]
    fn empty_series() {
        assert_eq!(distance::value_and_grad(&[], &[]), (0.0, (vec![], vec![])));
        let (value, gradient) = distance::value_and_grad(&[1.0], &[]);
        assert_eq!((value, gradient), (f64::INFINITY, (vec![0.0], vec![])));
    }
}
