//! Early returns, in every nesting.

macro_rules! functions {
    ($float:ident) => {
        use chainrule::prelude::*;

        #[differentiate]
        pub(super) fn guard(x: $float, y: $float) -> $float {
            if x < 0.0 {
                return y * y;
            }
            x * y
        }

        #[differentiate]
        pub(super) fn guards(x: $float, y: $float) -> $float {
            if x < -1.0 {
                return x * y;
            }
            let z = x * x;
            if z > 1.0 {
                return z.ln() * y;
            }
            if y < 0.0 {
                return -z;
            }
            z * y.sqrt()
        }

        #[differentiate]
        pub(super) fn in_else(x: $float, y: $float) -> $float {
            let z;
            if x > 0.0 {
                z = x * y;
            } else {
                return x.exp();
            }
            z * x
        }

        #[differentiate]
        pub(super) fn in_both(x: $float) -> $float {
            if x > 0.0 {
                return x * x;
            } else {
                return x.sin();
            }
        }

        #[differentiate]
        pub(super) fn at_the_end(x: $float) -> $float {
            let y = x * x;
            return y * x;
        }

        #[differentiate]
        pub(super) fn in_a_let(x: $float, y: $float) -> $float {
            let z = if x > 0.5 {
                x * y
            } else {
                return x - y * y;
            };
            z * z
        }

        #[differentiate]
        pub(super) fn in_a_block(x: $float, y: $float) -> $float {
            let z = {
                let t = x * y;
                if t < 0.0 {
                    return t * t;
                }
                t.sqrt()
            };
            {
                let x = z * 2.0;
                if x > 1.0 {
                    return x * y;
                }
            }
            z + x
        }

        #[differentiate]
        pub(super) fn nested(x: $float, y: $float) -> $float {
            if x > 0.0 {
                if y > 0.0 {
                    return x * y;
                } else {
                    let z = x - y;
                    if z > 1.0 {
                        return z.ln();
                    }
                    return z * z;
                }
            }
            y * x.exp()
        }

        /// Both arms may go on to what follows.
        #[differentiate]
        pub(super) fn both_arms_go_on(x: $float, y: $float) -> $float {
            let mut s = x;
            if y > 0.0 {
                s = s * y;
                if s > 1.0 {
                    return s.ln();
                }
                s += 1.0;
            } else {
                if s > 1.0 {
                    return s * s * y;
                }
                s -= y;
            }
            let t = s * x;
            t * t
        }

        #[differentiate]
        pub(super) fn both_arms_give_a_value(x: $float, y: $float) -> $float {
            let s = if y > 0.0 {
                if x > 1.0 {
                    return x * x * x;
                }
                x * y
            } else if x < -1.0 {
                let z = x + y;
                if z < -2.0 {
                    return z;
                }
                z * y
            } else {
                y.exp()
            };
            s * x + s
        }

        /// Deeper, so that the options that carry the value returned nest.
        #[differentiate]
        pub(super) fn three_deep(x: $float, y: $float) -> $float {
            let mut s = x * y;
            if x > 0.0 {
                if y > 0.0 {
                    if s > 1.0 {
                        return s.sqrt();
                    }
                    s *= 2.0;
                } else {
                    s -= x;
                    if s < -2.0 {
                        return s * y;
                    }
                }
                s += y;
            } else {
                s = s.cos();
                if s < 0.0 {
                    return s * s * x;
                }
            }
            if s > 3.0 {
                return x;
            }
            s * s
        }

        #[differentiate]
        pub(super) fn constants_returned(x: $float, y: $float) -> $float {
            if x < -1.0 {
                return 0.0;
            }
            if x < 0.0 {
                return y;
            }
            x * y
        }

        #[differentiate]
        pub(super) fn panics_beside(x: $float) -> $float {
            if x > 10.0 {
                panic!("too large: {x}");
            } else if x > 0.5 {
                return x * x;
            }
            assert!(x.is_finite());
            x.powi(3)
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
fn guards() {
    both!(guard(x in -2.0..2.0, y in -2.0..2.0));
    both!(guards(x in -2.0..2.0, y in -2.0..2.0));
    both!(constants_returned(x in -2.0..2.0, y in -2.0..2.0));
    both!(panics_beside(x in -2.0..2.0));
}

#[test]
fn everywhere() {
    both!(in_else(x in -2.0..2.0, y in -2.0..2.0));
    both!(in_both(x in -2.0..2.0));
    both!(at_the_end(x in -2.0..2.0));
    both!(in_a_let(x in -2.0..2.0, y in -2.0..2.0));
    both!(in_a_block(x in 0.2..2.0, y in -2.0..2.0));
    both!(nested(x in -2.0..2.0, y in -2.0..2.0));
}

#[test]
fn where_both_arms_go_on() {
    both!(both_arms_go_on(x in -2.0..2.0, y in -2.0..2.0));
    both!(both_arms_give_a_value(x in -2.0..2.0, y in -2.0..2.0));
    both!(three_deep(x in -2.0..2.0, y in -2.0..2.0));
}
