//! Tensors and networks: gradients of whole models, broadcasting, and how tensors are passed.

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
