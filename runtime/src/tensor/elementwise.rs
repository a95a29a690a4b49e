//! Functions of one tensor, element by element: one row each.

use crate::{Float, Shape, Tensor};

impl<T: Float, S: Shape> Tensor<T, S> {
    /// `f` of every element.
    ///
    /// ```
    /// use chainrule::Vector;
    /// assert_eq!(Vector::from([1.0, 2.0]).map(|x| x + 0.5), Vector::from([1.5, 2.5_f32]));
    /// ```
    #[inline]
    #[must_use]
    pub fn map(&self, f: impl Fn(T) -> T) -> Self {
        let mut out = Self::uninit(self.dims);
        out.as_mut_slice()
            .iter_mut()
            .zip(self.as_slice())
            .for_each(|(out, &x)| *out = f(x));
        out
    }
}

macro_rules! elementwise {
    ($($name:ident($($arg:ident: $ty:ty),*) $doc:literal $call:literal;)*) => {
        impl<T: Float, S: Shape> Tensor<T, S> {
            $(
                #[doc = concat!($doc, " of every element; see [`Float::", stringify!($name), "`].")]
                ///
                /// ```
                /// use chainrule::{Float, Vector};
                #[doc = concat!("let y = Vector::from([0.25_f64, 0.5]).", $call, ";")]
                #[doc = concat!("assert_eq!(y.as_slice(), [0.25_f64.", $call, ", 0.5_f64.", $call, "]);")]
                /// ```
                #[inline]
                #[must_use]
                pub fn $name(&self $(, $arg: $ty)*) -> Self {
                    self.map(|x| x.$name($($arg),*))
                }
            )*
        }
    };
}

elementwise! {
    relu() "The rectifier max(x, 0)" "relu()";
    sigmoid() "The logistic function" "sigmoid()";
    softplus() "ln(1 + e^x)" "softplus()";
    tanh() "The hyperbolic tangent" "tanh()";
    exp() "e^x" "exp()";
    exp2() "2^x" "exp2()";
    exp_m1() "e^x - 1, accurate near 0," "exp_m1()";
    ln() "The natural logarithm" "ln()";
    ln_1p() "ln(1 + x), accurate near 0," "ln_1p()";
    log2() "The logarithm to base 2" "log2()";
    log10() "The logarithm to base 10" "log10()";
    sqrt() "The square root" "sqrt()";
    cbrt() "The cube root" "cbrt()";
    recip() "1 / x" "recip()";
    abs() "The absolute value" "abs()";
    signum() "The sign" "signum()";
    sin() "The sine" "sin()";
    cos() "The cosine" "cos()";
    tan() "The tangent" "tan()";
    asin() "The arcsine" "asin()";
    acos() "The arccosine" "acos()";
    atan() "The arctangent" "atan()";
    sinh() "The hyperbolic sine" "sinh()";
    cosh() "The hyperbolic cosine" "cosh()";
    asinh() "The inverse hyperbolic sine" "asinh()";
    acosh() "The inverse hyperbolic cosine, NaN below 1," "recip().acosh()";
    atanh() "The inverse hyperbolic tangent" "atanh()";
    floor() "The largest integer not above x" "floor()";
    ceil() "The smallest integer not below x" "ceil()";
    round() "The nearest integer" "round()";
    trunc() "The integer part" "trunc()";
    powi(n: i32) "The `n`-th power" "powi(3)";
    powf(n: T) "The power with a float exponent" "powf(1.5)";
    clamp(min: T, max: T) "The nearest value between two bounds" "clamp(0.3, 0.4)";
}
