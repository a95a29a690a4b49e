//! `swap`, `replace` and `take`; the ends of lists; what is reduced to one.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad};
#[differentiate]
fn exchanged(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y * x);
    std::mem::swap(&mut a, &mut b);
    let c = std::mem::replace(&mut a, b * 2.0);
    let d = std::mem::take(&mut b);
    a * c * c + b * x + d * d * d
}
#[differentiate]
fn exchanged_in_loops(x: f64, y: f64, n: usize) -> f64 {
    let (mut a, mut b) = (x, y);
    for i in 0..n {
        std::mem::swap(&mut a, &mut b);
        a += b * b;
        if i % 2 == 0 {
            b = std::mem::replace(&mut a, b * x);
        }
    }
    a * b
}
#[differentiate]
fn replaced_where_an_index_says(x: f64, y: f64, n: usize) -> f64 {
    let (mut now, mut p) = (x, [y * y, x * y]);
    let old = std::mem::replace(
        &mut p[{
            now *= y;
            n % 2
        }],
        now + 1.0,
    );
    old * p[0] + now * p[1]
}
#[differentiate]
fn heat(u0: &[f64], k: f64, n: usize) -> f64 {
    let mut u = u0.to_vec();
    let mut next = u.clone();
    for _ in 0..n {
        for i in 1..u.len() - 1 {
            next[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        std::mem::swap(&mut u, &mut next);
    }
    u.iter().map(|v| v * v).sum::<f64>() + std::mem::take(&mut next)[1]
}
#[differentiate]
fn stack(x: &[f64]) -> f64 {
    let mut stack = x.to_vec();
    let mut s = 1.0;
    while let Some(v) = stack.pop() {
        s = s * 0.9 + v * v;
        if v > 2.0 {
            stack.push(v * 0.5);
        }
    }
    s
}
#[differentiate]
fn ends(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let last = v.pop().unwrap();
    v.pop();
    let f = *v.first().unwrap() * v.last().unwrap();
    if let Some(l) = x.last() {
        v.push(*l * last);
    }
    let m = x.get(1).copied().unwrap_or(2.0) * x.get(77).copied().unwrap_or(last);
    let l2 = x.last().copied().unwrap_or(0.0);
    v.iter().sum::<f64>()
        + f * m
        + l2
        + match x.first() {
            Some(a) if *a > 0.5 => a * 2.0,
            Some(a) => -a,
            None => 0.0,
        }
}
#[differentiate]
fn calculator(x: f64, y: f64, ops: &str) -> f64 {
    let mut stack = vec![x, y, x * y];
    for op in ops.chars() {
        let b = stack.pop().unwrap();
        let a = stack.pop().expect("two");
        stack.push(match op {
            '+' => a + b,
            '*' => a * b,
            _ => a - b,
        });
        stack.push(b.sin());
    }
    stack.pop().unwrap() + stack.len() as f64 + stack[0]
}
#[differentiate]
fn reduced(x: &[f64]) -> f64 {
    let m = x.iter().copied().reduce(f64::max).unwrap();
    let n = x
        .iter()
        .copied()
        .min_by(|a, b| a.partial_cmp(b).unwrap())
        .unwrap();
    let k = x
        .iter()
        .map(|v| v * v)
        .max_by(|a, b| a.total_cmp(b))
        .unwrap_or(0.0);
    m * n + k
}
#[test]
fn memory() {
    let a = vec![1.0, 2.0, -0.5, 3.0, 0.6];
    let (x, y) = (0.7, 0.4);
    check!(exchanged(x in -1.0..1.0, y in 0.1..2.0));
    for n in [0, 1, 2, 7] {
        check_grad!([x, y] exchanged_in_loops(*x, *y, n));
        check_grad!([a, y] heat(a, *y, n));
        check_grad!([x, y] replaced_where_an_index_says(*x, *y, n));
    }
    check_grad!([a] stack(a));
    check_grad!([a] ends(a));
    check_grad!([x, y] calculator(*x, *y, "*-+"));
    check_grad!([a] reduced(a));
}

/// What is stored has no derivative, and what was there before had a part in nothing.
#[differentiate]
fn constant_powers(x: f64, y: &[f64], n: usize) -> f64 {
    let mut s = x;
    let mut list = y.to_vec();
    let mut grown = vec![x];
    for i in 0..n {
        s = s.powi(0);
        list[i] = list[i].powi(0);
        grown.push(s.powi(0));
        if i == 2 {
            s = list[1].powi(0) * x;
        }
    }
    if x > 0.0 {
        list[0] = list[0].powi(0);
    }
    let last = y.iter().fold(y[1], |a, _| a.powi(0));
    s * list[0] + list[1] + last + grown[0] * grown[grown.len() - 1]
}

#[test]
fn nothing_is_left_of_what_was_overwritten() {
    let (x, y) = (0.7, vec![0.4, 1.3, -0.5]);
    for n in 0..4 {
        check_grad!([x, y] constant_powers(*x, y, n));
        let minus = -x;
        check_grad!([minus, y] constant_powers(*minus, y, n));
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Held {
    a: f64,
}

#[differentiate]
fn part_of(x: f64, y: Held) -> f64 {
    x * y.a
}

/// What a call gives, taken before anything says of which type it is.
#[differentiate]
fn taken_from_a_call(x: f64, y: f64) -> f64 {
    let mut stop = part_of(x, Held { a: y });
    std::mem::take(&mut stop) * y + stop + x
}

#[test]
fn what_a_call_gives_is_taken() {
    let (x, y) = (0.7, -1.3);
    check_grad!([x, y] taken_from_a_call(*x, *y));
}
