//! Patterns behind `&&` in conditions and guards, on what is computed there.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn while_it_grows(x: f64, n: usize) -> f64 {
    let mut s = x;
    let mut i = 0;
    while i < n
        && let Some(o) = (if s < 5.0 { Some(s * x) } else { None })
    {
        s += o;
        i += 1;
    }
    s
}

#[differentiate]
fn tested(x: f64, n: usize) -> f64 {
    if n > 1
        && let Some(o) = (if x < 5.0 { Some(x * x) } else { None })
    {
        o * x
    } else {
        x
    }
}

#[differentiate]
fn guarded(x: f64, n: usize) -> f64 {
    match n {
        0 => x,
        m if m > 1
            && let Some(o) = (if x < 5.0 { Some(x * x) } else { None }) =>
        {
            o * x
        }
        m if let Some(o) = (if x < 6.0 { Some(x.sin()) } else { None })
            && m > 0 =>
        {
            o + x
        }
        _ => x * 3.0,
    }
}

#[test]
fn options_that_may_be_empty() {
    for (x, n) in [(1.1, 3), (0.5, 0), (0.5, 1), (5.5, 1), (7.0, 2), (1.1, 100)] {
        check_grad!([x] while_it_grows(*x, n));
        check_grad!([x] tested(*x, n));
        check_grad!([x] guarded(*x, n));
    }
}

#[differentiate]
fn several(x: f64, y: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        if i > 0
            && let Some(a) = (if x * i as f64 > 1.0 {
                Some(x * y)
            } else {
                None
            })
            && let Some(b) = (if a > 2.0 {
                Some((a * x, vec![a, y]))
            } else {
                None
            })
            && b.0 < 40.0
        {
            sum += a * b.0 + b.1[0] * b.1[1];
        } else {
            sum += y * i as f64;
        }
    }
    sum
}

#[differentiate]
fn larger(x: f64, y: f64) -> Option<Vec<f64>> {
    if x > y { Some(vec![x, x * y]) } else { None }
}

#[differentiate]
fn of_calls(x: f64, y: f64, n: usize) -> f64 {
    let mut sum = x;
    let mut left = n;
    while left > 0
        && let Some(parts) = larger(x, y - sum)
    {
        sum += parts[0] * parts[1] * 0.1;
        left -= 1;
    }
    if n > 2
        && let Some(parts) = larger(y, x)
        && n < 5
    {
        sum * parts[1]
    } else {
        sum
    }
}

#[test]
fn several_and_calls() {
    for (x, y) in [(1.2, 2.5), (0.4, 0.3), (3.0, 1.0)] {
        for n in [0, 1, 3, 4, 6] {
            check_grad!([x, y] several(*x, *y, n));
            check_grad!([x, y] of_calls(*x, *y, n));
        }
    }
}

#[differentiate]
fn lists_that_meet(x: f64, n: usize) -> f64 {
    let mut y = x;
    let a = if n > 3 {
        return y;
    } else if n > 2 {
        vec![y * 2.0]
    } else {
        if y > 10.0 {
            return y * y;
        }
        vec![y, y * x]
    };
    y *= 2.0;
    if n > 1 {
        a[0] * y + a.iter().sum::<f64>()
    } else {
        x * y
    }
}

#[test]
fn lists_that_several_ways_lead_to() {
    for (x, n) in [(1.1, 3), (0.5, 0), (3.7, 2), (11.0, 2), (1.1, 100)] {
        check_grad!([x] lists_that_meet(*x, n));
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Body {
    at: Vec<f64>,
    mass: f64,
}

#[differentiate]
fn found(x: f64, w: &[f64; 3], n: usize) -> Body {
    match n {
        0 => {}
        1 | 2 => {
            if n > 1 {
                for k in 0..7 {
                    let scaled: f64 = match Some(w[2]) {
                        Some(o) if o * (k as f64) < 2.0 => o + x,
                        _ => {
                            return Body {
                                at: w.to_vec(),
                                mass: x * k as f64,
                            };
                        }
                    };
                    assert!(scaled < 100.0);
                }
            }
        }
        _ => {}
    }
    Body {
        at: vec![x, x * x],
        mass: x,
    }
}

#[differentiate]
fn weight(x: f64, w: &[f64; 3], n: usize) -> f64 {
    let body = found(x, w, n);
    body.at.iter().sum::<f64>() * body.mass
}

#[test]
fn structs_returned_from_loops() {
    let (x, w) = (0.7, [0.3, 0.4, 0.9]);
    for n in 0..4 {
        check_grad!([x, w] weight(*x, w, n));
    }
}
