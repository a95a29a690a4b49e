//! Names: patterns, shadowing, mutation, late assignment, blocks.

macro_rules! functions {
    ($float:ident) => {
        use chainrule::prelude::*;

        #[differentiate]
        pub(super) fn tuple_pattern(x: $float, y: $float) -> $float {
            let (a, b) = (x * y, x - y);
            let ((c, _), d) = ((a.sin(), b), b * 2.0);
            c * d + a
        }

        #[differentiate]
        pub(super) fn array_pattern(x: $float, y: $float) -> $float {
            let points = [[x, x * y], [y.sin(), 2.0]];
            let [[a, b], mut c] = points;
            let ([d, _], [e]) = (c, [a * b]);
            c[0] = e;
            let [f, &g] = [&d, &c[1]];
            let [h, i] = &points[0];
            b * d + c[0] * *f + g * *h * i
        }

        #[differentiate]
        pub(super) fn array_patterns_in_loops(x: $float, y: $float) -> $float {
            let rows = vec![[x, y], [x * y, 3.0]];
            let mut sum = 0.0;
            for [a, b] in &rows {
                sum += *a * b;
            }
            for &[a, b] in rows.iter() {
                sum += a / (2.0 + b * b);
            }
            let repeated = vec![x * y; 3];
            sum += repeated[0] * repeated[2] - repeated.iter().sum::<$float>();
            sum + rows.iter().map(|[a, b]| a - b * b).sum::<$float>()
        }

        #[differentiate]
        pub(super) fn tuple_fields(x: $float, y: $float) -> $float {
            let pair = (x.exp(), (x * y, 3.0));
            pair.0 * pair.1.0 + pair.1.1 * y
        }

        #[differentiate]
        pub(super) fn tuple_swap(x: $float, y: $float) -> $float {
            let (mut a, mut b) = (x, y * y);
            (a, b) = (b, a);
            a * a - b.sin()
        }

        #[differentiate]
        pub(super) fn shadowing(x: $float, y: $float) -> $float {
            let x = x * y;
            let y = x + y;
            let x = {
                let x = x.sin();
                let y = 2.0 * y;
                x * y
            };
            x * y
        }

        #[differentiate]
        pub(super) fn shadowed_parameter(mut x: $float) -> $float {
            x = x * x;
            let x = x + 1.0;
            x.ln()
        }

        #[differentiate]
        pub(super) fn mutation(x: $float, y: $float) -> $float {
            let mut s = x;
            s = s * y;
            let before = s;
            s = s + x;
            s * before
        }

        #[differentiate]
        pub(super) fn compound(x: $float, y: $float) -> $float {
            let mut s = x;
            s += y * 2.0;
            s *= s;
            s -= x;
            s /= 2.0 + y;
            s %= 100.0;
            s
        }

        #[differentiate]
        pub(super) fn compound_parameter(mut x: $float, y: $float) -> $float {
            x *= y;
            x += 1.0;
            x * y
        }

        #[differentiate]
        pub(super) fn deferred(x: $float) -> $float {
            let y;
            let z: $float;
            z = x.cos();
            y = z * x;
            y * z
        }

        #[differentiate]
        pub(super) fn deferred_in_arms(x: $float) -> $float {
            let y;
            if x > 0.3 {
                y = x * x;
            } else {
                y = x.exp();
            }
            y * x
        }

        #[differentiate]
        pub(super) fn typed(x: $float) -> $float {
            let two: $float = 2.0;
            let (a, b): ($float, $float) = (x * two, 0.5);
            a.powf(two) * b
        }

        #[differentiate]
        pub(super) fn blocks(x: $float, y: $float) -> $float {
            let a = {
                let t = x * y;
                {
                    let t = t.sin();
                    t * y
                }
            };
            let b = { x };
            ({ a * b }) + { 1.0 } * y
        }

        #[differentiate]
        pub(super) fn block_that_assigns(x: $float) -> $float {
            let mut s = x;
            {
                let t = s * s;
                s = t + 1.0;
            }
            let u = {
                s *= 2.0;
                s.sqrt()
            };
            u * s
        }

        #[differentiate]
        pub(super) fn unused_values(x: $float, y: $float) -> $float {
            let _ = x / y;
            let _unused = (x * y).exp();
            x * 3.0
        }

        #[differentiate]
        pub(super) fn copies(x: $float) -> $float {
            let y = x;
            let z = y;
            x * y * z
        }

        #[differentiate]
        pub(super) fn references(x: $float, y: $float) -> $float {
            let a = &x;
            let b = &(x * y);
            let c = &a;
            *a * *b + **c + a * b
        }

        #[differentiate]
        pub(super) fn integers_beside(x: $float) -> $float {
            let n = 3;
            let m = n * 2 - 1;
            let k = { m as i32 % 4 };
            x.powi(n) + (m as $float) * x.powi(k)
        }

        #[differentiate]
        pub(super) fn signs(x: $float, y: $float) -> $float {
            -(-x) * -y + -2.0 * x - (-y)
        }

        #[differentiate]
        pub(super) fn precedence(x: $float, y: $float) -> $float {
            x - (y - x) / (x / (y * 2.0)) - (x * y - -x).powi(2) * (1.0 - (2.0 - x))
        }

        #[differentiate]
        pub(super) fn used_by_many(x: $float) -> $float {
            let a = x * x;
            let b = a * a;
            let c = b * b;
            a * b * c + a / c + b
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
fn patterns() {
    both!(tuple_pattern(x in -1.5..1.5, y in -1.5..1.5));
    both!(array_pattern(x in -1.5..1.5, y in -1.5..1.5));
    both!(array_patterns_in_loops(x in -1.5..1.5, y in -1.5..1.5));
    both!(tuple_fields(x in -1.5..1.5, y in -1.5..1.5));
    both!(tuple_swap(x in -1.5..1.5, y in -1.5..1.5));
}

#[test]
fn shadowing() {
    both!(shadowing(x in -1.5..1.5, y in -1.5..1.5));
    both!(shadowed_parameter(x in -2.0..2.0));
}

#[test]
fn mutation() {
    both!(mutation(x in -2.0..2.0, y in -2.0..2.0));
    both!(compound(x in -2.0..2.0, y in -1.0..2.0));
    both!(compound_parameter(x in -2.0..2.0, y in -2.0..2.0));
}

#[test]
fn late_assignment() {
    both!(deferred(x in -2.0..2.0));
    both!(deferred_in_arms(x in -2.0..2.0));
    both!(typed(x in 0.5..2.0));
}

#[test]
fn blocks() {
    both!(blocks(x in -2.0..2.0, y in -2.0..2.0));
    both!(block_that_assigns(x in -2.0..2.0));
}

#[test]
fn values() {
    both!(unused_values(x in -2.0..2.0, y in 0.5..2.0));
    both!(copies(x in -2.0..2.0));
    both!(references(x in -2.0..2.0, y in -2.0..2.0));
    both!(integers_beside(x in 0.5..2.0));
    both!(signs(x in -2.0..2.0, y in -2.0..2.0));
    both!(precedence(x in 0.5..1.0, y in 1.0..1.5));
    both!(used_by_many(x in 0.6..1.2));
}
