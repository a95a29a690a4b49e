//! The innermost loops: one tile of the result in registers. All kernels multiply and add with one rounding where the
//! processor can, so results differ between processors in the last bits, but never within one.

use super::Product;
use super::blocked::{self, Columns};
use crate::Float;

/// A tile in plain loops, for processors without a kernel of their own.
#[inline(always)]
fn portable<T: Float, const MR: usize, const NR: usize>(
    a: &[[T; MR]],
    b: Columns<'_, T>,
    add: bool,
    c: &mut [T],
    stride: usize,
) {
    let mut sums = [[T::ZERO; NR]; MR];
    for (p, a) in a.iter().enumerate() {
        let b = &b.data[p * b.stride..][..NR];
        for (sums, &a) in sums.iter_mut().zip(a) {
            sums.iter_mut().zip(b).for_each(|(sum, &b)| *sum += a * b);
        }
    }
    for (i, sums) in sums.iter().enumerate() {
        let c = c[i * stride..][..NR].iter_mut().zip(sums);
        c.for_each(|(c, &sum)| *c = if add { *c + sum } else { sum });
    }
}

/// A tile of `$rows` rows of two vectors of `$lanes` lanes.
#[cfg(target_arch = "x86_64")]
macro_rules! vector_kernel {
    ($name:ident $features:literal $float:ident $vector:ident $rows:literal $lanes:literal $load:ident $store:ident $zero:ident $splat:ident $add:ident $fma:ident) => {
        pub(super) mod $name {
            use core::arch::x86_64::*;

            use crate::ops::gemm::Product;
            use crate::ops::gemm::blocked::{self, Columns};

            /// Packing and blocking are compiled for the same processor as the tile.
            #[target_feature(enable = $features)]
            pub(in super::super) fn multiply(
                product: Product<'_, $float>,
                accumulate: bool,
                out: &mut [$float],
            ) {
                blocked::multiply::<_, $rows, { 2 * $lanes }>(
                    product,
                    accumulate,
                    out,
                    |a, b, add, c, stride| tile(a, b, add, c, stride),
                );
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn load(from: &[$float; $lanes]) -> $vector {
                // SAFETY: the array has as many elements as the vector has lanes, and the load asks for no alignment.
                unsafe { $load(from.as_ptr()) }
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn store(to: &mut [$float; $lanes], vector: $vector) {
                // SAFETY: the array has as many elements as the vector has lanes, and the store asks for no alignment.
                unsafe { $store(to.as_mut_ptr(), vector) }
            }

            #[target_feature(enable = $features)]
            fn tile(
                a: &[[$float; $rows]],
                b: Columns<'_, $float>,
                add: bool,
                c: &mut [$float],
                stride: usize,
            ) {
                let mut sums = [[$zero(); 2]; $rows];
                for (p, a) in a.iter().enumerate() {
                    let ([low, high], _) =
                        b.data[p * b.stride..][..2 * $lanes].as_chunks::<$lanes>()
                    else {
                        unreachable!()
                    };
                    let (low, high) = (load(low), load(high));
                    for i in 0..$rows {
                        let a = $splat(a[i]);
                        sums[i] = [$fma(a, low, sums[i][0]), $fma(a, high, sums[i][1])];
                    }
                }
                for (i, sums) in sums.into_iter().enumerate() {
                    let ([low, high], _) = c[i * stride..][..2 * $lanes].as_chunks_mut::<$lanes>()
                    else {
                        unreachable!()
                    };
                    if add {
                        store(low, $add(load(low), sums[0]));
                        store(high, $add(load(high), sums[1]));
                    } else {
                        store(low, sums[0]);
                        store(high, sums[1]);
                    }
                }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    vector_kernel!(f32_avx512 "avx512f" f32 __m512 8 16
        _mm512_loadu_ps _mm512_storeu_ps _mm512_setzero_ps _mm512_set1_ps _mm512_add_ps _mm512_fmadd_ps);
    vector_kernel!(f64_avx512 "avx512f" f64 __m512d 8 8
        _mm512_loadu_pd _mm512_storeu_pd _mm512_setzero_pd _mm512_set1_pd _mm512_add_pd _mm512_fmadd_pd);
    vector_kernel!(f32_avx2 "avx2,fma" f32 __m256 6 8
        _mm256_loadu_ps _mm256_storeu_ps _mm256_setzero_ps _mm256_set1_ps _mm256_add_ps _mm256_fmadd_ps);
    vector_kernel!(f64_avx2 "avx2,fma" f64 __m256d 6 4
        _mm256_loadu_pd _mm256_storeu_pd _mm256_setzero_pd _mm256_set1_pd _mm256_add_pd _mm256_fmadd_pd);
}

macro_rules! dispatch {
    ($name:ident $float:ident $avx512:ident $avx2:ident) => {
        /// Writes the product to `out`, or adds it, with the widest kernel of this processor.
        #[allow(unsafe_code)]
        pub(crate) fn $name(product: Product<'_, $float>, accumulate: bool, out: &mut [$float]) {
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx512f") {
                // SAFETY: the processor has what the kernel is compiled for, as just detected.
                return unsafe { x86::$avx512::multiply(product, accumulate, out) };
            } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                // SAFETY: the processor has what the kernel is compiled for, as just detected.
                return unsafe { x86::$avx2::multiply(product, accumulate, out) };
            }
            blocked::multiply::<_, 4, 8>(product, accumulate, out, portable::<$float, 4, 8>);
        }
    };
}
dispatch!(multiply_f32 f32 f32_avx512 f32_avx2);
dispatch!(multiply_f64 f64 f64_avx512 f64_avx2);

#[cfg(test)]
mod tests {
    use super::super::Strided;
    use super::*;

    /// Every kernel this processor can run, against plain loops in whole numbers, which are exact.
    macro_rules! agree {
        ($test:ident $float:ident $avx512:ident $avx2:ident) => {
            #[test]
            #[allow(unsafe_code)]
            fn $test() {
                type Multiply = fn(Product<'_, $float>, bool, &mut [$float]);
                let mut kernels: Vec<Multiply> = vec![|product, add, out| {
                    blocked::multiply::<_, 4, 8>(product, add, out, portable::<$float, 4, 8>)
                }];
                #[cfg(target_arch = "x86_64")]
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the processor has what the kernel is compiled for, as just detected.
                    kernels.push(|product, add, out| unsafe {
                        x86::$avx2::multiply(product, add, out)
                    });
                }
                #[cfg(target_arch = "x86_64")]
                if is_x86_feature_detected!("avx512f") {
                    // SAFETY: the processor has what the kernel is compiled for, as just detected.
                    kernels.push(|product, add, out| unsafe {
                        x86::$avx512::multiply(product, add, out)
                    });
                }
                for [m, k, n] in [[1, 1, 1], [8, 3, 32], [13, 300, 37], [100, 20, 70]] {
                    let a: Vec<$float> = (0..m * k).map(|i| (i * 7 % 11) as $float - 5.0).collect();
                    let b: Vec<$float> = (0..k * n).map(|i| (i * 5 % 13) as $float - 6.0).collect();
                    let product = Product {
                        dims: [m, k, n],
                        lhs: Strided::rows(&a, k),
                        rhs: Strided::rows(&b, n),
                    };
                    let sum = |place: usize| {
                        (0..k)
                            .map(|p| a[place / n * k + p] * b[p * n + place % n])
                            .sum::<$float>()
                    };
                    let expected: Vec<$float> = (0..m * n).map(sum).collect();
                    for kernel in &kernels {
                        let mut out = vec![$float::NAN; m * n];
                        kernel(product, false, &mut out);
                        assert_eq!(out, expected);
                        kernel(product, true, &mut out);
                        assert!(out.iter().zip(&expected).all(|(x, y)| *x == 2.0 * y));
                    }
                }
            }
        };
    }
    agree!(single f32 f32_avx512 f32_avx2);
    agree!(double f64 f64_avx512 f64_avx2);
}
