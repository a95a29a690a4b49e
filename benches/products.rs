//! The three products of a layer, forward and backward, beside three matrix kernels.

use chainrule::private::{matmul_nt, matmul_tn_into};
use chainrule::{DYN, Init, Matrix, Rng};
use chainrule_benches::kernel::{self, Kernel, View};
use chainrule_benches::{Side, compare};
use std::hint::black_box;

const KERNELS: [(&str, Kernel); 3] = [
    ("gemmkit", kernel::gemmkit),
    ("matrixmultiply", kernel::matrixmultiply),
    ("gemm", kernel::gemm),
];

fn main() {
    for [inputs, outputs] in [[784, 256], [256, 128], [128, 10]] {
        for batch in [32, 128] {
            layer(batch, inputs, outputs);
        }
    }
}

fn layer(batch: usize, inputs: usize, outputs: usize) {
    let mut rng = Rng::seed(1);
    let mut random = |rows, cols| {
        let range = Init::Uniform {
            low: -1.0,
            high: 1.0,
        };
        Matrix::<DYN, DYN>::random([rows, cols], range, &mut rng)
    };
    let (x, w, g) = (
        random(batch, inputs),
        random(inputs, outputs),
        random(batch, outputs),
    );
    let [x_view, w_view, g_view] = [&x, &w, &g].map(|m| View::new(m.as_slice(), m.cols()));
    let mut w_bar = random(inputs, outputs);

    let ours = Side::new("chainrule", || drop(black_box(x.matmul(black_box(&w)))));
    beside("x w", [batch, inputs, outputs], ours, x_view, w_view);
    let ours = Side::new("chainrule", || {
        drop(black_box(matmul_nt(black_box(&g), &w)))
    });
    beside("g wᵀ", [batch, outputs, inputs], ours, g_view, w_view.t());
    let ours = Side::new("chainrule, added", || {
        matmul_tn_into(&mut w_bar, black_box(&x), &g)
    });
    beside("xᵀ g", [inputs, batch, outputs], ours, x_view.t(), g_view);
}

fn beside(formula: &str, [m, k, n]: [usize; 3], ours: Side<'_>, a: View<'_>, b: View<'_>) {
    let peers = KERNELS.map(|(name, kernel)| {
        let mut out = vec![0.0; m * n];
        Side::new(name, move || kernel(black_box(&mut out), a, b))
    });
    let mut sides: Vec<_> = std::iter::once(ours).chain(peers).collect();
    compare(
        &format!("{formula}, {m} x {k} x {n}"),
        2.0 * (m * k * n) as f64,
        &mut sides,
    );
}
