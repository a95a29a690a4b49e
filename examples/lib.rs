//! Small complete programs, to be run from the root of the repository:
//!
//! ```sh
//! cargo run --release --example linear_regression
//! cargo run --release --example xor
//! cargo run --release --example sigmoid_mlp
//! cargo run --release --example digits -- --predict
//! ```
