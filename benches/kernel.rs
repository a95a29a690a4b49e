//! Matrix kernels of other crates under one signature, for the versions written by hand.

/// A row-major matrix of `cols` columns, or its transpose.
#[derive(Clone, Copy)]
pub struct View<'a> {
    data: &'a [f32],
    dims: [usize; 2],
    strides: [isize; 2],
}

impl<'a> View<'a> {
    #[must_use]
    pub fn new(data: &'a [f32], cols: usize) -> Self {
        View {
            data,
            dims: [data.len() / cols, cols],
            strides: [cols as isize, 1],
        }
    }

    #[must_use]
    pub fn t(self) -> Self {
        let ([rows, cols], [down, right]) = (self.dims, self.strides);
        View {
            dims: [cols, rows],
            strides: [right, down],
            ..self
        }
    }

    fn gemmkit(self) -> gemmkit::MatRef<'a, f32> {
        let ([rows, cols], [down, right]) = (self.dims, self.strides);
        gemmkit::MatRef::new(self.data, rows, cols, down, right)
    }
}

/// Writes the product of two matrices to a row-major one.
pub type Kernel = fn(&mut [f32], View<'_>, View<'_>);

fn check(out: &[f32], a: View<'_>, b: View<'_>) -> [usize; 3] {
    let ([m, k], [l, n]) = (a.dims, b.dims);
    assert!(k == l && out.len() == m * n && a.data.len() == m * k && b.data.len() == k * n);
    [m, k, n]
}

/// The kernels chainrule runs on. It calls them in the same way, but where both operands lie along the inner dimension and
/// the result has few rows: there it takes a column-major result and transposes that.
pub fn gemmkit(out: &mut [f32], a: View<'_>, b: View<'_>) {
    let [m, _, n] = check(out, a, b);
    let out = gemmkit::MatMut::from_row_major(out, m, n);
    gemmkit::gemm(
        1.0,
        a.gemmkit(),
        b.gemmkit(),
        0.0,
        out,
        gemmkit::Parallelism::Serial,
    );
}

#[allow(unsafe_code)]
pub fn matrixmultiply(out: &mut [f32], a: View<'_>, b: View<'_>) {
    let [m, k, n] = check(out, a, b);
    let ([ra, ca], [rb, cb]) = (a.strides, b.strides);
    // SAFETY: the slices hold the matrices, as just checked.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            1.0,
            a.data.as_ptr(),
            ra,
            ca,
            b.data.as_ptr(),
            rb,
            cb,
            0.0,
            out.as_mut_ptr(),
            n as isize,
            1,
        );
    }
}

#[allow(unsafe_code)]
pub fn gemm(out: &mut [f32], a: View<'_>, b: View<'_>) {
    let [m, k, n] = check(out, a, b);
    let ([ra, ca], [rb, cb]) = (a.strides, b.strides);
    // SAFETY: the slices hold the matrices, as just checked.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            false,
            a.data.as_ptr(),
            ca,
            ra,
            b.data.as_ptr(),
            cb,
            rb,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
