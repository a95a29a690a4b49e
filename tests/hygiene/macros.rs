//! Functions made by `macro_rules!`: names of one spelling from two places are two names.

use chainrule::prelude::*;
use chainrule_tests::check;

macro_rules! with_a_local {
    ($name:ident, $x:ident, $value:expr) => {
        #[differentiate]
        fn $name($x: f64) -> f64 {
            let y = 3.0 * $x;
            let z = $value;
            y * z
        }
    };
}
with_a_local!(named_alike, y, y * y);

macro_rules! operators {
    ($($name:ident $operator:tt $method:ident;)*) => {$(
        #[differentiate]
        fn $name(x: f64, y: f64) -> f64 {
            let t = x $operator y;
            t.$method()
        }
    )*};
}
operators! {
    sine_of_sum + sin;
    exponential_of_product * exp;
}

macro_rules! whole {
    ($($item:item)*) => { $($item)* };
}
whole! {
    #[differentiate]
    fn passed_through(x: f64) -> f64 {
        let y = x * x;
        y.sin() * x
    }
}

#[test]
fn one_spelling_from_two_places() {
    check!(named_alike(x in -1.0..1.0));
}

#[test]
fn made_by_macros() {
    check!(sine_of_sum(x in -1.0..1.0, y in -1.0..1.0));
    check!(exponential_of_product(x in -1.0..1.0, y in -1.0..1.0));
    check!(passed_through(x in -1.0..1.0));
}
