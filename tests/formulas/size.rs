//! The text is linear in the length of the function.

use chainrule::prelude::*;

/// A function that repeats a statement 1000 or 100 times.
macro_rules! long {
    (1000 $names:tt $($s:tt)*) => {
        long!(100 $names $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)*);
    };
    (100 $names:tt $($s:tt)*) => {
        long!(10 $names $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)*);
    };
    (10 $names:tt $($s:tt)*) => {
        long!(1 $names $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)* $($s)*);
    };
    (1 ($w:ident $x:ident $s:ident) $($statements:tt)*) => {
        #[differentiate(wrt($w))]
        fn long($w: f64, $x: f64) -> f64 {
            let mut $s = $w * $x;
            $($statements)*
            $s
        }
    };
}

mod thousand {
    use super::*;
    long!(1000 (w x s) s = s * x + (w * s).sin(););
    pub(super) const FORMULAS: &str = long::FORMULAS;
}

mod hundred {
    use super::*;
    long!(100 (w x s) s = s * x + (w * s).sin(););
    pub(super) const FORMULAS: &str = long::FORMULAS;
}

#[test]
fn ten_times_the_statements_give_ten_times_the_lines() {
    let lines = |formulas: &str| formulas.lines().count();
    assert!(lines(hundred::FORMULAS) > 300);
    assert!(lines(thousand::FORMULAS) < 11 * lines(hundred::FORMULAS));
    // Names grow by a digit.
    let letters = |formulas: &str| formulas.chars().count();
    assert!(letters(thousand::FORMULAS) < 12 * letters(hundred::FORMULAS));
}

#[test]
fn no_line_is_long() {
    let longest = thousand::FORMULAS
        .lines()
        .map(|line| line.chars().count())
        .max();
    assert!(longest <= Some(100), "{longest:?}");
}

#[test]
fn the_first_and_the_last_statement() {
    let lines: Vec<&str> = hundred::FORMULAS.lines().collect();
    assert_eq!(
        lines[..4],
        ["s₁ = w·x", "z₁ = w·s₁", "s₂ = s₁·x + sin z₁", "z₂ = w·s₂"]
    );
    let last = "∂s₁₀₁/∂w = ∂s₁₀₁/∂s₁ · x + ∂s₁₀₁/∂z₁ · s₁ + ∂s₁₀₁/∂z₂ · s₂ + ∂s₁₀₁/∂z₃ · s₃";
    assert!(hundred::FORMULAS.contains(last), "{}", hundred::FORMULAS);
}

mod doubled {
    use super::*;
    long!(100 (w x s) s = (s * s + s * x) / (1.0 + s * s););
    pub(super) const FORMULAS: &str = long::FORMULAS;
}

#[test]
fn values_used_many_times_are_written_once() {
    let letters = doubled::FORMULAS.chars().count();
    assert!(letters < 100 * 250, "{letters}");
}
