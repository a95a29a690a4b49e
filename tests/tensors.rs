//! Tensors and networks: gradients of whole models, broadcasting, and how tensors are passed.

// Written as people write, not as clippy would.
#![allow(clippy::assign_op_pattern, clippy::ptr_arg)]

#[path = "tensors/branches.rs"]
mod branches;
#[path = "tensors/broadcasting.rs"]
mod broadcasting;
#[path = "tensors/layers.rs"]
mod layers;
#[path = "tensors/networks.rs"]
mod networks;
#[path = "tensors/passing.rs"]
mod passing;
