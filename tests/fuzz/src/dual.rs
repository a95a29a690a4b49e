//! Numbers that programs are interpreted over: plain floats, and dual numbers with a derivative in every direction.

/// How many inputs a program has at most.
pub const DIRECTIONS: usize = 16;

/// A float, or a float with derivatives.
pub trait Number: Copy + std::fmt::Debug {
    /// A constant.
    fn constant(value: f64) -> Self;
    /// Its value.
    fn value(self) -> f64;
    /// The largest of its derivatives.
    fn steepness(self) -> f64;
    /// A function of some arguments: its value, and its partial derivatives.
    fn apply<const N: usize>(args: [Self; N], value: f64, partials: [f64; N]) -> Self;
}

impl Number for f64 {
    fn constant(value: f64) -> Self {
        value
    }

    fn value(self) -> f64 {
        self
    }

    fn steepness(self) -> f64 {
        0.0
    }

    fn apply<const N: usize>(_: [Self; N], value: f64, _: [f64; N]) -> Self {
        value
    }
}

/// A value and its derivative in every input.
#[derive(Clone, Copy, Debug)]
pub struct Dual {
    /// The value.
    pub value: f64,
    /// The derivatives.
    pub slopes: [f64; DIRECTIONS],
}

impl Dual {
    /// The input of this number.
    #[must_use]
    pub fn input(value: f64, index: usize) -> Self {
        let mut slopes = [0.0; DIRECTIONS];
        slopes[index] = 1.0;
        Dual { value, slopes }
    }
}

impl Number for Dual {
    fn constant(value: f64) -> Self {
        Dual {
            value,
            slopes: [0.0; DIRECTIONS],
        }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn steepness(self) -> f64 {
        self.slopes.iter().fold(0.0, |most, slope| {
            if slope.is_finite() {
                most.max(slope.abs())
            } else {
                f64::INFINITY
            }
        })
    }

    fn apply<const N: usize>(args: [Self; N], value: f64, partials: [f64; N]) -> Self {
        let mut slopes = [0.0; DIRECTIONS];
        for (arg, partial) in args.iter().zip(partials) {
            for (slope, inner) in slopes.iter_mut().zip(arg.slopes) {
                *slope += partial * inner;
            }
        }
        Dual { value, slopes }
    }
}
