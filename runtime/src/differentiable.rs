//! What has a derivative, and what a derivative is.

use core::fmt::Debug;

use crate::Float;

mod containers;
mod leaves;
mod variant;

pub use leaves::{clip_by_global_norm, clip_by_value, global_norm};
pub use variant::{
    VariantPart, Variants, other_variant, tangent_of_other_variant, variant_part, variant_part_mut,
};

/// A type that holds floats, and therefore has a tangent: floats, arrays, vectors, tuples, tensors, and structs and enums of
/// them with `#[derive(Differentiable)]`. Types without floats have the tangent `()`.
///
/// ```
/// use chainrule::Differentiable;
/// assert_eq!((2.0_f64, 3_usize).zero_tangent(), (0.0, ()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Differentiable`",
    label = "no derivative can be taken with respect to this",
    note = "put `#[derive(Differentiable)]` on the type, if it is yours and holds floats",
    note = "or leave the parameter out: name those to differentiate in `#[differentiate(wrt(..))]`"
)]
pub trait Differentiable: Clone {
    /// The type of a small change of a value, of a derivative and of a gradient.
    type Tangent: Tangent;

    /// A tangent of the same dimensions, all zeros.
    #[must_use]
    fn zero_tangent(&self) -> Self::Tangent;

    /// Shows the visitor every leaf of this value beside the same leaf of `tangent`, in the order of the fields.
    fn visit<V: LeafVisitor>(&mut self, tangent: &Self::Tangent, visitor: &mut V);

    /// As [`visit`](Self::visit) for a slice: floats are one leaf together.
    #[doc(hidden)]
    fn visit_slice<V: LeafVisitor>(
        values: &mut [Self],
        tangents: &[Self::Tangent],
        visitor: &mut V,
    ) {
        for (index, (value, tangent)) in values.iter_mut().zip(tangents).enumerate() {
            visitor.enter_index(index);
            value.visit(tangent, visitor);
            visitor.leave();
        }
    }
}

/// A tangent: it has the fields of what it belongs to, less those without floats. Tangents are vectors: they have a zero and
/// are added.
///
/// ```
/// use chainrule::Tangent;
/// let mut g = (1.0_f64, [2.0_f32, 3.0]);
/// g.accumulate(&(0.5, [1.0, 1.0]));
/// assert_eq!(g, (1.5, [3.0, 4.0]));
/// g.set_zero();
/// assert_eq!(g, (0.0, [0.0, 0.0]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tangent",
    note = "the tangent of a type is made by `#[derive(Differentiable)]`"
)]
pub trait Tangent: Debug + Differentiable<Tangent = Self> {
    /// Shows the reader every leaf, in the order of the fields.
    fn read_leaves<V: LeafReader>(&self, reader: &mut V);

    /// Shows the writer every leaf, in the order of the fields.
    fn write_leaves<V: LeafWriter>(&mut self, writer: &mut V);

    /// Makes every element 0.
    fn set_zero(&mut self) {
        self.write_leaves(&mut leaves::Zero);
    }

    /// Adds `other`, element by element. Panics where the lengths differ.
    #[track_caller]
    fn accumulate(&mut self, other: &Self) {
        self.visit(other, &mut leaves::Accumulate);
    }

    #[doc(hidden)]
    fn read_slice<V: LeafReader>(tangents: &[Self], reader: &mut V) {
        tangents
            .iter()
            .for_each(|tangent| tangent.read_leaves(reader));
    }

    #[doc(hidden)]
    fn write_slice<V: LeafWriter>(tangents: &mut [Self], writer: &mut V) {
        tangents
            .iter_mut()
            .for_each(|tangent| tangent.write_leaves(writer));
    }
}

/// A type whose values `optimizer.step(&mut value, &gradient)` updates in place. Everything [`Differentiable`] is, but
/// tuples: `&mut (w, b)` would update a copy of the variables, where `(&mut w, &mut b)` updates them.
///
/// ```
/// use chainrule::prelude::*;
/// let (mut w, mut b) = (1.0, 2.0);
/// Sgd::new(0.5).step((&mut w, &mut b), &(1.0, 1.0));
/// assert_eq!((w, b), (0.5, 1.5));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be updated in place",
    label = "not a set of parameters",
    note = "several variables are updated as `optimizer.step((&mut w, &mut b), &gradient)`: `&mut (w, b)` is a copy of them",
    note = "a struct of parameters needs `#[derive(Differentiable)]`"
)]
pub trait Trainable: Differentiable {}

/// Sees the leaves of a value and of its tangent side by side.
///
/// ```
/// use chainrule::{Differentiable, Float, LeafVisitor};
/// struct Descend(f64);
/// impl LeafVisitor for Descend {
///     fn leaf<T: Float>(&mut self, values: &mut [T], tangents: &[T]) {
///         values.iter_mut().zip(tangents).for_each(|(x, &dx)| *x -= T::lit(self.0) * dx);
///     }
/// }
/// let mut x = [1.0, 2.0];
/// x.visit(&[10.0, 0.0], &mut Descend(0.1));
/// assert_eq!(x, [0.0, 2.0]);
/// ```
pub trait LeafVisitor {
    /// One leaf: slices of the same length.
    fn leaf<T: Float>(&mut self, values: &mut [T], tangents: &[T]);

    /// The leaves up to the matching [`leave`](Self::leave) lie in this field.
    fn enter(&mut self, _field: &'static str) {}

    /// The leaves up to the matching [`leave`](Self::leave) lie in the element of this index.
    fn enter_index(&mut self, _index: usize) {}

    /// Ends what the last `enter` began.
    fn leave(&mut self) {}
}

/// Sees the leaves of a tangent.
///
/// ```
/// use chainrule::{Float, LeafReader, Tangent};
/// struct Count(usize);
/// impl LeafReader for Count {
///     fn leaf<T: Float>(&mut self, tangents: &[T]) {
///         self.0 += tangents.len();
///     }
/// }
/// let mut count = Count(0);
/// (1.0_f32, [2.0_f64; 3]).read_leaves(&mut count);
/// assert_eq!(count.0, 4);
/// ```
pub trait LeafReader {
    /// One leaf.
    fn leaf<T: Float>(&mut self, tangents: &[T]);
}

/// Changes the leaves of a tangent.
///
/// ```
/// use chainrule::{Float, LeafWriter, Tangent};
/// struct Halve;
/// impl LeafWriter for Halve {
///     fn leaf<T: Float>(&mut self, tangents: &mut [T]) {
///         tangents.iter_mut().for_each(|x| *x /= T::lit(2.0));
///     }
/// }
/// let mut g = vec![2.0_f64, 4.0];
/// g.write_leaves(&mut Halve);
/// assert_eq!(g, [1.0, 2.0]);
/// ```
pub trait LeafWriter {
    /// Whether all it does is to make every element 0.
    #[doc(hidden)]
    const ZEROES: bool = false;

    /// One leaf.
    fn leaf<T: Float>(&mut self, tangents: &mut [T]);
}

/// Adds `value` to `acc`, element by element.
#[inline]
#[track_caller]
pub fn add_into<T: Tangent>(acc: &mut T, value: &T) {
    acc.accumulate(value);
}

/// Adds `value` to a part of a list, element by element.
#[inline]
#[track_caller]
pub fn add_slice_into<T: Tangent>(acc: &mut [T], value: &[T]) {
    assert!(
        acc.len() == value.len(),
        "accumulate: {} values have a tangent of length {}",
        acc.len(),
        value.len()
    );
    T::visit_slice(acc, value, &mut leaves::Accumulate);
}

/// The zero tangents of the elements of a slice.
#[must_use]
pub fn zero_slice<D: Differentiable>(values: &[D]) -> Vec<D::Tangent> {
    values.iter().map(Differentiable::zero_tangent).collect()
}
