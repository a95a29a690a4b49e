//! Partial derivatives that need more than one operator, with their values at the edges decided: the mean of the
//! one-sided derivatives at a kink.

use crate::Float;

macro_rules! free {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),*) = $value:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        #[must_use]
        pub fn $name<T: Float>($($arg: T),*) -> T {
            $value
        }
    )*};
}

free! {
    /// a + b
    add(a, b) = a + b;
    /// a - b
    sub(a, b) = a - b;
    /// a * b
    mul(a, b) = a * b;
    /// a / b
    div(a, b) = a / b;
    /// a % b
    rem(a, b) = a % b;
    /// -a
    neg(a) = -a;
    /// See [`Float::relu`].
    relu(x) = x.relu();
    /// See [`Float::sigmoid`].
    sigmoid(x) = x.sigmoid();
    /// See [`Float::softplus`].
    softplus(x) = x.softplus();
    /// -1, 0 or 1, with 0 for both zeros and NaN for NaN: the derivative of `abs`.
    sign(x) = if x > T::ZERO { T::ONE } else if x < T::ZERO { -T::ONE } else if x.is_nan() { x } else { T::ZERO };
    /// d max(a, b) / da; `max` ignores a NaN, and so does its derivative.
    max_share(a, b) = larger_share(a, b);
    /// d min(a, b) / da; `min` ignores a NaN, and so does its derivative.
    min_share(a, b) = larger_share(-a, -b);
    /// d clamp(x, lo, hi) / dx: 1 inside, 0 outside, 1/2 on a bound, 0 where both bounds are x, 1 for NaN.
    clamp_share(x, lo, hi) = if x < lo || x > hi || lo == hi {
        T::ZERO
    } else if x == lo || x == hi {
        T::lit(0.5)
    } else {
        T::ONE
    };
    /// d powf(a, b) / da = b a^(b-1), and 0 where b is 0.
    powf_slope(a, b) = if b == T::ZERO { T::ZERO } else { b * a.powf(b - T::ONE) };
    /// d powf(a, b) / db = y ln a with y = powf(a, b): 0 at a = 0 with b > 0, NaN for powf(0, 0) and for a < 0.
    powf_log(a, b, y) = if a == T::ZERO {
        if b > T::ZERO { T::ZERO } else if b == T::ZERO { T::NAN } else { y * a.ln() }
    } else {
        y * a.ln()
    };
    /// d hypot(a, b) / da = a / y with y = hypot(a, b): 0 where y is 0, and the sign of a where a is infinite.
    hypot_share(a, y) = if y == T::ZERO {
        T::ZERO
    } else if a.is_infinite() {
        a.signum()
    } else {
        a / y
    };
    /// d copysign(a, s) / da: 1 where the sign is kept, -1 where it is flipped, 0 at a = 0.
    copysign_slope(a, s) = sign(a) * s.signum();
    /// The integer part of a / b: minus the derivative of a % b in b.
    trunc_div(a, b) = (a / b).trunc();
}

#[inline(always)]
fn larger_share<T: Float>(a: T, b: T) -> T {
    if a > b || (b.is_nan() && !a.is_nan()) {
        T::ONE
    } else if a == b || (a.is_nan() && b.is_nan()) {
        T::lit(0.5)
    } else {
        T::ZERO
    }
}

/// d powi(x, n) / dx = n x^(n-1): 0 for n = 0 and 1 for n = 1, whatever x.
#[inline(always)]
#[must_use]
pub fn powi_slope<T: Float>(x: T, n: i32) -> T {
    match n {
        0 => T::ZERO,
        1 => T::ONE,
        2 => x + x,
        i32::MIN => T::lit(f64::from(n)) * (x.powi(n) / x),
        _ => T::lit(f64::from(n)) * x.powi(n - 1),
    }
}

/// See [`Float::lit`].
#[inline(always)]
#[must_use]
pub fn lit<T: Float>(value: f64) -> T {
    T::lit(value)
}

/// What `as f64` may turn into a float: integers. A float would lose its derivative on the way.
#[diagnostic::on_unimplemented(
    message = "a cast would lose the derivative of `{Self}`",
    label = "only integers are cast to a float in a differentiated function",
    note = "block the derivative on purpose with `stop_gradient(..)`, or keep one float type throughout"
)]
pub trait IntoFloat {
    /// This number, rounded to nearest.
    fn into_float<T: Float>(self) -> T;
}

macro_rules! integers {
    ($($int:ident)*) => {$(
        impl IntoFloat for $int {
            #[inline(always)]
            fn into_float<T: Float>(self) -> T {
                T::choose(self as f32, self as f64)
            }
        }
    )*};
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl IntoFloat for bool {
    #[inline(always)]
    fn into_float<T: Float>(self) -> T {
        if self { T::ONE } else { T::ZERO }
    }
}

/// `n as T` for an integer `n`.
#[inline(always)]
#[must_use]
pub fn int_to_float<T: Float, I: IntoFloat>(n: I) -> T {
    n.into_float()
}

/// d clamp(x, low, high)/d low: 1 where `x` is below, half of it on the bound, else 0.
#[inline]
pub fn clamp_low_share<T: Float>(x: T, low: T, high: T) -> T {
    if low == high && x == low {
        T::lit(0.5)
    } else {
        half_at_tie(low, x)
    }
}

/// d clamp(x, low, high)/d high: 1 where `x` is above, half of it on the bound, else 0.
#[inline]
pub fn clamp_high_share<T: Float>(x: T, low: T, high: T) -> T {
    if low == high && x == high {
        T::lit(0.5)
    } else {
        half_at_tie(x, high)
    }
}

/// 1 where a > b, half at a tie, else 0.
fn half_at_tie<T: Float>(a: T, b: T) -> T {
    if a > b {
        T::lit(1.0)
    } else if a == b {
        T::lit(0.5)
    } else {
        T::lit(0.0)
    }
}

/// What passes a rectifier whose output is `y`: 0 where y is 0, else `g`, for NaN too.
#[inline]
pub fn gate<T: Float>(y: T, g: T) -> T {
    if y <= T::lit(0.0) { T::lit(0.0) } else { g }
}
