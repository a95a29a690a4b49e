//! Constants, statics and unit structs with the names that generated code would choose.
#![allow(
    non_upper_case_globals,
    non_camel_case_types,
    dead_code,
    reason = "the point of the test"
)]

use chainrule::prelude::*;

const dx: f64 = 1.0;
const x_bar: &str = "";
const value: u8 = 1;
const gradient: () = ();
const pull: [f64; 2] = [3.0, 4.0];
const new: i32 = -1;
const element: char = 'e';
const part_bar: bool = true;
const whole_bar: f32 = 0.0;
static residuals: f64 = 2.0;
static value_bar: f64 = 2.0;
struct t;
struct t2;
struct rt;
struct y_bar;
struct cond;
struct inner_pull;
struct arg0;

#[differentiate]
pub(super) fn inner(x: f64, y: f64) -> f64 {
    let z = x * y;
    z.sin() * z
}

#[differentiate]
pub(super) fn branches(x: f64, y: f64) -> f64 {
    let a = inner(x, y) + inner(y, y);
    let b = if a > 0.5 { (a * x).exp() } else { a - y };
    if b > 2.0 {
        return b.ln() * x;
    }
    a * b
}

#[differentiate]
pub(super) fn pair((a, b): (f64, f64), c: &[f64; 2]) -> (f64, f64) {
    (a * c[0] + b.exp(), b * a * c[1])
}

#[differentiate]
pub(super) fn tensors(x: &Matrix<2, 3, f64>, y: &Vector<3, f64>) -> f64 {
    let z = (x + y).tanh() * x;
    z.sum() + (&z * y).softmax().mean()
}

/// The same names as values that the function reads.
pub(super) mod used {
    use chainrule::prelude::*;

    const t: f64 = 2.0;
    const x_bar: f64 = 3.0;
    const rt: f64 = 0.5;
    static value: f64 = 1.5;

    #[differentiate]
    pub(in super::super) fn reads(x: f64) -> f64 {
        (x * t + value).sin() * x_bar + rt * x / t
    }
}
