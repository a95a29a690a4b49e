//! `if` and `else`, as expressions and as statements.

macro_rules! functions {
    ($float:ident) => {
        use chainrule::prelude::*;

        #[differentiate]
        pub(super) fn expression(x: $float, y: $float) -> $float {
            let s = if x > y { x * y } else { x.sin() };
            s * s
        }

        #[differentiate]
        pub(super) fn tail(x: $float, y: $float) -> $float {
            if x > 0.0 { x * y } else { y.exp() }
        }

        #[differentiate]
        pub(super) fn statement(x: $float, y: $float) -> $float {
            let mut s = x * y;
            if s > 0.0 {
                s = s.sin();
            } else {
                s *= y;
                s += 1.0;
            }
            s * x
        }

        #[differentiate]
        pub(super) fn without_else(x: $float, y: $float) -> $float {
            let mut s = x;
            if y > 0.0 {
                s = s * y;
            }
            s * s
        }

        #[differentiate]
        pub(super) fn several_variables(x: $float, y: $float) -> $float {
            let (mut a, mut b, mut c) = (x, y, x * y);
            if x < y {
                a = b * c;
                c = 2.0;
            } else if x < 2.0 * y {
                b = c;
            } else {
                (a, b) = (b, a);
                c += a;
            }
            a * b + c
        }

        #[differentiate]
        pub(super) fn chain(x: $float) -> $float {
            if x < -1.0 {
                x * x
            } else if x < 0.0 {
                -x
            } else if x < 1.0 {
                x.powi(3)
            } else {
                x.sqrt()
            }
        }

        #[differentiate]
        pub(super) fn nested(x: $float, y: $float) -> $float {
            let mut s = x;
            if x > 0.0 {
                let t = x * y;
                if y > 0.0 {
                    s = t * t;
                    if t > 0.5 {
                        s += x;
                    }
                } else {
                    s *= t;
                }
            } else {
                s = if y > 0.0 { s.cos() } else { s * y };
            }
            s * y
        }

        #[differentiate]
        pub(super) fn pairs(x: $float, y: $float) -> $float {
            let (a, b) = if x > y { (x * x, y) } else { (y.exp(), x * y) };
            a * b
        }

        #[differentiate]
        pub(super) fn in_operands(x: $float, y: $float) -> $float {
            x * if x > 0.0 { y } else { 2.0 } + (if y > 0.0 { x } else { y * y }).sin()
        }

        #[differentiate]
        pub(super) fn constant_arm(x: $float) -> $float {
            let s = if x > 0.0 { 1.0 } else { x * x };
            let t = if x > 1.0 { x } else { 3.0 };
            s * t + x
        }

        #[differentiate]
        pub(super) fn untouched_arm(x: $float, y: $float) -> $float {
            let s = if x > 0.0 { x } else { y };
            s * 3.0
        }

        #[differentiate]
        pub(super) fn same_condition_twice(x: $float, y: $float) -> $float {
            let up = x > y;
            let a = if up { x } else { y };
            let b = if !up { x * x } else { y * a };
            if up && b > 0.0 || a < -0.5 {
                a * b
            } else {
                a + b
            }
        }

        #[differentiate]
        pub(super) fn conditions(x: $float, y: $float, n: usize) -> $float {
            let mut s = x * y;
            if n > 2 && !(s.is_nan() || s.is_infinite()) {
                s *= x;
            }
            if n % 2 == 0 {
                s += y;
            }
            if (x as f64 + 0.25).is_sign_positive() {
                s += x * x;
            }
            s
        }

        #[differentiate]
        pub(super) fn block_condition(x: $float) -> $float {
            if {
                let t = x * 2.0;
                t > 1.0
            } {
                x * x
            } else {
                x
            }
        }

        #[differentiate]
        pub(super) fn scoped_names(x: $float) -> $float {
            let y = x * 2.0;
            let z = if x > 0.0 {
                let y = y * x;
                let x = y + 1.0;
                x * y
            } else {
                let x = y.sin();
                x
            };
            x * y * z
        }

        #[differentiate]
        pub(super) fn panicking_arm(x: $float) -> $float {
            let y = if x > -10.0 { x * x } else { panic!("x is {x}") };
            if y < 0.0 {
                unreachable!("a square is not negative");
            }
            y * x
        }
    };
}

mod double {
    functions!(f64);
}
mod single {
    functions!(f32);
}

#[test]
fn values() {
    both!(expression(x in -2.0..2.0, y in -2.0..2.0));
    both!(tail(x in -2.0..2.0, y in -2.0..2.0));
    both!(pairs(x in -2.0..2.0, y in -1.0..2.0));
    both!(in_operands(x in -2.0..2.0, y in -2.0..2.0));
    both!(chain(x in -2.0..2.0));
}

#[test]
fn assignments() {
    both!(statement(x in -2.0..2.0, y in -2.0..2.0));
    both!(without_else(x in -2.0..2.0, y in -2.0..2.0));
    both!(several_variables(x in -2.0..2.0, y in -2.0..2.0));
    both!(nested(x in -2.0..2.0, y in -2.0..2.0));
}

#[test]
fn arms_without_derivative() {
    both!(constant_arm(x in -2.0..2.0));
    both!(untouched_arm(x in -2.0..2.0, y in -2.0..2.0));
    both!(panicking_arm(x in -2.0..2.0));
}

#[test]
fn names_and_conditions() {
    both!(same_condition_twice(x in -2.0..2.0, y in -2.0..2.0));
    both!(block_condition(x in -2.0..2.0));
    both!(scoped_names(x in -2.0..2.0));
    let (x, y) = (0.75, -1.25);
    for n in 0..5 {
        chainrule_tests::check_grad!([x, y] double::conditions(*x, *y, n));
    }
}
