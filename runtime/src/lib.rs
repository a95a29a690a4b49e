//! Derivatives of ordinary Rust functions at compile time.
