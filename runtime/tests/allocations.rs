//! A warm step allocates nothing. Counting needs an allocator of our own, and that needs `unsafe`.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use chainrule::prelude::*;
use chainrule::private as p;

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often each of five calls allocates.
fn allocations(mut f: impl FnMut()) -> [usize; 5] {
    core::array::from_fn(|_| {
        let before = COUNT.get();
        f();
        COUNT.get() - before
    })
}

#[track_caller]
fn warm(counts: [usize; 5]) {
    assert!(
        counts[0] > 0,
        "the first call makes its buffers: {counts:?}"
    );
    assert_eq!(counts[1..], [0; 4]);
}

fn random<S: chainrule::Shape>(dims: S::Dims) -> Tensor<f32, S> {
    Tensor::random(
        dims,
        Init::Normal {
            mean: 0.0,
            deviation: 0.1,
        },
        &mut Rng::seed(1),
    )
}

#[test]
fn a_training_step_of_a_perceptron() {
    let (mut w1, mut b1) = (
        random::<Rank2<784, 256>>([784, 256]),
        Vector::<256>::zeros([256]),
    );
    let (mut w2, mut b2) = (
        random::<Rank2<256, 10>>([256, 10]),
        Vector::<10>::zeros([10]),
    );
    let mut g = (
        w1.zero_tangent(),
        b1.zero_tangent(),
        w2.zero_tangent(),
        b2.zero_tangent(),
    );
    let x = random::<Rank2<DYN, 784>>([32, 784]);
    let labels: Vec<usize> = (0..32).map(|i| i % 10).collect();
    let mut adam = Adam::new(1e-3);
    let mut losses = Vec::with_capacity(5);
    warm(allocations(|| {
        let h = p::zip((&x.matmul(&w1), &b1), |t, b| (t + b).relu());
        let z = h.matmul(&w2) + &b2;
        let (value, residuals) = softmax_cross_entropy::forward(&z, &labels);
        let mut z_bar = z.zero_tangent();
        softmax_cross_entropy::pull(&residuals, &&z, &&labels[..], &1.0, &mut z_bar, p::Off);
        g.set_zero();
        p::matmul_tn_into(&mut g.2, &h, &z_bar);
        p::zip_into(&mut g.3, (&z_bar,), |g| g);
        let h_bar = p::matmul_nt(&z_bar, &w2);
        let t_bar = p::zip((&h_bar, &h), |g, h| if h > 0.0 { g } else { 0.0 });
        p::matmul_tn_into(&mut g.0, &x, &t_bar);
        p::zip_into(&mut g.1, (&t_bar,), |g| g);
        adam.step((&mut w1, &mut b1, &mut w2, &mut b2), &g);
        losses.push(value);
    }));
    assert!(
        losses.is_sorted_by(|a, b| a > b),
        "and it learns: {losses:?}"
    );
}

#[test]
fn every_operation() {
    let (x, v) = (random::<Rank2<7, 5>>([7, 5]), random::<Rank1<5>>([5]));
    let (image, kernel) = (
        random::<Rank4<2, 3, 8, 8>>([2, 3, 8, 8]),
        random::<Rank4<4, 3, 3, 3>>([4, 3, 3, 3]),
    );
    warm(allocations(|| {
        let y = (&x * &v + 1.0).softmax();
        let _ = p::softmax_pull(&y, &x);
        let _ = (
            y.sum(),
            y.sum_rows(),
            y.sum_cols(),
            y.max(),
            y.norm(),
            y.transpose(),
            y.clone(),
        );
        let _ = p::gather_pull(&x, &x.gather(&[1, 1]), &[1, 1]);
        let _ = p::concat_pull_lhs(&x, &x.concat(&y, 1), 1);
        let c = image.conv2d(&kernel, 1, 1);
        let _ = p::conv2d_pull_input(&image, &kernel, &c, 1, 1);
        let _ = p::conv2d_pull_kernel(&image, &kernel, &c, 1, 1);
        let m = c.max_pool2d(2, 2);
        let _ = p::max_pool2d_pull(&c, &m, &m, 2, 2);
        let (_, g) = mse::value_and_grad(&x, &y);
        drop(g);
    }));
}

#[test]
fn the_pool_is_bounded() {
    for len in 1..2000 {
        drop(Vector::<DYN>::zeros([len]));
    }
    let odd = allocations(|| drop(Vector::<DYN>::zeros([17])));
    assert_eq!(
        odd[0], 2,
        "a length of long ago was given up: its buffer, and its place in the pool"
    );
    assert_eq!(odd[1..], [0; 4]);
}
