//! The operations of tensors, one family a file, each with the adjoints that generated code calls.

mod assemble;
mod conv;
pub(crate) mod gemm;
mod matmul;
mod pool2d;
mod reduce;
pub(crate) mod softmax;
mod transpose;

pub use assemble::{concat_pull_lhs, concat_pull_rhs, gather_pull};
pub use conv::{conv2d_pull_input, conv2d_pull_kernel};
pub use matmul::{
    dot_pull_lhs, dot_pull_rhs, matmul_nt, matmul_nt_into, matmul_tn, matmul_tn_into,
    matvec_pull_lhs, matvec_pull_rhs,
};
pub use pool2d::{avg_pool2d_pull, max_pool2d_pull};
pub use reduce::{expand_cols, max_pull, mean_pull, min_pull, norm_pull};
pub use softmax::{log_softmax_pull, softmax_pull};
pub use transpose::transpose;
