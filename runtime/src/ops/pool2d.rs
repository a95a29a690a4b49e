//! Pooling over windows of images, and its adjoints.

use crate::shape::Show;
use crate::{DYN, Float, Operand, Shape, Tensor4, TensorLike};

/// The windows of one pooling: square, without padding; what does not fill a window at the far edges is left out.
#[derive(Clone, Copy)]
struct Windows {
    rows: usize,
    cols: usize,
    size: usize,
    stride: usize,
    height: usize,
    width: usize,
}

impl Windows {
    #[track_caller]
    fn new(operation: &str, dims: [usize; 4], size: usize, stride: usize) -> Self {
        let [_, _, rows, cols] = dims;
        assert!(stride > 0, "{operation}: the stride is 0");
        assert!(
            (1..=rows.min(cols)).contains(&size),
            "{operation}: windows of {size} x {size} do not fit {}",
            Show(&dims)
        );
        Self {
            rows,
            cols,
            size,
            stride,
            height: (rows - size) / stride + 1,
            width: (cols - size) / stride + 1,
        }
    }

    /// Where in an image the window of this output pixel lies.
    #[inline]
    fn pixels(self, place: usize) -> impl Iterator<Item = usize> + Clone {
        let (top, left) = (
            place / self.width * self.stride,
            place % self.width * self.stride,
        );
        (top..top + self.size)
            .flat_map(move |row| (left..left + self.size).map(move |col| row * self.cols + col))
    }

    /// Calls `f(place in the output, first pixel of the image, place within the image)` for every output pixel.
    fn each(self, images: usize, mut f: impl FnMut(usize, usize, usize)) {
        let pixels = self.height * self.width;
        for image in 0..images {
            for place in 0..pixels {
                f(image * pixels + place, image * self.rows * self.cols, place);
            }
        }
    }
}

impl<const N: usize, const A: usize, const H: usize, const W: usize, T: Float>
    Tensor4<N, A, H, W, T>
{
    /// The largest element of every `size` x `size` window of the last two axes, ignoring NaN as `f64::max` does:
    /// `[N, A, (H - size) / stride + 1, (W - size) / stride + 1]`, rounded down, the last two [`DYN`]. At a tie of k elements
    /// the derivative is 1/k for each. Panics when the window does not fit, or the stride is 0.
    ///
    /// ```
    /// use chainrule::Tensor4;
    /// let x: Tensor4<1, 1, 2, 4> = Tensor4::from_vec([1, 1, 2, 4], vec![1.0, 2.0, 5.0, 6.0, 3.0, 4.0, 8.0, 7.0]);
    /// assert_eq!(x.max_pool2d(2, 2).as_slice(), [4.0, 8.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn max_pool2d(&self, size: usize, stride: usize) -> Tensor4<N, A, DYN, DYN, T> {
        let x = self.as_slice();
        // A NaN is the neutral element of `max`.
        self.pooled("max_pool2d", size, stride, T::NAN, |largest, at| {
            largest.max(x[at])
        })
    }

    /// The mean of every `size` x `size` window of the last two axes:
    /// `[N, A, (H - size) / stride + 1, (W - size) / stride + 1]`, rounded down, the last two [`DYN`]. Panics when the window
    /// does not fit, or the stride is 0.
    ///
    /// ```
    /// use chainrule::Tensor4;
    /// let x: Tensor4<1, 1, 2, 2> = Tensor4::from_vec([1, 1, 2, 2], vec![1.0, 2.0, 3.0, 6.0]);
    /// assert_eq!(x.avg_pool2d(2, 2).as_slice(), [3.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn avg_pool2d(&self, size: usize, stride: usize) -> Tensor4<N, A, DYN, DYN, T> {
        let x = self.as_slice();
        let mut means = self.pooled("avg_pool2d", size, stride, T::ZERO, |sum, at| sum + x[at]);
        means *= T::from_usize(size * size).recip();
        means
    }

    #[track_caller]
    fn pooled(
        &self,
        operation: &str,
        size: usize,
        stride: usize,
        first: T,
        step: impl Fn(T, usize) -> T,
    ) -> Tensor4<N, A, DYN, DYN, T> {
        let [images, channels, ..] = self.dims();
        let windows = Windows::new(operation, self.dims(), size, stride);
        let mut out = Tensor4::uninit([images, channels, windows.height, windows.width]);
        let pooled = out.as_mut_slice();
        windows.each(images * channels, |place, start, pixel| {
            pooled[place] = windows
                .pixels(pixel)
                .fold(first, |value, pixel| step(value, start + pixel));
        });
        out
    }
}

/// The adjoint of `y = x.max_pool2d(size, stride)`: the cotangent of a window, shared among its largest elements.
#[must_use]
pub fn max_pool2d_pull<X, Y, G>(x: &X, y: &Y, g: &G, size: usize, stride: usize) -> X
where
    X: TensorLike<Shape: Shape<Dims = [usize; 4]>>,
    Y: Operand<Elem = X::Elem>,
    G: Operand<Elem = X::Elem>,
{
    let windows = Windows::new("max_pool2d", x.dims(), size, stride);
    let mut x_bar = x.zeros_like();
    let (x_bar_slice, x_slice, y, g) = (
        x_bar.as_mut_slice(),
        x.as_slice(),
        y.as_slice(),
        g.as_slice(),
    );
    windows.each(x.dims()[0] * x.dims()[1], |place, start, pixel| {
        let largest = windows
            .pixels(pixel)
            .map(|pixel| start + pixel)
            .filter(|&at| x_slice[at] == y[place]);
        let share = g[place] / X::Elem::from_usize(largest.clone().count());
        largest.for_each(|at| x_bar_slice[at] += share);
    });
    x_bar
}

/// The adjoint of `x.avg_pool2d(size, stride)`: the cotangent of a window, shared among its elements.
#[must_use]
pub fn avg_pool2d_pull<X, G>(x: &X, g: &G, size: usize, stride: usize) -> X
where
    X: TensorLike<Shape: Shape<Dims = [usize; 4]>>,
    G: Operand<Elem = X::Elem>,
{
    let windows = Windows::new("avg_pool2d", x.dims(), size, stride);
    let mut x_bar = x.zeros_like();
    let (x_bar_slice, g) = (x_bar.as_mut_slice(), g.as_slice());
    let share = X::Elem::from_usize(size * size).recip();
    windows.each(x.dims()[0] * x.dims()[1], |place, start, pixel| {
        windows
            .pixels(pixel)
            .for_each(|pixel| x_bar_slice[start + pixel] += g[place] * share);
    });
    x_bar
}
