//! Numbers that say how far a program in `f32` may be from the same one in `f64`: by arithmetic whose roundings are drawn
//! (Parker, Monte Carlo arithmetic, 1997), and by bounds of what roundings in the backward sweep add up to.

use crate::dual::{DIRECTIONS, Dual, Number};
use crate::rng::Rng;

/// The roundings that are drawn, relative to the epsilon of `f32`: functions of std are some units off.
const ROUNDINGS: f64 = 4.0;

/// How many additions to one adjoint a bound has room for, beyond the roundings of the terms themselves: the backward sweep adds
/// small terms to an adjoint that holds large ones, of this output or of another one, and each addition rounds what is there then
/// by at most half an epsilon of all that is summed.
pub(crate) const ADDITIONS: f64 = 10.0;

/// A dual number that was rounded on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounded {
    pub(crate) dual: Dual,
    /// What a derivative is summed from, by size: the derivatives, if nothing cancelled.
    pub(crate) mass: [f64; DIRECTIONS],
    /// How many roundings of what size a derivative gathers, in epsilons.
    pub(crate) error: [f64; DIRECTIONS],
    /// Which roundings are drawn; none at 0.
    salt: u64,
}

impl Rounded {
    /// A number of the arguments; with a derivative in the direction of an input.
    pub(crate) fn argument(value: f64, input: Option<usize>, salt: u64) -> Self {
        let mut number = Rounded::constant(value);
        number.salt = salt;
        if let Some(index) = input {
            number.dual = Dual::input(value, index);
            number.mass[index] = 1.0;
        }
        number
    }
}

impl Number for Rounded {
    fn constant(value: f64) -> Self {
        Rounded {
            dual: Dual::constant(value),
            mass: [0.0; DIRECTIONS],
            error: [0.0; DIRECTIONS],
            salt: 0,
        }
    }

    fn value(self) -> f64 {
        self.dual.value
    }

    fn steepness(self) -> f64 {
        self.dual.steepness()
    }

    fn apply<const N: usize>(args: [Self; N], value: f64, partials: [f64; N]) -> Self {
        let salt = args.iter().map(|arg| arg.salt).max().unwrap_or(0);
        let share = match salt {
            0 => 0.0,
            salt => 2.0 * Rng::new(value.to_bits() ^ (salt << 32)).uniform() - 1.0,
        };
        let value = value * (1.0 + ROUNDINGS * share * f64::from(f32::EPSILON));
        let (mut mass, mut error) = ([0.0; DIRECTIONS], [0.0; DIRECTIONS]);
        for (arg, partial) in args.iter().zip(partials) {
            let size = partial.abs();
            for index in 0..DIRECTIONS {
                mass[index] += size * arg.mass[index];
                // A slope such as 1 - y² of a hyperbolic tangent is off by as much as 1 is.
                error[index] += size * arg.error[index] + (1.0 + size) * arg.mass[index];
            }
        }
        Rounded {
            dual: Dual::apply(args.map(|arg| arg.dual), value, partials),
            mass,
            error,
            salt,
        }
    }
}
