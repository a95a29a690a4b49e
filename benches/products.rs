//! The matrix products of a perceptron's layer, beside two matrix kernels.

use chainrule::private::{matmul_nt, matmul_tn, matmul_tn_into};
use chainrule::{DYN, Init, Matrix, Rng};
use chainrule_benches::kernel::{self, Kernel, View};
use chainrule_benches::{Side, compare};
use std::hint::black_box;

type Dynamic = Matrix<DYN, DYN>;

const KERNELS: [(&str, Kernel); 2] = [("matrixmultiply", kernel::matrixmultiply), ("gemm", kernel::gemm)];

fn main() {
    let layers = [[32, 784, 256], [128, 784, 256], [32, 256, 128], [128, 256, 128], [32, 128, 10], [128, 128, 10]];
    for [batch, inputs, outputs] in layers {
        let mut rng = Rng::seed(1);
        let mut random = |rows, cols| Dynamic::random([rows, cols], Init::Uniform { low: -1.0, high: 1.0 }, &mut rng);
        let (x, w, g) = (random(batch, inputs), random(inputs, outputs), random(batch, outputs));
        let flops = 2.0 * (batch * inputs * outputs) as f64;

        let [x_view, w_view, g_view] = [&x, &w, &g].map(|m| View::new(m.as_slice(), m.cols()));
        let sides = |ours: Side<'static>, out: usize, a, b| {
            let peers = KERNELS.map(|(name, kernel)| {
                let mut out = vec![0.0; out];
                Side::new(name, move || kernel(black_box(&mut out), a, b))
            });
            std::iter::once(ours).chain(peers).collect::<Vec<_>>()
        };
        let title = |formula| format!("{formula}, batch {batch}, {inputs} to {outputs}");
        let _ = (&sides, &title, flops, x_view, w_view, g_view);
    }
}
