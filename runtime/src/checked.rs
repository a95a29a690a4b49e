//! Types that are erroneous where a differentiated function is: see `emit/check.rs` of the macros.

/// Zero for a function that compiles. Where it does not, the constant has no value, and rustc reports nothing about types
/// that depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Checked<const ERRORS: usize>;

/// The type itself, where there are no errors.
pub trait Passes<T> {
    /// `T`.
    type Type;

    /// Passes a value on.
    fn pass(x: T) -> Self::Type;
}

impl<T> Passes<T> for Checked<0> {
    type Type = T;

    #[inline(always)]
    fn pass(x: T) -> T {
        x
    }
}

/// Passes a value of generated code on.
#[inline(always)]
pub fn checked<const ERRORS: usize, T>(x: T) -> <Checked<ERRORS> as Passes<T>>::Type
where
    Checked<ERRORS>: Passes<T>,
{
    <Checked<ERRORS> as Passes<T>>::pass(x)
}
