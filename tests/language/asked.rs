//! `?` in functions that return an option.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn root(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.sqrt()) } else { None }
}
#[differentiate]
fn mean(x: &[f64]) -> Option<f64> {
    let first = x.first()?;
    let last = *x.last()?;
    let mut sum = root(*first)? * last + root(last)?;
    for v in x {
        sum += root(*v)? * 0.5;
        if root(v - 0.2)? > 1.5 {
            sum *= root(root(sum)?)?;
        }
    }
    let best = match root(sum)? {
        r if r > 1.0 => r,
        r => r * r,
    };
    Some(best * root(sum - 0.1)?)
}
#[differentiate]
fn tail(x: f64, o: Option<f64>) -> Option<f64> {
    let y = o?;
    let Some(z) = Some(y * o?) else {
        return None;
    };
    root(x * y * z)?;
    if x > 3.0 {
        return Some(o? * x);
    }
    {
        let w = root(y)?;
        Some(w * x + root(z)?)
    }
}
#[differentiate]
fn in_loops(x: f64, n: usize) -> Option<(f64, Vec<f64>)> {
    let mut list = Vec::new();
    let mut y = x;
    let mut left = n;
    while left > 0 {
        y -= 0.4 * root(y)?;
        list.push(y * root(x)?);
        left -= 1;
        for k in 0..left {
            y += root(y - 0.1 * k as f64)? * 0.1;
        }
    }
    Some((root(y)?, list))
}

#[differentiate]
fn in_a_list(x: f64, o: Option<f64>) -> Option<f64> {
    let v = vec![o? * x, vec![root(x)?; 2][1], 2.0];
    Some(v[0] * v[1] * v[2])
}

#[differentiate]
fn of_loops(x: f64, n: usize) -> f64 {
    match in_loops(x, n) {
        Some((y, list)) => y * list.iter().sum::<f64>() + x,
        None => x * x,
    }
}

#[differentiate]
fn all(x: &[f64], o: Option<f64>) -> f64 {
    mean(x).unwrap_or(x[0] * 3.0)
        + tail(x[0], o).map_or(0.5, |v| v * v)
        + in_a_list(x[1], o).unwrap_or(x[0])
}
#[test]
fn questions() {
    for x in [
        vec![0.7, 1.3, 0.4, 5.0],
        vec![0.7, -1.0],
        vec![0.1, 2.0],
        vec![4.0, 2.0],
    ] {
        for o in [Some(0.7), Some(-0.7), None] {
            check_grad!([x, o] all(x, *o));
        }
    }
    for x in [0.3, 2.0, -1.0] {
        for n in [0, 1, 2, 4] {
            check_grad!([x] of_loops(*x, n));
        }
    }
    assert_eq!(in_loops::vjp(0.3, 2).0, in_loops(0.3, 2));
}
