//! How a differentiated call hands its cotangents back: one slot a parameter.

/// The slot of a parameter whose cotangent nobody asks for: nothing is computed for it.
#[derive(Clone, Copy, Debug)]
pub struct Off;

/// A place for the cotangent of one parameter: `&mut tangent` to add to, or [`Off`].
pub trait Slot<T: ?Sized> {
    /// The place, if there is one.
    fn into_option<'a>(self) -> Option<&'a mut T>
    where
        Self: 'a;
}

impl<T: ?Sized> Slot<T> for &mut T {
    #[inline(always)]
    fn into_option<'a>(self) -> Option<&'a mut T>
    where
        Self: 'a,
    {
        Some(self)
    }
}

impl<T: ?Sized> Slot<T> for Option<&mut T> {
    #[inline(always)]
    fn into_option<'a>(self) -> Option<&'a mut T>
    where
        Self: 'a,
    {
        self
    }
}

impl<T: ?Sized> Slot<T> for Off {
    #[inline(always)]
    fn into_option<'a>(self) -> Option<&'a mut T>
    where
        Self: 'a,
    {
        None
    }
}

/// What is passed as a slice adds to its part of a list.
macro_rules! lists {
    ($([$($generics:tt)*] $list:ty;)*) => {$(
        impl<T, $($generics)*> Slot<[T]> for &mut $list {
            #[inline(always)]
            fn into_option<'a>(self) -> Option<&'a mut [T]>
            where
                Self: 'a,
            {
                Some(self)
            }
        }

        impl<T, $($generics)*> Slot<[T]> for Option<&mut $list> {
            #[inline(always)]
            fn into_option<'a>(self) -> Option<&'a mut [T]>
            where
                Self: 'a,
            {
                self.map(|list| &mut list[..])
            }
        }
    )*};
}

lists! {
    [] Vec<T>;
    [const N: usize] [T; N];
}

impl<T: ?Sized> Slot<T> for &mut Box<T> {
    #[inline(always)]
    fn into_option<'a>(self) -> Option<&'a mut T>
    where
        Self: 'a,
    {
        Some(self)
    }
}

impl<T: ?Sized> Slot<T> for Option<&mut Box<T>> {
    #[inline(always)]
    fn into_option<'a>(self) -> Option<&'a mut T>
    where
        Self: 'a,
    {
        self.map(|held| &mut **held)
    }
}

/// An argument by reference: what the parameter refers to, or a list where that is a slice.
pub trait Given<T: ?Sized> {
    /// What is referred to.
    fn given(&self) -> &T;
}

impl<T: ?Sized> Given<T> for &T {
    #[inline(always)]
    fn given(&self) -> &T {
        self
    }
}

macro_rules! given {
    ($([$($generics:tt)*] $list:ty;)*) => {$(
        impl<T, $($generics)*> Given<[T]> for $list {
            #[inline(always)]
            fn given(&self) -> &[T] {
                &self[..]
            }
        }
    )*};
}

impl<T: ?Sized> Given<T> for &Box<T> {
    #[inline(always)]
    fn given(&self) -> &T {
        self
    }
}

given! {
    [] &Vec<T>;
    [const N: usize] &[T; N];
}

/// The slot of a parameter that the callee's `wrt` leaves out: [`Off`] only.
#[diagnostic::on_unimplemented(
    message = "this argument carries a derivative, but the function called leaves the parameter out of its `wrt`",
    label = "the derivative of this argument would be lost",
    note = "add the parameter to `wrt(..)` of the function called, or block the derivative with `stop_gradient(..)`"
)]
pub trait Inactive {}
impl Inactive for Off {}
#[diagnostic::do_not_recommend]
impl Inactive for &mut () {}
#[diagnostic::do_not_recommend]
impl Inactive for Option<&mut ()> {}
#[diagnostic::do_not_recommend]
impl Inactive for &mut Vec<()> {}
#[diagnostic::do_not_recommend]
impl<const N: usize> Inactive for &mut [(); N] {}

/// What a cast takes as it is, where its type does not show.
#[diagnostic::on_unimplemented(
    message = "a cast of `{Self}` may lose its derivative",
    label = "this is no integer",
    note = "bind a float with its type first, as in `let slope: f64 = ..`, or leave the cast out",
    note = "or say with `stop_gradient(..)` around the operand that the derivative is to be dropped"
)]
pub trait Integer: Copy {}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(impl Integer for $integer {})*
    };
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// An integer, and nothing that carries a derivative.
#[inline(always)]
pub fn integer<T: Integer>(x: T) -> T {
    x
}

/// Passes its argument on and blocks its derivative: under differentiation it is a constant.
///
/// ```
/// use chainrule::stop_gradient;
/// assert_eq!(stop_gradient(2.0), 2.0);
/// ```
#[inline(always)]
pub fn stop_gradient<T>(x: T) -> T {
    x
}

/// Panics in debug builds when a function and the twin that holds its derivatives do not belong together: then one of
/// two imports of the same name is shadowed, and the derivative would be that of another function. `call` only lets rustc
/// infer the generics of a function that is only named.
#[inline(always)]
#[track_caller]
pub fn assert_twin<Twin, Function, Output>(_: Function, _call: impl FnOnce(Function) -> Output) {
    if cfg!(debug_assertions) {
        let (function, twin) = (
            path(core::any::type_name::<Function>()),
            path(core::any::type_name::<Twin>()),
        );
        assert!(
            function == twin,
            "one name stands for two things here: the function `{function}`, and the derivatives of `{twin}`; \
             import the function and its derivatives from one place, or rename one of them"
        );
    }
}

/// A type name less the generic arguments at its end.
fn path(name: &str) -> &str {
    if !name.ends_with('>') {
        return name;
    }
    let mut depth = 0_usize;
    for (place, character) in name.char_indices().rev() {
        match character {
            '>' if !name[..place].ends_with('-') => depth += 1,
            '<' => {
                depth -= 1;
                if depth == 0 {
                    return name[..place].trim_end_matches("::");
                }
            }
            _ => {}
        }
    }
    name
}
