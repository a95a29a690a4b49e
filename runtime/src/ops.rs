//! The operations of tensors, one family a file, each with the adjoints that generated code calls.

pub(crate) mod gemm;
mod matmul;
mod reduce;

pub use matmul::*;
pub use reduce::*;
