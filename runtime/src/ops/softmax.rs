//! Softmax and its logarithm over the last axis, and their adjoints.

use crate::shape::Show;
use crate::zip::{sum_pairs, sum_slice};
use crate::{Float, Shape, Tensor, TensorLike};

impl<T: Float, S: Shape> Tensor<T, S> {
    /// e^x / sum of e^x over the last axis, stable for every finite input: the largest element is subtracted first.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::from([1000.0, 1000.0_f32]).softmax(), Vector::from([0.5, 0.5]));
    /// ```
    #[must_use]
    pub fn softmax(&self) -> Self {
        self.by_rows(|x, out| {
            softmax_row(x, out);
        })
    }

    /// The logarithm of the softmax over the last axis, x - ln(sum of e^x), stable for every finite input.
    ///
    /// ```
    /// use chainrule::Vector;
    /// let y = Vector::from([0.0, 1000.0_f32]).log_softmax();
    /// assert_eq!(y, Vector::from([-1000.0, 0.0]));
    /// ```
    #[must_use]
    pub fn log_softmax(&self) -> Self {
        self.by_rows(|x, out| {
            let largest = largest(x);
            let log_sum = sum_slice(x, |x| (x - largest).exp()).ln();
            out.iter_mut()
                .zip(x)
                .for_each(|(out, &x)| *out = (x - largest) - log_sum);
        })
    }

    fn by_rows(&self, f: impl Fn(&[T], &mut [T])) -> Self {
        let mut out = Self::uninit(self.dims());
        if !self.is_empty() {
            let cols = last(self.dims().as_ref());
            let rows = self.as_slice().chunks_exact(cols);
            rows.zip(out.as_mut_slice().chunks_exact_mut(cols))
                .for_each(|(x, out)| f(x, out));
        }
        out
    }
}

/// Writes the softmax of `x` to `out`; returns the largest element, and the sum of e^(x - largest).
pub(crate) fn softmax_row<T: Float>(x: &[T], out: &mut [T]) -> (T, T) {
    let largest = largest(x);
    out.iter_mut()
        .zip(x)
        .for_each(|(out, &x)| *out = (x - largest).exp());
    let sum = sum_slice(out, |e| e);
    let scale = sum.recip();
    out.iter_mut().for_each(|e| *e *= scale);
    (largest, sum)
}

/// The largest element; NaN does not count.
#[inline]
pub(crate) fn largest<T: Float>(x: &[T]) -> T {
    x.iter().copied().fold(T::NEG_INFINITY, T::max)
}

/// The length of the last axis.
fn last(dims: &[usize]) -> usize {
    dims.last().copied().unwrap_or(1)
}

/// The adjoint of `y = x.softmax()`: y (g - sum of g y), row by row.
#[must_use]
pub fn softmax_pull<Y: TensorLike>(y: &Y, g: &Y) -> Y {
    pull_rows(y, g, |y, g, out| {
        let mean = sum_pairs(y, g, |y, g| y * g);
        out.iter_mut()
            .zip(y)
            .zip(g)
            .for_each(|((out, &y), &g)| *out = y * (g - mean));
    })
}

/// The adjoint of `y = x.log_softmax()`: g - e^y (sum of g), row by row.
#[must_use]
pub fn log_softmax_pull<Y: TensorLike>(y: &Y, g: &Y) -> Y {
    pull_rows(y, g, |y, g, out| {
        let sum = sum_slice(g, |g| g);
        out.iter_mut()
            .zip(y)
            .zip(g)
            .for_each(|((out, &y), &g)| *out = g - y.exp() * sum);
    })
}

#[track_caller]
fn pull_rows<Y: TensorLike>(y: &Y, g: &Y, f: impl Fn(&[Y::Elem], &[Y::Elem], &mut [Y::Elem])) -> Y {
    let dims = y.dims();
    assert!(
        dims == g.dims(),
        "softmax: the cotangent of {} has the shape {}",
        Show(dims.as_ref()),
        Show(g.dims().as_ref())
    );
    let mut out = y.uninit_like();
    let cols = last(dims.as_ref());
    if cols > 0 {
        let rows = y
            .as_slice()
            .chunks_exact(cols)
            .zip(g.as_slice().chunks_exact(cols));
        rows.zip(out.as_mut_slice().chunks_exact_mut(cols))
            .for_each(|((y, g), out)| f(y, g, out));
    }
    out
}
