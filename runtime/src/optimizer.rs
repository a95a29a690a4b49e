//! Optimizers: `optimizer.step(&mut parameters, &gradient)` for any parameters.

use crate::float::PerFloat;
use crate::{Float, LeafVisitor, Trainable};

mod adam;
mod rmsprop;
mod sgd;

pub use adam::{Adam, AdamW};
pub use rmsprop::RmsProp;
pub use sgd::Sgd;

/// What an optimizer updates: `&mut parameters`, or a tuple of these for separate variables.
///
/// ```
/// use chainrule::prelude::*;
/// let (mut w, mut b) = (Vector::from([1.0, 2.0]), 3.0_f32);
/// Sgd::new(1.0).step((&mut w, &mut b), &(Vector::from([0.5, 0.5]), 1.0));
/// assert_eq!((w, b), (Vector::from([0.5, 1.5]), 2.0));
/// ```
///
/// A tuple behind one reference is a copy of the variables, and does not compile:
///
/// ```compile_fail
/// use chainrule::prelude::*;
/// let (w, b) = (1.0, 2.0);
/// Sgd::new(1.0).step(&mut (w, b), &(1.0, 1.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mutable reference to parameters",
    label = "expected `&mut parameters`, or a tuple `(&mut w, &mut b)`"
)]
pub trait Parameters {
    /// The gradient that belongs to them.
    type Gradient;

    /// Shows the visitor every leaf beside the same leaf of the gradient.
    fn visit_parameters<V: LeafVisitor>(self, gradient: &Self::Gradient, visitor: &mut V);
}

impl<P: Trainable> Parameters for &mut P {
    type Gradient = P::Tangent;

    #[inline]
    fn visit_parameters<V: LeafVisitor>(self, gradient: &P::Tangent, visitor: &mut V) {
        self.visit(gradient, visitor);
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: Parameters),+> Parameters for ($($name,)+) {
            type Gradient = ($($name::Gradient,)+);

            #[inline]
            fn visit_parameters<V: LeafVisitor>(self, gradient: &Self::Gradient, visitor: &mut V) {
                $(self.$index.visit_parameters(&gradient.$index, visitor);)+
            }
        }
    )*};
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
}

/// One number of state for every parameter, leaf by leaf, all zero at the first step.
#[derive(Clone, Debug, Default)]
struct Memory(Vec<PerFloat>);

impl Memory {
    /// The state of a leaf of `len` elements.
    fn leaf<T: Float>(&mut self, optimizer: &str, leaf: usize, len: usize) -> &mut [T] {
        if leaf == self.0.len() {
            let mut state = PerFloat::default();
            *T::buffer(&mut state) = vec![T::ZERO; len];
            self.0.push(state);
        }
        let state = T::buffer(&mut self.0[leaf]);
        assert!(
            state.len() == len,
            "{optimizer}: parameter leaf {leaf} has {len} elements, where its first step had {}",
            state.len()
        );
        state
    }
}

/// How an optimizer updates one leaf.
trait Update {
    fn update<T: Float>(&mut self, leaf: usize, parameters: &mut [T], gradient: &[T]);
}

struct Walk<'a, U> {
    optimizer: &'a mut U,
    leaf: usize,
}

impl<U: Update> LeafVisitor for Walk<'_, U> {
    #[inline]
    fn leaf<T: Float>(&mut self, parameters: &mut [T], gradient: &[T]) {
        self.optimizer.update(self.leaf, parameters, gradient);
        self.leaf += 1;
    }
}

/// A decaying average, or zero once it is nearly subnormal: those are slow to compute with, and an average whose gradient
/// stays zero would never leave them, since rounding brings it back up.
#[inline(always)]
fn settled<T: Float>(average: T) -> T {
    const ROOM: f64 = 16_777_216.0;
    if average.abs() < T::MIN_POSITIVE * T::lit(ROOM) {
        T::lit(0.0)
    } else {
        average
    }
}

#[inline]
fn walk<P: Parameters>(optimizer: &mut impl Update, parameters: P, gradient: &P::Gradient) {
    parameters.visit_parameters(gradient, &mut Walk { optimizer, leaf: 0 });
}

/// The learning rate's accessors.
macro_rules! learning_rate {
    ($optimizer:ident) => {
        impl $optimizer {
            /// The learning rate.
            ///
            /// ```
            #[doc = concat!("assert_eq!(chainrule::", stringify!($optimizer), "::new(0.1).learning_rate(), 0.1);")]
            /// ```
            #[must_use]
            pub fn learning_rate(&self) -> f64 {
                self.learning_rate
            }

            /// Changes the learning rate from the next step on; the state stays.
            ///
            /// ```
            #[doc = concat!("let mut optimizer = chainrule::", stringify!($optimizer), "::new(0.1);")]
            /// optimizer.set_learning_rate(0.01);
            /// assert_eq!(optimizer.learning_rate(), 0.01);
            /// ```
            pub fn set_learning_rate(&mut self, learning_rate: f64) {
                self.learning_rate = learning_rate;
            }
        }
    };
}
use learning_rate;
