//! Values without derivative among those with one: constants, casts, integers, calls that no active value enters.

use chainrule::prelude::*;
use chainrule_tests::{assert_near, check, check_grad};
use std::f64::consts::PI;
use std::sync::atomic::{AtomicU64, Ordering};

const RATE: f64 = 0.25;
const COUNT: usize = 3;
const POWERS: [f64; 3] = [0.5, 1.5, 2.5];
static OFFSET: f64 = 1.5;

mod physics {
    pub(super) const GRAVITY: f64 = 9.81;
    pub(super) struct Spring;
    impl Spring {
        pub(super) const STIFFNESS: f64 = 40.0;
        pub(super) const COILS: i32 = 7;
    }
}
use physics::Spring;

trait Scale {
    const FACTOR: f64;
}
struct Metre;
impl Scale for Metre {
    const FACTOR: f64 = 1000.0;
}

fn table(index: usize) -> f64 {
    [1.0, 2.0, 4.0][index]
}

#[differentiate]
fn named(x: f64) -> f64 {
    RATE * x * x + OFFSET * x - physics::GRAVITY / x
}

#[differentiate]
fn associated(x: f64) -> f64 {
    let energy = 0.5 * Spring::STIFFNESS * x * x;
    energy * Metre::FACTOR + <Metre as Scale>::FACTOR * x - x.powi(Spring::COILS)
}

#[differentiate]
fn of_the_library(x: f64) -> f64 {
    (std::f64::consts::PI * x).sin() + core::f64::consts::E.powf(x) + PI * x + f64::EPSILON * x
        - (x * f64::MAX).min(2.0 * x)
}

#[differentiate]
fn of_f32(x: f32) -> f32 {
    (std::f32::consts::PI * x).sin() + f32::EPSILON + std::f32::consts::LN_2 * x
}

#[differentiate]
fn indexed(x: f64) -> f64 {
    POWERS[0] * x + x.powf(POWERS[COUNT - 1]) + table(COUNT - 1) * x
}

fn total(powers: &[f64]) -> f64 {
    powers.iter().sum()
}

#[differentiate]
fn ranges(x: f64, n: usize) -> f64 {
    let mut end = n;
    let few = total(&POWERS[..end]);
    end += 1;
    let more = total(&POWERS[0..end]) + total(&POWERS[end - 1..=end - 1]);
    x * few + x * x * more
}

#[differentiate]
fn literals(x: f64) -> f64 {
    1e-3 * x + 2. * x - 1_000.0 * x / 3f64 + 0.5_f64 * x.powf(1.5) + 7_f64
}

#[differentiate]
fn cast_integers(x: f64, n: usize, flag: bool) -> f64 {
    let steps = n + 1;
    let mean = x / n as f64;
    mean * steps as f64 + x * (n * n) as f64 / 2 as f64 + x * f64::from(u8::from(flag))
        - x * (COUNT * COUNT) as f64
        + x * flag as u8 as f64
        + x.powi(2 * n as i32 - 1)
}

#[differentiate]
fn cast_floats(x: f64, y: f32) -> f64 {
    let wide = y as f64 * x;
    let narrow = x as f32 * y;
    wide * 2.0 + f64::from(3_u8) * narrow as f64 + (x as f64) * 0.1_f32 as f64
}

#[differentiate]
fn generic<T: Float>(x: T, n: usize) -> T {
    let half = T::lit(0.5);
    let mut sum = half * x * x;
    sum += T::PI * x;
    sum = sum - x / T::from_usize(n) + T::ONE / x;
    if sum > T::ZERO {
        sum * T::EPSILON + sum
    } else {
        T::lit(2.0) * x
    }
}

static CALLS: AtomicU64 = AtomicU64::new(0);

fn counted(scale: f64) -> f64 {
    CALLS.fetch_add(1, Ordering::Relaxed);
    scale * 3.0
}

#[differentiate]
fn calls_once(x: f64, scale: usize) -> f64 {
    let factor = counted(scale as f64);
    let y = factor * x;
    y * y * factor
}

#[test]
fn constants() {
    check!(named(x in 0.5..2.0));
    check!(associated(x in 0.5..1.5));
    check!(of_the_library(x in 0.5..2.0));
    check!(indexed(x in 0.5..2.0));
    let x = 0.75;
    check_grad!([x] ranges(*x, 2));
    check!(literals(x in 0.5..2.0));
    let double = |x: f64| (PI * x).sin() + std::f64::consts::LN_2 * x;
    chainrule_tests::check_at_samples(
        [(-1.0, 1.0)],
        |[x]| double(x),
        |[x], c| chainrule_tests::answers!(of_f32(x); c),
    );
}

#[test]
fn casts() {
    let (x, y) = (1.25, 0.75_f32);
    for n in 1..4 {
        for flag in [false, true] {
            check_grad!([x] cast_integers(*x, n, flag));
        }
    }
    let gradient = chainrule_tests::answers!(cast_floats(x, y); 0.75).agreed(0.75);
    let expected = (
        2.0 * f64::from(y) + 3.0 * f64::from(y) + f64::from(0.1_f32),
        (2.0 * x + 3.0 * x) as f32,
    );
    assert_near(&gradient, &expected, 1e-6);
}

#[test]
fn of_generic_functions() {
    let x = 0.75;
    check_grad!(both [x] generic(*x, 3));
    let x = -0.75;
    check_grad!(both [x] generic(*x, 3));
}

#[test]
fn a_call_without_derivative_runs_once() {
    assert_eq!(calls_once::grad(2.0, 1), 108.0);
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
    let (_, pullback) = calls_once::vjp(2.0, 1);
    assert_eq!(pullback(1.0), 108.0);
    assert_eq!(CALLS.load(Ordering::Relaxed), 2);
}
