//! One fused loop over operands that broadcast along leading axes.
//!
//! Every operand is the trailing part of the result's shape, so in row-major order it repeats with the period of its own
//! length. The loop runs in blocks as long as the shortest tensor that takes part; within a block every operand is either
//! a contiguous run or one value, and which of the two is known by type. That inner loop is what LLVM vectorises.

use crate::shape::SumTo;
use crate::shape::broadcast::{broadcast_dims, check_trailing};
use crate::shape::volume;
use crate::tensor::TensorLike;
use crate::{Broadcast, Float, Operand, Shape};
use core::marker::PhantomData;

/// What an operand holds within a block.
#[doc(hidden)]
pub trait Lane<T>: Copy {
    fn at(self, index: usize) -> T;
    fn part(self, start: usize, len: usize) -> Self;
}

/// One value.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Same<T>(pub(crate) T);

/// A contiguous run of values.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Run<'a, T>(pub(crate) &'a [T]);

impl<T: Copy> Lane<T> for Same<T> {
    #[inline(always)]
    fn at(self, _: usize) -> T {
        self.0
    }

    #[inline(always)]
    fn part(self, _: usize, _: usize) -> Self {
        self
    }
}

impl<T: Copy> Lane<T> for Run<'_, T> {
    #[inline(always)]
    fn at(self, index: usize) -> T {
        self.0[index]
    }

    #[inline(always)]
    fn part(self, start: usize, len: usize) -> Self {
        Run(&self.0[start..start + len])
    }
}

/// Operands of an elementwise operation and the scalar function applied to them: tuples of one to eight operands.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "these operands do not combine elementwise",
    note = "all must be floats or tensors of one element type, with shapes that broadcast along leading axes"
)]
pub trait ZipWith<F>: Sized {
    type Elem: Float;
    type Shape: Shape;

    /// The dimensions of the result.
    fn dims(&self) -> <Self::Shape as Shape>::Dims;

    /// Writes the results to `out`, or adds them; leading axes that `out` lacks are summed.
    fn run<Out: Shape>(self, dims: &[usize], out: &mut [Self::Elem], add: bool, f: F);
}

/// Elements summed one after the other before their partial sums are: it bounds the rounding error of long sums.
const PARTIAL: usize = 1024;
/// Independent partial sums, so that a sum vectorises.
const LANES: usize = 16;

/// A sum in pairs of pairs, so that its rounding error grows with the logarithm of the number of terms only.
struct Pairwise<T> {
    /// Sums of 1, 2, 4, .. terms, where the count has that bit set.
    levels: [T; usize::BITS as usize],
    count: usize,
}

impl<T: Float> Pairwise<T> {
    #[inline]
    fn new() -> Self {
        Self {
            levels: [T::ZERO; usize::BITS as usize],
            count: 0,
        }
    }

    #[inline]
    fn push(&mut self, mut term: T) {
        let full = self.count.trailing_ones() as usize;
        self.levels[..full].iter().for_each(|&sum| term += sum);
        self.levels[full] = term;
        self.count += 1;
    }

    #[inline]
    fn total(&self) -> T {
        let set = |&level: &usize| self.count >> level & 1 == 1;
        (0..self.levels.len())
            .filter(set)
            .fold(T::ZERO, |sum, level| sum + self.levels[level])
    }
}

/// The sum of `value(lanes, 0)` to `value(lanes, len - 1)`, where `part` cuts a range out of the lanes.
#[inline(always)]
fn sum_block<T: Float, L: Copy>(
    len: usize,
    lanes: L,
    part: impl Fn(L, usize, usize) -> L,
    value: impl Fn(L, usize) -> T,
) -> T {
    let sum = |start: usize, end: usize| {
        sum_partial(part(lanes, start, end - start), end - start, &part, &value)
    };
    if len <= PARTIAL {
        return sum(0, len);
    }
    let mut total = Pairwise::new();
    (0..len)
        .step_by(PARTIAL)
        .for_each(|start| total.push(sum(start, len.min(start + PARTIAL))));
    total.total()
}

/// The sum of `value(lanes, 0)` to `value(lanes, len - 1)` in [`LANES`] independent partial sums.
#[inline(always)]
fn sum_partial<T: Float, L: Copy>(
    lanes: L,
    len: usize,
    part: &impl Fn(L, usize, usize) -> L,
    value: &impl Fn(L, usize) -> T,
) -> T {
    if len < LANES {
        return (0..len).fold(T::ZERO, |sum, i| sum + value(lanes, i));
    }
    let mut sums = [T::ZERO; LANES];
    let whole = len - len % LANES;
    for start in (0..whole).step_by(LANES) {
        let lanes = part(lanes, start, LANES);
        sums.iter_mut()
            .enumerate()
            .for_each(|(lane, sum)| *sum += value(lanes, lane));
    }
    let rest = part(lanes, whole, len - whole);
    sums.iter_mut()
        .enumerate()
        .take(len - whole)
        .for_each(|(lane, sum)| *sum += value(rest, lane));
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
    }
    sums[0]
}

/// The sum of `f` of the pairs of two slices of one length.
#[inline]
pub(crate) fn sum_pairs<T: Float>(a: &[T], b: &[T], f: impl Fn(T, T) -> T) -> T {
    let lanes = (Run(a), Run(&b[..a.len()]));
    sum_block(
        a.len(),
        lanes,
        |(a, b), start, len| (a.part(start, len), b.part(start, len)),
        |(a, b), i| f(a.at(i), b.at(i)),
    )
}

/// The sum of `f` of the elements of a slice.
#[inline]
pub(crate) fn sum_slice<T: Float>(a: &[T], f: impl Fn(T) -> T) -> T {
    sum_block(a.len(), Run(a), Lane::part, |a, i| f(a.at(i)))
}

/// The length of a block so far, and what is left of it when something of shape `S` takes part.
#[inline(always)]
fn shorter<S: Shape>(block: usize, len: usize) -> usize {
    if S::RANK == 0 { block } else { block.min(len) }
}

macro_rules! zip_with {
    ($($operand:ident $lane:ident $shape:ident $index:tt),*; $($from:ident + $next:ident = $wider:ident $at:tt),*; $last:ident) => {
        impl<T: Float, Func, $($operand,)* $($shape,)* $($wider),*> ZipWith<Func> for ($($operand,)*)
        where
            $($operand: Operand<Elem = T, Shape = $shape>, $shape: Shape,)*
            $($from: Broadcast<$next, Output = $wider>, $wider: Shape,)*
            Func: Fn($(zip_with!(@elem T $operand)),*) -> T,
        {
            type Elem = T;
            type Shape = $last;

            #[inline(always)]
            #[track_caller]
            fn dims(&self) -> $last::Dims {
                let dims = self.0.dims();
                $(let dims = broadcast_dims::<$from, $next>(dims, self.$at.dims());)*
                dims
            }

            #[inline(always)]
            fn run<Out: Shape>(self, dims: &[usize], out: &mut [T], add: bool, f: Func) {
                $(let $lane = self.$index.as_slice();)*
                let put = |out: &mut T, value| *out = if add { *out + value } else { value };
                if $last::RANK == 0 {
                    return put(&mut out[0], f($($lane[0]),*));
                }
                let total = volume(dims);
                let mut block = shorter::<Out>(total, out.len());
                $(block = shorter::<$shape>(block, $lane.len());)*
                if total == 0 {
                    if !add {
                        out.fill(T::ZERO);
                    }
                    return;
                }
                if Out::RANK == 0 {
                    let sum = |start| {
                        sum_block(
                            block,
                            ($($shape::lane($lane, start, block),)*),
                            |($($lane,)*), start, len| ($($lane.part(start, len),)*),
                            |($($lane,)*), i| f($($lane.at(i)),*),
                        )
                    };
                    if block == total {
                        return put(&mut out[0], sum(0));
                    }
                    let mut sums = Pairwise::new();
                    (0..total).step_by(block).for_each(|start| sums.push(sum(start)));
                    return put(&mut out[0], sums.total());
                }
                let sums = out.len() < total;
                if sums && !add {
                    out.fill(T::ZERO);
                }
                for start in (0..total).step_by(block) {
                    let first = if sums { start % out.len() } else { start };
                    let out = &mut out[first..first + block];
                    $(let $lane = $shape::lane($lane, start, block);)*
                    if sums {
                        out.iter_mut().enumerate().for_each(|(i, out)| *out += f($($lane.at(i)),*));
                    } else {
                        out.iter_mut().enumerate().for_each(|(i, out)| put(out, f($($lane.at(i)),*)));
                    }
                }
            }
        }
    };
    (@elem $elem:ident $operand:ident) => { $elem };
}

zip_with!(A a S1 0; ; S1);
zip_with!(A a S1 0, B b S2 1; S1 + S2 = W2 1; W2);
zip_with!(A a S1 0, B b S2 1, C c S3 2; S1 + S2 = W2 1, W2 + S3 = W3 2; W3);
zip_with!(A a S1 0, B b S2 1, C c S3 2, D d S4 3; S1 + S2 = W2 1, W2 + S3 = W3 2, W3 + S4 = W4 3; W4);
zip_with!(A a S1 0, B b S2 1, C c S3 2, D d S4 3, E e S5 4;
    S1 + S2 = W2 1, W2 + S3 = W3 2, W3 + S4 = W4 3, W4 + S5 = W5 4; W5);
zip_with!(A a S1 0, B b S2 1, C c S3 2, D d S4 3, E e S5 4, G g S6 5;
    S1 + S2 = W2 1, W2 + S3 = W3 2, W3 + S4 = W4 3, W4 + S5 = W5 4, W5 + S6 = W6 5; W6);
zip_with!(A a S1 0, B b S2 1, C c S3 2, D d S4 3, E e S5 4, G g S6 5, H h S7 6;
    S1 + S2 = W2 1, W2 + S3 = W3 2, W3 + S4 = W4 3, W4 + S5 = W5 4, W5 + S6 = W6 5, W6 + S7 = W7 6; W7);
zip_with!(A a S1 0, B b S2 1, C c S3 2, D d S4 3, E e S5 4, G g S6 5, H h S7 6, K k S8 7;
    S1 + S2 = W2 1, W2 + S3 = W3 2, W3 + S4 = W4 3, W4 + S5 = W5 4, W5 + S6 = W6 5, W6 + S7 = W7 6, W7 + S8 = W8 7; W8);

/// `f` of the elements of the operands: a float when all are floats, else a tensor of the broadcast shape.
#[inline]
#[track_caller]
pub fn zip<Z: ZipWith<F>, F>(operands: Z, f: F) -> <Z::Shape as Shape>::Value<Z::Elem> {
    let dims = operands.dims();
    Z::Shape::produce(dims, |out| {
        operands.run::<Z::Shape>(dims.as_ref(), out, false, f)
    })
}

/// As [`zip`], then summed over the leading axes that `like` lacks: the adjoint of broadcasting, in the same pass.
#[inline]
#[track_caller]
pub fn zip_to<L, Z, F>(like: &L, operands: Z, f: F) -> <L::Shape as Shape>::Value<L::Elem>
where
    L: Operand,
    Z: ZipWith<F, Elem = L::Elem>,
    Z::Shape: SumTo<L::Shape>,
{
    zip_to_shape(&shape_of(like), operands, f)
}

/// The shape of a float or a tensor, for [`zip_to_shape`].
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct ShapeOf<T, S: Shape>(S::Dims, PhantomData<T>);

/// What is left of a value whose elements nobody reads any more.
#[inline(always)]
pub fn shape_of<L: Operand>(like: &L) -> ShapeOf<L::Elem, L::Shape> {
    ShapeOf(like.dims(), PhantomData)
}

/// As [`zip_to`], where no more than the shape is left of what it sums to.
#[inline]
#[track_caller]
pub fn zip_to_shape<T, S, Z, F>(like: &ShapeOf<T, S>, operands: Z, f: F) -> S::Value<T>
where
    T: Float,
    S: Shape,
    Z: ZipWith<F, Elem = T>,
    Z::Shape: SumTo<S>,
{
    let (dims, small) = (operands.dims(), like.0);
    check_trailing(dims.as_ref(), small.as_ref());
    S::produce(small, |out| operands.run::<S>(dims.as_ref(), out, false, f))
}

/// As [`zip_to`], but added to what `acc` holds.
#[inline]
#[track_caller]
pub fn zip_into<A, Z, F>(acc: &mut A, operands: Z, f: F)
where
    A: TensorLike,
    Z: ZipWith<F, Elem = A::Elem>,
    Z::Shape: SumTo<A::Shape>,
{
    let dims = operands.dims();
    check_trailing(dims.as_ref(), acc.dims().as_ref());
    let (sums, overwrite) = acc.sum_slice();
    operands.run::<A::Shape>(dims.as_ref(), sums, !overwrite, f);
}

/// `g` repeated along leading axes to the shape of `like`.
#[inline]
#[track_caller]
pub fn expand<G, L>(g: &G, like: &L) -> <L::Shape as Shape>::Value<L::Elem>
where
    G: Operand<Elem = L::Elem>,
    L: Operand,
{
    let dims = like.dims();
    check_trailing(dims.as_ref(), g.dims().as_ref());
    L::Shape::produce(dims, |out| {
        let g = g.as_slice();
        if !out.is_empty() {
            out.chunks_exact_mut(g.len())
                .for_each(|out| out.copy_from_slice(g));
        }
    })
}
