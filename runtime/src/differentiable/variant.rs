//! The components of the variants of an enum's tangent, for code that cannot name the tangent's type.

/// A component of a variant of an enum's tangent, by a number made of the names of both.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no component for this field of the variant",
    label = "no derivative travels through this field",
    note = "a field has a component if the type written for it carries floats and `#[differentiable(skip)]` does not \
            stand on it",
    note = "what passes through a field without one is written `stop_gradient(..)`"
)]
pub trait VariantPart<const PART: u64> {
    /// The tangent of the field.
    type Part;

    /// The component. Panics when the tangent is of another variant.
    #[track_caller]
    fn part(&self) -> &Self::Part;

    /// The component, to be changed. Panics when the tangent is of another variant.
    #[track_caller]
    fn part_mut(&mut self) -> &mut Self::Part;
}

/// The component with this number. Panics when the tangent is of another variant.
#[inline]
#[must_use]
#[track_caller]
pub fn variant_part<const PART: u64, T: VariantPart<PART>>(tangent: &T) -> &T::Part {
    tangent.part()
}

/// The component with this number, to be changed. Panics when the tangent is of another variant.
#[inline]
#[must_use]
#[track_caller]
pub fn variant_part_mut<const PART: u64, T: VariantPart<PART>>(tangent: &mut T) -> &mut T::Part {
    tangent.part_mut()
}

/// An enum with a tangent, or a tangent that is an enum.
pub trait Variants {
    /// The name of the variant that the value is of.
    fn variant(&self) -> &'static str;
}

/// Panics: a component of one variant was asked of a tangent of another.
#[cold]
#[track_caller]
pub fn other_variant<T: Variants>(variant: &str, tangent: &T) -> ! {
    panic!(
        "the cotangent of `{variant}` is of another variant, `{}`",
        tangent.variant()
    );
}

/// Panics: a value of one variant was visited with a tangent of another.
#[cold]
#[track_caller]
pub fn tangent_of_other_variant<D: Variants, T: Variants>(value: &D, tangent: &T) -> ! {
    panic!(
        "visit: a value of `{}` has a tangent of `{}`",
        value.variant(),
        tangent.variant()
    );
}

/// The number of `Some.0`; a test of the macro holds it against its own.
const SOME: u64 = 0x7611_5bfb_b6bb_d847;

impl<T> Variants for Option<T> {
    fn variant(&self) -> &'static str {
        if self.is_some() { "Some" } else { "None" }
    }
}

impl<T> VariantPart<SOME> for Option<T> {
    type Part = T;

    #[inline]
    fn part(&self) -> &T {
        match self {
            Some(part) => part,
            None => other_variant("Some", self),
        }
    }

    #[inline]
    fn part_mut(&mut self) -> &mut T {
        match self {
            Some(part) => part,
            None => other_variant("Some", self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SOME, variant_part, variant_part_mut};

    #[test]
    fn the_component_of_some_is_reached_and_changed() {
        let mut tangent = Some(2.0);
        *variant_part_mut::<SOME, _>(&mut tangent) += 1.0;
        assert_eq!(variant_part::<SOME, _>(&tangent), &3.0);
    }

    #[test]
    #[should_panic(expected = "the cotangent of `Some` is of another variant, `None`")]
    fn none_has_no_component() {
        let _ = variant_part::<SOME, _>(&None::<f64>);
    }
}
