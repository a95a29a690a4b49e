//! Cross entropies of several classes.

use super::binary::weighted;
use super::twin;
use crate::ops::softmax::{largest, softmax_row};
use crate::shape::{Show, check_same};
use crate::zip::{sum_pairs, sum_slice};
use crate::{Float, Matrix};

/// The cross entropy of probabilities p with target distributions t, one row an example (one-hot, or soft): the mean over the
/// rows of -sum of t ln p.
///
/// Nothing is clamped; a term with weight t = 0 is 0. Where the probabilities come out of a softmax, prefer
/// [`softmax_cross_entropy()`], which is stable. Panics when dimensions known at run time differ. NaN when there are no rows.
///
/// ```
/// use chainrule::prelude::*;
/// let p = Matrix::from([[0.5_f64, 0.5], [1.0, 0.0]]);
/// let t = Matrix::from([[0.0, 1.0], [1.0, 0.0]]);
/// assert_eq!(cross_entropy(&p, &t), 2.0_f64.ln() / 2.0);
/// assert_eq!(cross_entropy::grad(&p, &t), Matrix::from([[0.0, -1.0], [-0.5, 0.0]]));
/// ```
#[must_use]
#[track_caller]
pub fn cross_entropy<const R: usize, const C: usize, T: Float>(
    p: &Matrix<R, C, T>,
    t: &Matrix<R, C, T>,
) -> T {
    check_same("cross_entropy", &p.dims(), &t.dims());
    -sum_pairs(p.as_slice(), t.as_slice(), |p, t| weighted(t, p.ln())) / T::from_usize(p.rows())
}

/// The derivatives of [`cross_entropy()`].
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub enum cross_entropy {}

impl cross_entropy {
    #[doc(hidden)]
    #[track_caller]
    pub fn forward<const R: usize, const C: usize, T: Float>(
        p: &Matrix<R, C, T>,
        t: &Matrix<R, C, T>,
    ) -> (
        T,
        impl Fn(
            &&Matrix<R, C, T>,
            &&Matrix<R, C, T>,
            &T,
            Option<&mut Matrix<R, C, T>>,
            Option<&mut Matrix<R, C, T>>,
        ) + use<R, C, T>,
    ) {
        let pull = |p: &&Matrix<R, C, T>,
                    t: &&Matrix<R, C, T>,
                    cotangent: &T,
                    p_bar: Option<&mut Matrix<R, C, T>>,
                    t_bar: Option<&mut Matrix<R, C, T>>| {
            let scale = -*cotangent / T::from_usize(p.rows());
            super::scatter(p_bar, *p, *t, scale, |p, t| weighted(t, p.recip()));
            super::scatter(t_bar, *p, *t, scale, |p, _| p.ln());
        };
        (cross_entropy(p, t), pull)
    }
}

twin! {
    cross_entropy [const R: usize, const C: usize, T: Float] T;
    (p: Matrix<R, C, T>, t: Matrix<R, C, T>) -> (Matrix<R, C, T>);
    "let (y, t) = (Matrix::from([[0.5, 0.5]]), Matrix::from([[0.0, 1.0_f32]]));"
}

/// The cross entropy of the softmax of logits with class labels, one row and one label an example: the mean over the rows of
/// ln(sum of e^z) less the logit of the label.
///
/// Computed from the logits, it is finite for every finite input. Its derivative is (softmax(z) - onehot(label)) / rows.
/// Panics when there are not as many labels as rows, or a label is not below the number of classes. NaN when there are no
/// rows.
///
/// ```
/// use chainrule::prelude::*;
/// let logits = Matrix::from([[0.0_f64, 0.0], [0.0, 1e4]]);
/// assert_eq!(softmax_cross_entropy(&logits, &[0, 1]), 2.0_f64.ln() / 2.0);
/// let g = softmax_cross_entropy::grad(&logits, &[0, 1]);
/// assert_eq!(g, Matrix::from([[-0.25, 0.25], [0.0, 0.0]]));
/// ```
#[must_use]
#[track_caller]
pub fn softmax_cross_entropy<const R: usize, const C: usize, T: Float>(
    logits: &Matrix<R, C, T>,
    labels: &[usize],
) -> T {
    mean_of_rows(logits, labels, |_, logits, label| {
        let largest = largest(logits);
        sum_slice(logits, |z| (z - largest).exp()).ln() - (logits[label] - largest)
    })
}

/// Checks the labels, and takes the mean of `f(row, logits of the row, label)`.
#[track_caller]
fn mean_of_rows<const R: usize, const C: usize, T: Float>(
    logits: &Matrix<R, C, T>,
    labels: &[usize],
    mut f: impl FnMut(usize, &[T], usize) -> T,
) -> T {
    let [rows, classes] = logits.dims();
    assert!(
        rows == labels.len(),
        "softmax_cross_entropy: {} labels for the logits {}",
        labels.len(),
        Show(&logits.dims())
    );
    let mut total = T::ZERO;
    for (row, &label) in labels.iter().enumerate() {
        assert!(
            label < classes,
            "softmax_cross_entropy: label {label} of row {row} is not below the {classes} classes"
        );
        total += f(row, logits.row(row), label);
    }
    total / T::from_usize(rows)
}

/// The derivatives of [`softmax_cross_entropy()`].
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub enum softmax_cross_entropy {}

impl softmax_cross_entropy {
    #[doc(hidden)]
    #[track_caller]
    pub fn forward<const R: usize, const C: usize, T: Float>(
        logits: &Matrix<R, C, T>,
        labels: &[usize],
    ) -> (
        T,
        impl Fn(&&Matrix<R, C, T>, &&[usize], &T, Option<&mut Matrix<R, C, T>>, ()) + use<R, C, T>,
    ) {
        let mut softmax = Matrix::<R, C, T>::uninit(logits.dims());
        let classes = logits.cols();
        let value = mean_of_rows(logits, labels, |row, logits, label| {
            let out = &mut softmax.as_mut_slice()[row * classes..][..classes];
            let (largest, sum) = softmax_row(logits, out);
            sum.ln() - (logits[label] - largest)
        });
        let pull = move |_: &&Matrix<R, C, T>,
                         labels: &&[usize],
                         cotangent: &T,
                         logits_bar: Option<&mut Matrix<R, C, T>>,
                         (): ()| {
            let Some(logits_bar) = logits_bar else { return };
            let scale = *cotangent / T::from_usize(softmax.rows());
            let bars = logits_bar.as_mut_slice();
            bars.iter_mut()
                .zip(softmax.as_slice())
                .for_each(|(bar, &p)| *bar += scale * p);
            labels
                .iter()
                .enumerate()
                .for_each(|(row, label)| bars[row * softmax.cols() + label] -= scale);
        };
        (value, pull)
    }
}

twin! {
    softmax_cross_entropy [const R: usize, const C: usize, T: Float] T;
    (logits: Matrix<R, C, T>, labels: [usize]) -> ();
    "let (y, t) = (Matrix::from([[1.0, 2.0_f32]]), [1]);"
}
