//! The tangents of floats, containers, tensors, and of types without floats.

use super::{Differentiable, LeafReader, LeafVisitor, LeafWriter, Tangent, Trainable, zero_slice};
use crate::{Float, Shape, Tensor};

macro_rules! floats {
    ($($float:ident)*) => {$(
        impl Differentiable for $float {
            type Tangent = $float;

            #[inline(always)]
            fn zero_tangent(&self) -> $float {
                0.0
            }

            #[inline(always)]
            fn visit<V: LeafVisitor>(&mut self, tangent: &$float, visitor: &mut V) {
                visitor.leaf(core::slice::from_mut(self), core::slice::from_ref(tangent));
            }

            #[inline]
            fn visit_slice<V: LeafVisitor>(values: &mut [$float], tangents: &[$float], visitor: &mut V) {
                visitor.leaf(values, tangents);
            }
        }

        impl Tangent for $float {
            #[inline(always)]
            fn read_leaves<V: LeafReader>(&self, reader: &mut V) {
                reader.leaf(core::slice::from_ref(self));
            }

            #[inline(always)]
            fn write_leaves<V: LeafWriter>(&mut self, writer: &mut V) {
                writer.leaf(core::slice::from_mut(self));
            }

            #[inline]
            fn read_slice<V: LeafReader>(tangents: &[$float], reader: &mut V) {
                reader.leaf(tangents);
            }

            #[inline]
            fn write_slice<V: LeafWriter>(tangents: &mut [$float], writer: &mut V) {
                writer.leaf(tangents);
            }
        }

        impl Trainable for $float {}
    )*};
}
floats!(f32 f64);

impl<T: Float, S: Shape> Differentiable for Tensor<T, S> {
    type Tangent = Self;

    #[inline]
    fn zero_tangent(&self) -> Self {
        Self::absent(self.dims())
    }

    #[inline]
    fn visit<V: LeafVisitor>(&mut self, tangent: &Self, visitor: &mut V) {
        crate::shape::check_same("visit", self.dims().as_ref(), tangent.dims().as_ref());
        visitor.leaf(self.as_mut_slice(), tangent.as_slice());
    }
}

impl<T: Float, S: Shape> Tangent for Tensor<T, S> {
    #[inline]
    fn read_leaves<V: LeafReader>(&self, reader: &mut V) {
        reader.leaf(self.as_slice());
    }

    #[inline]
    fn write_leaves<V: LeafWriter>(&mut self, writer: &mut V) {
        if V::ZEROES {
            self.set_zero();
        } else {
            writer.leaf(self.as_mut_slice());
        }
    }

    #[inline]
    #[track_caller]
    fn accumulate(&mut self, other: &Self) {
        crate::shape::check_same("accumulate", self.dims().as_ref(), other.dims().as_ref());
        let (sums, overwrite) = crate::TensorLike::sum_slice(self);
        if overwrite {
            sums.copy_from_slice(other.as_slice());
        } else {
            let pairs = sums.iter_mut().zip(other.as_slice());
            pairs.for_each(|(sum, &x)| *sum += x);
        }
    }
}

impl<T: Float, S: Shape> Trainable for Tensor<T, S> {}

macro_rules! sequences {
    ($([$($generics:tt)*] $sequence:ty => $tangent:ty, |$x:ident| $zero:expr;)*) => {$(
        impl<D: Differentiable, $($generics)*> Differentiable for $sequence {
            type Tangent = $tangent;

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                let $x = self;
                $zero
            }

            #[inline]
            fn visit<V: LeafVisitor>(&mut self, tangent: &Self::Tangent, visitor: &mut V) {
                assert!(
                    self.len() == tangent.len(),
                    "visit: {} values have a tangent of length {}",
                    self.len(),
                    tangent.len()
                );
                D::visit_slice(self, tangent, visitor);
            }
        }

        impl<D: Tangent, $($generics)*> Tangent for $sequence {
            #[inline]
            fn read_leaves<V: LeafReader>(&self, reader: &mut V) {
                D::read_slice(self, reader);
            }

            #[inline]
            fn write_leaves<V: LeafWriter>(&mut self, writer: &mut V) {
                D::write_slice(self, writer);
            }
        }

        impl<D: Differentiable, $($generics)*> Trainable for $sequence {}
    )*};
}
sequences! {
    [const N: usize] [D; N] => [D::Tangent; N], |x| x.each_ref().map(D::zero_tangent);
    [] Vec<D> => Vec<D::Tangent>, |x| zero_slice(x);
    [] Box<[D]> => Box<[D::Tangent]>, |x| x.iter().map(D::zero_tangent).collect();
}

impl<D: Differentiable> Differentiable for Box<D> {
    type Tangent = Box<D::Tangent>;

    fn zero_tangent(&self) -> Self::Tangent {
        Box::new((**self).zero_tangent())
    }

    fn visit<V: LeafVisitor>(&mut self, tangent: &Self::Tangent, visitor: &mut V) {
        (**self).visit(tangent, visitor);
    }
}

impl<D: Tangent> Tangent for Box<D> {
    fn read_leaves<V: LeafReader>(&self, reader: &mut V) {
        (**self).read_leaves(reader);
    }

    fn write_leaves<V: LeafWriter>(&mut self, writer: &mut V) {
        (**self).write_leaves(writer);
    }
}

impl<D: Differentiable> Trainable for Box<D> {}

impl<D: Differentiable> Differentiable for Option<D> {
    type Tangent = Option<D::Tangent>;

    fn zero_tangent(&self) -> Self::Tangent {
        self.as_ref().map(D::zero_tangent)
    }

    fn visit<V: LeafVisitor>(&mut self, tangent: &Self::Tangent, visitor: &mut V) {
        match (self, tangent) {
            (Some(value), Some(tangent)) => value.visit(tangent, visitor),
            (None, None) => {}
            (value, _) => panic!(
                "visit: a value of {} has a tangent that is not",
                if value.is_some() { "Some" } else { "None" }
            ),
        }
    }
}

impl<D: Tangent> Tangent for Option<D> {
    fn read_leaves<V: LeafReader>(&self, reader: &mut V) {
        self.iter().for_each(|tangent| tangent.read_leaves(reader));
    }

    fn write_leaves<V: LeafWriter>(&mut self, writer: &mut V) {
        self.iter_mut()
            .for_each(|tangent| tangent.write_leaves(writer));
    }
}

impl<D: Differentiable> Trainable for Option<D> {}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: Differentiable),+> Differentiable for ($($name,)+) {
            type Tangent = ($($name::Tangent,)+);

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                ($(self.$index.zero_tangent(),)+)
            }

            #[inline]
            fn visit<V: LeafVisitor>(&mut self, tangent: &Self::Tangent, visitor: &mut V) {
                $(
                    visitor.enter(stringify!($index));
                    self.$index.visit(&tangent.$index, visitor);
                    visitor.leave();
                )+
            }
        }

        impl<$($name: Tangent),+> Tangent for ($($name,)+) {
            #[inline]
            fn read_leaves<V: LeafReader>(&self, reader: &mut V) {
                $(self.$index.read_leaves(reader);)+
            }

            #[inline]
            fn write_leaves<V: LeafWriter>(&mut self, writer: &mut V) {
                $(self.$index.write_leaves(writer);)+
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

macro_rules! floatless {
    ($($type:ty),*) => {$(
        impl Differentiable for $type {
            type Tangent = ();

            #[inline(always)]
            fn zero_tangent(&self) {}

            #[inline(always)]
            fn visit<V: LeafVisitor>(&mut self, (): &(), _: &mut V) {}
        }
    )*};
}
floatless!(
    (),
    bool,
    char,
    String,
    &'static str,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize
);

impl<D: ?Sized> Differentiable for core::marker::PhantomData<D> {
    type Tangent = ();

    #[inline(always)]
    fn zero_tangent(&self) {}

    #[inline(always)]
    fn visit<V: LeafVisitor>(&mut self, (): &(), _: &mut V) {}
}

impl Tangent for () {
    #[inline(always)]
    fn read_leaves<V: LeafReader>(&self, _: &mut V) {}

    #[inline(always)]
    fn write_leaves<V: LeafWriter>(&mut self, _: &mut V) {}
}
