//! Two-dimensional convolution (cross-correlation, as the field calls it) and its adjoints, image by image as a product with
//! the matrix of all patches.

use super::gemm::{Product, Strided, multiply};
use crate::shape::Show;
use crate::{DYN, Float, Operand, Shape, Tensor4, TensorLike, pool};

/// The sizes of one convolution.
#[derive(Clone, Copy)]
struct Geometry {
    input: [usize; 4],
    kernel: [usize; 4],
    stride: usize,
    padding: usize,
    height: usize,
    width: usize,
}

impl Geometry {
    #[track_caller]
    fn new(input: [usize; 4], kernel: [usize; 4], stride: usize, padding: usize) -> Self {
        let ([_, channels, rows, cols], [_, inputs, kernel_rows, kernel_cols]) = (input, kernel);
        let (rows, cols) = (rows + 2 * padding, cols + 2 * padding);
        assert!(
            channels == inputs,
            "conv2d: channels differ: {} with the kernel {}",
            Show(&input),
            Show(&kernel)
        );
        assert!(stride > 0, "conv2d: the stride is 0");
        assert!(
            (1..=rows).contains(&kernel_rows) && (1..=cols).contains(&kernel_cols),
            "conv2d: the kernel {} does not fit {} with padding {padding}",
            Show(&kernel),
            Show(&input)
        );
        let (height, width) = (
            (rows - kernel_rows) / stride + 1,
            (cols - kernel_cols) / stride + 1,
        );
        Self {
            input,
            kernel,
            stride,
            padding,
            height,
            width,
        }
    }

    fn outputs(&self) -> usize {
        self.kernel[0]
    }

    /// Rows of the patch matrix: one for each weight of an output channel.
    fn taps(&self) -> usize {
        self.kernel[1..].iter().product()
    }

    /// Columns of the patch matrix: one for each pixel of the output.
    fn pixels(&self) -> usize {
        self.height * self.width
    }

    fn image(&self) -> usize {
        self.input[1..].iter().product()
    }

    /// Calls `f(row of the patch matrix, start of its run of output pixels, run length, first pixel of the input)` for every
    /// run within one output row that lies inside the image. Pixels of a run are `stride` apart in the input.
    fn runs(&self, mut f: impl FnMut(usize, usize, usize, usize)) {
        let ([_, channels, rows, cols], [_, _, kernel_rows, kernel_cols]) =
            (self.input, self.kernel);
        let mut tap = 0;
        for channel in 0..channels {
            for down in 0..kernel_rows {
                for right in 0..kernel_cols {
                    let first = self.padding.saturating_sub(right).div_ceil(self.stride);
                    let end = (cols + self.padding)
                        .saturating_sub(right)
                        .div_ceil(self.stride)
                        .min(self.width);
                    for out_row in 0..self.height {
                        let row = (out_row * self.stride + down).wrapping_sub(self.padding);
                        if row < rows && first < end {
                            let col = first * self.stride + right - self.padding;
                            f(
                                tap,
                                out_row * self.width + first,
                                end - first,
                                (channel * rows + row) * cols + col,
                            );
                        }
                    }
                    tap += 1;
                }
            }
        }
    }

    /// Writes all patches of an image as columns.
    fn gather<T: Float>(&self, image: &[T], patches: &mut [T]) {
        patches.fill(T::ZERO);
        self.runs(|tap, start, len, pixel| {
            let out = &mut patches[tap * self.pixels() + start..][..len];
            if self.stride == 1 {
                out.copy_from_slice(&image[pixel..][..len]);
            } else {
                out.iter_mut()
                    .zip(image[pixel..].iter().step_by(self.stride))
                    .for_each(|(out, &x)| *out = x);
            }
        });
    }

    /// Adds columns of patches back to the image they came from.
    fn scatter<T: Float>(&self, patches: &[T], image: &mut [T]) {
        self.runs(|tap, start, len, pixel| {
            let patch = &patches[tap * self.pixels() + start..][..len];
            image[pixel..]
                .iter_mut()
                .step_by(self.stride)
                .zip(patch)
                .for_each(|(x, &g)| *x += g);
        });
    }
}

impl<const N: usize, const I: usize, const H: usize, const W: usize, T: Float>
    Tensor4<N, I, H, W, T>
{
    /// The convolution of a batch of images `[N, I, H, W]` with a kernel `[O, I, KH, KW]`, without flipping the kernel:
    /// `[N, O, (H + 2 padding - KH) / stride + 1, (W + 2 padding - KW) / stride + 1]`, rounded down. The padding is zeros, and
    /// the last two axes are [`DYN`], since stable Rust cannot compute them in types. Panics when the channels differ, the
    /// kernel does not fit, or the stride is 0.
    ///
    /// ```
    /// use chainrule::Tensor4;
    /// let image: Tensor4<1, 1, 2, 3> = Tensor4::from_vec([1, 1, 2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// let kernel: Tensor4<1, 1, 1, 2> = Tensor4::from_vec([1, 1, 1, 2], vec![-1.0, 1.0]);
    /// let y = image.conv2d(&kernel, 1, 0);
    /// assert_eq!(y.dims(), [1, 1, 2, 2]);
    /// assert_eq!(y.as_slice(), [1.0, 1.0, 1.0, 1.0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn conv2d<const O: usize, const KH: usize, const KW: usize>(
        &self,
        kernel: &Tensor4<O, I, KH, KW, T>,
        stride: usize,
        padding: usize,
    ) -> Tensor4<N, O, DYN, DYN, T> {
        let geometry = Geometry::new(self.dims(), kernel.dims(), stride, padding);
        let (outputs, taps, pixels) = (geometry.outputs(), geometry.taps(), geometry.pixels());
        let mut out = Tensor4::uninit([self.dims()[0], outputs, geometry.height, geometry.width]);
        let mut patches = pool::take(taps * pixels);
        let images = chunks(self.as_slice(), geometry.image());
        for (image, out) in images.zip(
            out.as_mut_slice()
                .chunks_exact_mut((outputs * pixels).max(1)),
        ) {
            geometry.gather(image, &mut patches);
            let lhs = Strided::rows(kernel.as_slice(), taps);
            multiply(
                Product {
                    dims: [outputs, taps, pixels],
                    lhs,
                    rhs: Strided::rows(&patches, pixels),
                },
                false,
                out,
            );
        }
        pool::put(patches);
        out
    }
}

fn chunks<T>(data: &[T], len: usize) -> core::slice::ChunksExact<'_, T> {
    data.chunks_exact(len.max(1))
}

/// The adjoint of `x.conv2d(&k, stride, padding)` in `x`.
#[must_use]
pub fn conv2d_pull_input<X, K, G>(x: &X, k: &K, g: &G, stride: usize, padding: usize) -> X
where
    X: TensorLike<Shape: Shape<Dims = [usize; 4]>>,
    K: Operand<Elem = X::Elem, Shape: Shape<Dims = [usize; 4]>>,
    G: Operand<Elem = X::Elem>,
{
    let geometry = Geometry::new(x.dims(), k.dims(), stride, padding);
    let (outputs, taps, pixels) = (geometry.outputs(), geometry.taps(), geometry.pixels());
    let mut x_bar = x.zeros_like();
    let mut patches = pool::take(taps * pixels);
    let images = x_bar
        .as_mut_slice()
        .chunks_exact_mut(geometry.image().max(1));
    for (image, g) in images.zip(chunks(g.as_slice(), outputs * pixels)) {
        let lhs = Strided::cols(k.as_slice(), taps);
        multiply(
            Product {
                dims: [taps, outputs, pixels],
                lhs,
                rhs: Strided::rows(g, pixels),
            },
            false,
            &mut patches,
        );
        geometry.scatter(&patches, image);
    }
    pool::put(patches);
    x_bar
}

/// The adjoint of `x.conv2d(&k, stride, padding)` in `k`.
#[must_use]
pub fn conv2d_pull_kernel<X, K, G>(x: &X, k: &K, g: &G, stride: usize, padding: usize) -> K
where
    X: Operand<Elem = K::Elem, Shape: Shape<Dims = [usize; 4]>>,
    K: TensorLike<Shape: Shape<Dims = [usize; 4]>>,
    G: Operand<Elem = K::Elem>,
{
    let geometry = Geometry::new(x.dims(), k.dims(), stride, padding);
    let (outputs, taps, pixels) = (geometry.outputs(), geometry.taps(), geometry.pixels());
    let mut k_bar = k.zeros_like();
    let mut patches = pool::take(taps * pixels);
    let images = chunks(x.as_slice(), geometry.image());
    for (image, g) in images.zip(chunks(g.as_slice(), outputs * pixels)) {
        geometry.gather(image, &mut patches);
        let rhs = Strided::cols(&patches, pixels);
        multiply(
            Product {
                dims: [outputs, pixels, taps],
                lhs: Strided::rows(g, pixels),
                rhs,
            },
            true,
            k_bar.as_mut_slice(),
        );
    }
    pool::put(patches);
    k_bar
}
