//! What is written once is computed once, whatever becomes of it.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn step(t: &mut f64, x: f64) -> Option<f64> {
    *t *= x;
    if *t > 0.0 { Some(*t) } else { None }
}

#[differentiate]
fn options(x: f64, y: f64) -> f64 {
    let mut t = x;
    let mut count = 0;
    let a = step(&mut t, y).unwrap();
    let b = step(&mut t, y).map(|v| v * v).unwrap_or(1.0);
    let c = step(&mut t, -y).unwrap_or({
        count += 1;
        t
    });
    a + b * t + c * count as f64
}

#[differentiate]
fn integers(x: f64, y: f64, n: i32) -> f64 {
    let mut s = x;
    let mut k = 0;
    let cast = {
        s *= 2.0;
        k += 1;
        if x > 0.0 { n + k } else { 3 }
    } as f64;
    let power = ({
        s *= y;
        if x > 0.0 { n } else { 3 }
    })
    .pow(2);
    let rest = ({
        s += y;
        k += 1;
        if x > 0.0 { n } else { 3 }
    }) % 5;
    let negative = -{
        s -= x * y;
        if x > 0.0 { n } else { 3 }
    };
    s * cast * (power + rest - negative + k) as f64
}

#[test]
fn operands_that_change_something() {
    let (x, y) = (2.0, 1.5);
    check_grad!([x, y] options(*x, *y));
    check_grad!([x, y] integers(*x, *y, 3));
}

#[derive(Clone, Debug, Differentiable)]
struct Line {
    slope: f64,
}

#[differentiate]
impl Line {
    fn next(&self, k: f64) -> Line {
        Line {
            slope: self.slope * k + 1.0,
        }
    }

    fn maybe(&self) -> Option<f64> {
        Some(self.slope * self.slope)
    }
}

/// The macro's work does not double with each link.
#[differentiate]
fn chain(line: &Line, k: f64) -> f64 {
    let long = line
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k);
    let longer = long
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k);
    let held = longer
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .next(k)
        .maybe();
    held.map(|v| v * k)
        .map(|v| v + k)
        .map(|v| v * v)
        .map(|v| v.sqrt())
        .unwrap()
}

#[test]
fn chains_of_methods() {
    let (line, k) = (Line { slope: 0.9 }, 0.7);
    check_grad!([line, k] chain(line, *k));
}

fn bump(i: &mut usize) -> usize {
    *i += 1;
    *i - 1
}

#[differentiate]
fn counts(x: f64, y: &[f64]) -> f64 {
    let (mut c, mut m) = (0, 0);
    m += bump(&mut c) + y.len();
    m += bump(&mut c);
    x * m as f64 + c as f64
}

#[differentiate]
fn elements(x: f64, y: &[f64]) -> f64 {
    let mut i = 0;
    let mut a = [y[0]; 8];
    a[bump(&mut i)] += x;
    a[bump(&mut i)] *= x;
    a[bump(&mut i)] = x * x;
    a[bump(&mut i)] -= 2.0 * x;
    let mut rows = vec![vec![x; 2]; 8];
    for v in rows[bump(&mut i)].iter_mut() {
        *v *= x;
    }
    rows[bump(&mut i)].push(x);
    rows[bump(&mut i)].fill(x * x);
    let lengths: usize = rows.iter().map(|row| row.len()).sum();
    a[0] + 2.0 * a[1] + 3.0 * a[2] + 4.0 * a[3] + (i * lengths) as f64 + rows[4][0] * rows[6][1]
}

#[differentiate]
fn exchanges(x: f64, y: &[f64]) -> f64 {
    let mut i = 0;
    let mut t = (x, [x, y[0]]);
    t.1[bump(&mut i)] *= 3.0;
    t.1[bump(&mut i)] /= x;
    let w = std::mem::replace(&mut t.1[bump(&mut i) - 2], 5.0 * x);
    std::mem::swap(&mut t.0, &mut t.1[bump(&mut i) - 2]);
    let m = vec![x; bump(&mut i)];
    let list = [x * bump(&mut i) as f64, x + bump(&mut i) as f64];
    t.0 * t.1[0] + t.1[1] * w + m.len() as f64 * list[0] * list[1] + i as f64
}

#[differentiate]
fn bounds(x: f64, y: &[f64]) -> f64 {
    let mut i = 0;
    let mut s = 0.0;
    for k in bump(&mut i)..y.len() - bump(&mut i) {
        s += y[k] * x;
    }
    s + i as f64
}

#[differentiate]
fn ranges(x: f64, y: &[f64]) -> f64 {
    let mut i = 0;
    let mut s = 0.0;
    for v in y[bump(&mut i)..].iter() {
        s += v * v * x;
    }
    s + i as f64
}

#[differentiate]
fn conditions(x: f64) -> f64 {
    let mut i = 0;
    let mut s = x;
    while bump(&mut i) < 6 {
        s *= 1.1;
    }
    s + i as f64
}

#[differentiate]
fn scrutinees(x: f64) -> f64 {
    let mut i = 7;
    let mut s = x;
    match bump(&mut i) {
        7 => s += 1.0 * x,
        8 => s += 2.0 * x,
        _ => s += 3.0 * x,
    }
    s + i as f64
}

#[differentiate]
fn two_conditions(x: f64) -> f64 {
    let mut i = 8;
    let mut s = x;
    if bump(&mut i) == 8 && bump(&mut i) == 9 {
        s *= 2.0;
    }
    s + i as f64
}

#[differentiate]
fn powers(x: f64) -> f64 {
    let mut i = 8;
    let r = x.powi(bump(&mut i) as i32 - 8);
    r * 2.0 + i as f64
}

#[differentiate]
fn operands(x: f64) -> f64 {
    let mut i = 8;
    let r = x.max(bump(&mut i) as f64 * 0.1);
    let q = x * (bump(&mut i) as f64) + bump(&mut i) as f64 * x;
    r * 2.0 + i as f64 + q
}

#[differentiate]
fn adaptors(x: f64, y: &[f64]) -> f64 {
    let mut i = 1;
    let z = y
        .iter()
        .skip(bump(&mut i))
        .take(bump(&mut i))
        .map(|v| v * x * bump(&mut i) as f64)
        .sum::<f64>();
    z + i as f64
}

#[differentiate]
fn arguments(x: f64, y: &[f64]) -> f64 {
    let mut i = 1;
    let f = |v: f64| v * x;
    let z = f(bump(&mut i) as f64) + y.windows(bump(&mut i)).map(|w| w[0] * x).sum::<f64>();
    let t = (bump(&mut i) as f64, x);
    let q = [bump(&mut i) as f64, x];
    let o = Some(bump(&mut i) as f64).map_or(0.0, |v| v * x);
    z + i as f64 + t.0 * t.1 + q[0] * q[1] + o
}

#[test]
fn whatever_counts() {
    let x = 2.0;
    let y = vec![0.3, 0.7, -0.2, 0.9, 1.1, 0.5];
    check_grad!([x, y] counts(*x, y));
    check_grad!([x, y] elements(*x, y));
    check_grad!([x, y] exchanges(*x, y));
    check_grad!([x, y] bounds(*x, y));
    check_grad!([x, y] ranges(*x, y));
    check_grad!([x] conditions(*x));
    check_grad!([x] scrutinees(*x));
    check_grad!([x] two_conditions(*x));
    check_grad!([x] powers(*x));
    check_grad!([x] operands(*x));
    check_grad!([x, y] adaptors(*x, y));
    check_grad!([x, y] arguments(*x, y));
}

/// What is lent is passed on in an argument that is not asked for, and in a condition.
#[differentiate]
fn passed_on(p: &mut f64, x: f64) -> f64 {
    let a = Some(x).map_or(std::mem::replace(p, x * x), |v| v * 2.0);
    let b = Some(1).map_or(std::mem::replace(p, *p * x), |_| x);
    if std::mem::replace(p, *p + a) > 0.0 {
        *p *= b;
    }
    a + *p
}

#[differentiate]
fn of_passed_on(start: f64, x: f64) -> f64 {
    let mut p = start;
    let value = passed_on(&mut p, x);
    value * p
}

#[test]
fn what_is_lent_and_passed_on() {
    for start in [0.6, -0.6] {
        let x = 1.3;
        check_grad!([start, x] of_passed_on(*start, *x));
    }
}

#[differentiate]
fn weighted(x: f64, y: &[f64]) -> Option<f64> {
    if y.len() > 1 {
        Some(x * y[0] * y[1])
    } else {
        None
    }
}

/// What changes stands in elements of lists.
#[differentiate]
fn in_lists(mut x: f64, z: f64, n: usize) -> f64 {
    let mut k = 0;
    let b = x * Some(z).unwrap_or(
        match weighted(
            x,
            &vec![z, {
                x *= z;
                k += 1;
                x
            }],
        ) {
            Some(v) => v * x,
            None => 0.25,
        },
    );
    let c = x * weighted(
        z,
        &vec![
            {
                x += b;
                x
            };
            n
        ],
    )
    .map_or(
        vec![{
            x *= 1.5;
            z
        }][0],
        |v| v * b,
    );
    let d = x + vec![loop {
        x *= z;
        k += 1;
        if k > n {
            break x;
        }
    }][0];
    x * c + b * d + k as f64 * z
}

#[test]
fn elements_that_change_something() {
    let (x, z) = (0.7, 1.4);
    for n in [0, 1, 2, 3] {
        check_grad!([x, z] in_lists(*x, *z, n));
    }
}
