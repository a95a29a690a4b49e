//! Features that meet: small functions in which two of them have to agree.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiate]
fn range_from_two(x: f64) -> f64 {
    (2..5).map(|i| x.powi(i)).sum()
}

#[differentiate]
fn range_from_two_backwards(x: f64) -> f64 {
    (2..5)
        .map(|i| x * i as f64)
        .rev()
        .fold(x, |s, y| s * 0.5 + y * s)
}

#[differentiate]
fn empty_range(x: f64, n: usize) -> f64 {
    (3..n)
        .enumerate()
        .map(|(i, j)| x * (i * j) as f64)
        .sum::<f64>()
        + x
}

#[test]
fn ranges() {
    check!(range_from_two(x in -1.0..1.0));
    check!(range_from_two_backwards(x in -1.0..1.0));
    for n in [0, 2, 3, 7] {
        let x = 0.7;
        check_grad!([x] empty_range(*x, n));
    }
}

#[differentiate]
fn filter_then_map(x: f64, p: &[f64]) -> f64 {
    p.iter().filter(|v| **v > 0.0).map(|v| x * v).sum()
}

#[differentiate]
fn filter_then_enumerate(x: f64, p: &[f64]) -> f64 {
    p.iter()
        .filter(|&&v| v > 0.0)
        .enumerate()
        .map(|(i, v)| x * v * (i + 1) as f64)
        .sum()
}

#[differentiate]
fn filter_then_skip_zipped(x: f64, p: &[f64]) -> f64 {
    p.iter()
        .zip(p.iter().filter(|&v| *v > 0.0).skip(1))
        .map(|(v, w)| x * v * w)
        .fold(0.1, |s, y| s * 0.5 + y)
}

#[differentiate]
fn filter_then_step_and_take(x: f64, p: &[f64]) -> f64 {
    p.iter()
        .copied()
        .filter(|v| *v > 0.0)
        .step_by(2)
        .take(2)
        .map(|v| x * v)
        .product()
}

#[differentiate]
fn filter_in_reverse(x: f64, p: &[f64]) -> f64 {
    p.iter()
        .rev()
        .filter(|v| **v > 0.0)
        .fold(x, |s, v| s * 0.5 + v * v)
}

#[test]
fn filters() {
    let (x, p) = (0.8, vec![0.5, -1.0, 2.0, 3.0, 0.25, -0.3, 1.5]);
    check_grad!([x, p] filter_then_map(*x, p));
    check_grad!([x, p] filter_then_enumerate(*x, p));
    check_grad!([x, p] filter_then_skip_zipped(*x, p));
    check_grad!([x, p] filter_then_step_and_take(*x, p));
    check_grad!([x, p] filter_in_reverse(*x, p));
}

#[differentiate]
fn closure_shadows_an_expression(x: f64, n: usize) -> f64 {
    let k = n + 1;
    let most = (0..n).map(|k| k * 2).max().unwrap_or(k);
    x * (most + k) as f64
}

#[differentiate]
fn match_in_a_guard(x: f64, n: usize) -> f64 {
    match (n % 2, n < 3) {
        (0, _)
            if match n % 3 {
                0 => x,
                k => x * k as f64,
            } > 0.5 =>
        {
            x * x
        }
        (k, _) => x * (k + 2) as f64,
    }
}

#[differentiate]
fn sum_of_integers(x: f64, n: usize) -> f64 {
    let below = (0..n).filter(|i| x > *i as f64 * 0.3).sum::<usize>();
    x * below as f64
}

#[differentiate]
fn inner(p: &Pair, x: f64) -> f64 {
    p.a * x + p.b
}

#[differentiate]
fn shorthand_in_a_condition(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        let a = x * i as f64;
        let b = a.sin();
        if inner(&Pair { a, b }, s) < 1.5 {
            let b = s * a;
            s += inner(&Pair { a, b }, x);
        }
    }
    s
}

#[differentiate]
fn field_called_as_a_variable(mut a: (f64, f64), x: f64, n: usize) -> f64 {
    for _ in 0..n {
        a.0 *= x;
        if inner(&Pair { a: a.0, b: a.1 }, x) < 1.5 {
            a.1 += x * a.0;
        }
    }
    a.0 + a.1
}

#[differentiate]
fn match_in_a_list(x: f64, n: usize) -> f64 {
    let p = vec![
        match n {
            0 => x,
            1 | 2 => x * x,
            _ => 1.0,
        },
        if n > 1 {
            x.sin()
        } else if n == 0 {
            2.0
        } else {
            x
        },
    ];
    p[0] * p[1]
}

#[test]
fn kept_rust() {
    let x = 0.7;
    for n in [0, 1, 2, 5] {
        check_grad!([x] closure_shadows_an_expression(*x, n));
        check_grad!([x] match_in_a_guard(*x, n));
        check_grad!([x] sum_of_integers(*x, n));
        check_grad!([x] shorthand_in_a_condition(*x, n));
        check_grad!([x] match_in_a_list(*x, n));
        let a = (0.3, 0.2);
        check_grad!([a, x] field_called_as_a_variable(*a, *x, n));
    }
}

#[differentiate]
fn part_of_a_literal(x: f64, mut p: Vec<f64>) -> f64 {
    p[0] -= x * ((0.1, 0.2).1 + p[0]).clamp(-2.0, 2.0);
    p[0]
}

#[differentiate]
fn assigned_without_derivative(mut x: f64, p: f64) -> f64 {
    let half = 0.5;
    x = (0..3).fold(half, |s, _| 0.5 * s);
    (x + p / x).sin()
}

#[test]
fn types_that_are_seen() {
    let (x, p) = (0.7, vec![0.3, 0.4]);
    check_grad!([x, p] part_of_a_literal(*x, p.clone()));
    let p = 0.4;
    check_grad!([x, p] assigned_without_derivative(*x, *p));
}

#[differentiate]
fn broken_with_a_field(p: Pair, x: f64, n: usize) -> f64 {
    let mut k = 0;
    let mut s = x;
    loop {
        k += 1;
        if k > n {
            break p.a * s;
        }
        s *= p.b;
    }
}

#[differentiate]
fn returned_struct(x: f64, n: usize) -> Pair {
    let mut p = Pair { a: x, b: 1.0 };
    for i in 0..n {
        if i > 2 {
            return Pair { a: p.b, b: p.a * x };
        }
        p.b *= x;
        p.a += p.b;
    }
    p
}

#[differentiate]
fn of_returned_struct(x: f64, n: usize) -> f64 {
    let p = returned_struct(x, n);
    p.a * p.b.sin()
}

#[differentiate(wrt(x, p))]
fn appended_without_derivative(x: f64, mut p: Vec<f64>, a: f64, n: usize) -> f64 {
    for i in 0..n {
        p.push(a);
        p.push(p[i] * x);
    }
    p.push(2.0);
    p.iter().fold(x, |s, v| s * 0.5 + v * v) * p[p.len() - 1]
}

#[differentiate]
fn changed_while_consumed(x: f64, n: usize) -> f64 {
    let mut t = [[x, 2.0 * x], [x * x, 3.0]];
    let mut u = [x, 2.0 * x, x * x];
    let mut s = x;
    for e in t.into_iter().rev() {
        t[0][1] = s * x;
        s = s * 0.5 + e[n % 2] * e[1];
    }
    for e in u {
        u[2] = s * x;
        s = s * 0.5 + e * e;
    }
    s + t[0][1] + u[2]
}

/// The adjoint of `x + p.b` is added up, and a value as well.
#[differentiate]
fn shape_for_two_adjoints(x: f64, p: &Pair, n: usize) -> f64 {
    for i in 0..n {
        let mut t = x.tanh()
            + loop {
                break 1.5
                    * if p.a > i as f64 {
                        x + p.b - 1.5 / (2.0 + p.b.sin())
                    } else {
                        p.a
                    };
            };
        t += 0.1;
        if i == 2 {
            return t * x;
        }
    }
    x + p.a
}

#[test]
fn shapes_in_arms() {
    let x = 0.7;
    for a in [0.3, 5.2] {
        let p = Pair { a, b: 1.2 };
        for n in [0, 1, 4] {
            check_grad!([x, p] shape_for_two_adjoints(*x, p, n));
        }
    }
}

#[test]
fn lists_that_are_consumed() {
    let x = 0.7;
    for n in [0, 1] {
        check_grad!([x] changed_while_consumed(*x, n));
    }
}

#[test]
fn lists_that_grow() {
    let (x, p, a) = (0.7, vec![0.3, 0.4], 0.6);
    for n in [0, 1, 3] {
        check_grad!([x, p] appended_without_derivative(*x, p.clone(), a, n));
    }
}

#[test]
fn values_that_leave() {
    let (p, x) = (Pair { a: 0.7, b: 1.2 }, 0.4);
    for n in [0, 1, 2, 6] {
        check_grad!([p, x] broken_with_a_field(*p, *x, n));
        check_grad!([x] of_returned_struct(*x, n));
    }
}
