//! The two floating-point types, as one trait.

use core::fmt::{Debug, Display, LowerExp};
use core::iter::{Product, Sum};
use core::ops::{
    Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign,
};

use crate::tensor::TensorLike;

/// Numbers of either type: where code that meets leaves of both keeps typed state.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct PerFloat {
    pub(crate) single: Vec<f32>,
    pub(crate) double: Vec<f64>,
}

struct PerValue {
    single: f32,
    double: f64,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

macro_rules! floats {
    (
        constants { $($constant:ident = $module:ident;)* }
        methods { $($(#[$attribute:meta])* fn $name:ident(self $(, $arg:ident: $ty:ty)*) -> $ret:ty;)* }
    ) => {
        /// `f32` or `f64`: the bound for functions that are generic over their precision.
        ///
        /// It has every float method of the standard library under the same name and with the same meaning, the common
        /// constants, and the activation functions [`relu`](Float::relu), [`sigmoid`](Float::sigmoid) and
        /// [`softplus`](Float::softplus). Constants are written with [`lit`](Float::lit). A float is also a tensor of
        /// rank 0 and its own tangent. The trait is sealed.
        ///
        /// ```
        /// use chainrule::Float;
        ///
        /// fn gaussian<T: Float>(x: T) -> T {
        ///     (-x * x / T::lit(2.0)).exp() / (T::lit(2.0) * T::PI).sqrt()
        /// }
        /// assert!((gaussian(0.0_f64) - 0.3989422804014327).abs() < 1e-15);
        /// assert_eq!((-3.0_f32).relu(), 0.0);
        /// ```
        #[diagnostic::on_unimplemented(
            message = "`{Self}` is not a floating-point type",
            label = "expected `f32` or `f64`",
            note = "chainrule differentiates with respect to `f32` and `f64`; write other constants with `T::lit(..)`"
        )]
        pub trait Float:
            sealed::Sealed + Copy + Debug + Display + LowerExp + PartialOrd + PartialEq + Default + Send + Sync + 'static
            + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Rem<Output = Self>
            + AddAssign + SubAssign + MulAssign + DivAssign + RemAssign + Neg<Output = Self>
            + Sum + Product + for<'a> Sum<&'a Self> + for<'a> Product<&'a Self>
            + TensorLike<Elem = Self, Shape = ()>
        {
            $(
                #[doc = concat!("As [`f64::", stringify!($constant), "`] or [`core::f64::consts`].")]
                const $constant: Self;
            )*
            /// 0.
            const ZERO: Self;
            /// 1.
            const ONE: Self;

            $(
                #[doc = concat!("As [`f64::", stringify!($name), "`].")]
                $(#[$attribute])*
                fn $name(self $(, $arg: $ty)*) -> $ret;
            )*

            /// A constant of this type; in `f32` it is rounded to nearest.
            ///
            /// ```
            /// use chainrule::Float;
            /// assert_eq!(f32::lit(0.1), 0.1_f32);
            /// ```
            #[must_use]
            fn lit(value: f64) -> Self;

            /// An integer as a float, rounded to nearest above 2^24 (`f32`) or 2^53 (`f64`).
            ///
            /// ```
            /// use chainrule::Float;
            /// assert_eq!(f64::from_usize(32), 32.0);
            /// ```
            #[must_use]
            fn from_usize(value: usize) -> Self;

            /// This value in double precision, exactly.
            ///
            /// ```
            /// use chainrule::Float;
            /// assert_eq!(0.5_f32.to_f64(), 0.5);
            /// ```
            #[must_use]
            fn to_f64(self) -> f64;

            /// The rectifier: `x` where `x > 0`, else 0; NaN stays NaN and -0 becomes 0. Its derivative at 0 is 0.
            ///
            /// ```
            /// use chainrule::Float;
            /// assert_eq!((2.0_f64.relu(), (-2.0_f64).relu()), (2.0, 0.0));
            /// assert!(f64::NAN.relu().is_nan());
            /// ```
            #[must_use]
            #[inline]
            fn relu(self) -> Self {
                if self <= Self::ZERO { Self::ZERO } else { self }
            }

            /// The logistic function 1 / (1 + e^-x), without overflow and without losing small values at either end.
            ///
            /// ```
            /// use chainrule::Float;
            /// assert_eq!(0.0_f64.sigmoid(), 0.5);
            /// assert_eq!(((-1e4_f64).sigmoid(), 1e4_f64.sigmoid()), (0.0, 1.0));
            /// ```
            #[must_use]
            #[inline]
            fn sigmoid(self) -> Self {
                let e = (-self.abs()).exp();
                let numerator = if self < Self::ZERO { e } else { Self::ONE };
                numerator / (Self::ONE + e)
            }

            /// ln(1 + e^x) as max(x, 0) + ln(1 + e^-|x|), which neither overflows nor cancels. Its derivative is the
            /// [`sigmoid`](Float::sigmoid).
            ///
            /// ```
            /// use chainrule::Float;
            /// assert_eq!(0.0_f64.softplus(), 2.0_f64.ln());
            /// assert_eq!(1e4_f64.softplus(), 1e4);
            /// ```
            #[must_use]
            #[inline]
            fn softplus(self) -> Self {
                self.relu() + (-self.abs()).exp().ln_1p()
            }

            #[doc = "As [`f64::total_cmp`]."]
            #[must_use]
            fn total_cmp(&self, other: &Self) -> core::cmp::Ordering;

            #[doc(hidden)]
            fn with_pool<R>(action: impl FnOnce(&mut crate::pool::Pool<Self>) -> R) -> Option<R>;
            #[doc(hidden)]
            fn choose(single: f32, double: f64) -> Self;
            #[doc(hidden)]
            fn buffer(pair: &mut PerFloat) -> &mut Vec<Self>;
            #[doc(hidden)]
            fn multiply(product: crate::ops::gemm::Product<'_, Self>, accumulate: bool, out: &mut [Self]);
        }

        floats!(@impl f32, single; [$($constant = $module;)*] [$($name($($arg: $ty),*) -> $ret;)*]);
        floats!(@impl f64, double; [$($constant = $module;)*] [$($name($($arg: $ty),*) -> $ret;)*]);
    };
    (@impl $float:ident, $field:ident;
        [$($constant:ident = $module:ident;)*] [$($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*]
    ) => {
        impl Float for $float {
            $(const $constant: Self = floats!(@constant $float $module $constant);)*
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            $(
                #[inline(always)]
                fn $name(self $(, $arg: $ty)*) -> $ret {
                    <$float>::$name(self $(, $arg)*)
                }
            )*
            #[inline(always)]
            fn lit(value: f64) -> Self {
                value as $float
            }
            #[inline(always)]
            fn from_usize(value: usize) -> Self {
                value as $float
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn total_cmp(&self, other: &Self) -> core::cmp::Ordering {
                <$float>::total_cmp(self, other)
            }
            fn with_pool<R>(action: impl FnOnce(&mut crate::pool::Pool<Self>) -> R) -> Option<R> {
                std::thread_local! {
                    static POOL: core::cell::RefCell<crate::pool::Pool<$float>> =
                        const { core::cell::RefCell::new(crate::pool::Pool::new()) };
                }
                POOL.try_with(|pool| pool.try_borrow_mut().ok().map(|mut pool| action(&mut pool))).ok().flatten()
            }
            #[inline(always)]
            fn choose(single: f32, double: f64) -> Self {
                PerValue { single, double }.$field
            }
            fn buffer(pair: &mut PerFloat) -> &mut Vec<Self> {
                &mut pair.$field
            }
            fn multiply(product: crate::ops::gemm::Product<'_, Self>, accumulate: bool, out: &mut [Self]) {
                crate::ops::gemm::kernel(product, accumulate, out);
            }
        }
    };
    (@constant $float:ident consts $constant:ident) => { core::$float::consts::$constant };
    (@constant $float:ident own $constant:ident) => { <$float>::$constant };
}

floats! {
    constants {
        PI = consts; TAU = consts; E = consts; SQRT_2 = consts; LN_2 = consts; LN_10 = consts; LOG2_E = consts; LOG10_E = consts;
        FRAC_PI_2 = consts; FRAC_PI_3 = consts; FRAC_PI_4 = consts; FRAC_PI_6 = consts; FRAC_PI_8 = consts;
        FRAC_1_PI = consts; FRAC_2_PI = consts; FRAC_1_SQRT_2 = consts; FRAC_2_SQRT_PI = consts;
        EPSILON = own; INFINITY = own; NEG_INFINITY = own; NAN = own; MAX = own; MIN = own; MIN_POSITIVE = own;
    }
    methods {
        #[must_use] fn powi(self, n: i32) -> Self;
        #[must_use] fn powf(self, n: Self) -> Self;
        #[must_use] fn sqrt(self) -> Self;
        #[must_use] fn cbrt(self) -> Self;
        #[must_use] fn exp(self) -> Self;
        #[must_use] fn exp2(self) -> Self;
        #[must_use] fn exp_m1(self) -> Self;
        #[must_use] fn ln(self) -> Self;
        #[must_use] fn log(self, base: Self) -> Self;
        #[must_use] fn log2(self) -> Self;
        #[must_use] fn log10(self) -> Self;
        #[must_use] fn ln_1p(self) -> Self;
        #[must_use] fn sin(self) -> Self;
        #[must_use] fn cos(self) -> Self;
        #[must_use] fn tan(self) -> Self;
        #[must_use] fn asin(self) -> Self;
        #[must_use] fn acos(self) -> Self;
        #[must_use] fn atan(self) -> Self;
        #[must_use] fn atan2(self, other: Self) -> Self;
        #[must_use] fn sin_cos(self) -> (Self, Self);
        #[must_use] fn sinh(self) -> Self;
        #[must_use] fn cosh(self) -> Self;
        #[must_use] fn tanh(self) -> Self;
        #[must_use] fn asinh(self) -> Self;
        #[must_use] fn acosh(self) -> Self;
        #[must_use] fn atanh(self) -> Self;
        #[must_use] fn abs(self) -> Self;
        #[must_use] fn signum(self) -> Self;
        #[must_use] fn copysign(self, sign: Self) -> Self;
        #[must_use] fn floor(self) -> Self;
        #[must_use] fn ceil(self) -> Self;
        #[must_use] fn round(self) -> Self;
        #[must_use] fn round_ties_even(self) -> Self;
        #[must_use] fn trunc(self) -> Self;
        #[must_use] fn fract(self) -> Self;
        #[must_use] fn min(self, other: Self) -> Self;
        #[must_use] fn max(self, other: Self) -> Self;
        #[must_use] fn clamp(self, min: Self, max: Self) -> Self;
        #[must_use] fn midpoint(self, other: Self) -> Self;
        #[must_use] fn mul_add(self, a: Self, b: Self) -> Self;
        #[must_use] fn hypot(self, other: Self) -> Self;
        #[must_use] fn recip(self) -> Self;
        #[must_use] fn to_radians(self) -> Self;
        #[must_use] fn to_degrees(self) -> Self;
        #[must_use] fn rem_euclid(self, rhs: Self) -> Self;
        #[must_use] fn div_euclid(self, rhs: Self) -> Self;
        #[must_use] fn next_up(self) -> Self;
        #[must_use] fn next_down(self) -> Self;
        #[must_use] fn is_nan(self) -> bool;
        #[must_use] fn is_finite(self) -> bool;
        #[must_use] fn is_infinite(self) -> bool;
        #[must_use] fn is_normal(self) -> bool;
        #[must_use] fn is_subnormal(self) -> bool;
        #[must_use] fn is_sign_positive(self) -> bool;
        #[must_use] fn is_sign_negative(self) -> bool;
        #[must_use] fn classify(self) -> core::num::FpCategory;
    }
}
