//! Lists that are made of active values: `[x; n]`, `vec![..]`, and what grows from an empty one.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_vjp};

#[differentiate]
fn repeated_array(x: f64) -> f64 {
    let mut copies = [x; 3];
    copies[1] *= 2.0;
    copies[0] * copies[1] + copies.iter().sum::<f64>()
}

#[differentiate]
fn repeated_by_a_constant<const N: usize>(x: [f64; N]) -> f64 {
    let mut sums = [x[0] * 2.0; N];
    for i in 0..N {
        sums[i] += x[i];
    }
    sums.iter().map(|v| v * v).sum()
}

#[differentiate]
fn literal(x: f64) -> f64 {
    let v = vec![x, x * x, 1.0];
    v[0] * v[1] * v[2] + v.iter().sum::<f64>()
}

#[differentiate]
fn repeated_vec(x: f64, n: usize) -> f64 {
    let mut v = vec![x.sin(); n];
    for i in 0..n {
        v[i] *= i as f64;
        v.push(x);
    }
    v.iter().map(|v| v * v).sum()
}

#[differentiate]
fn table(x: &[f64], n: usize, m: usize) -> f64 {
    let mut a = vec![vec![0.0; m]; n];
    for i in 0..n {
        for j in 0..m {
            let above = if i > 0 { a[i - 1][j] } else { 0.0 };
            a[i][j] = x[i] * x[j] + above;
        }
    }
    let mut sum = 0.0;
    for row in &a {
        for v in row {
            sum += v * v;
        }
    }
    sum + a[n - 1][m - 1].sin()
}

#[differentiate]
fn rows(x: &[f64], n: usize) -> f64 {
    let row = vec![x[0], x[1]];
    let mut a = vec![row; n];
    for i in 0..n {
        a[i][1] *= x[i];
    }
    let mut out = vec![];
    for row in &a {
        out.push(row[0] * row[1]);
    }
    let none: Vec<f64> = Vec::new();
    let pairs = vec![[x[0]; 2]; 2];
    out.iter().sum::<f64>() + none.len() as f64 + pairs[1][0]
}

#[differentiate]
fn history(x: f64, n: usize) -> f64 {
    let mut history = Vec::with_capacity(n + 1);
    history.push(x);
    let mut grid = vec![vec![x; 2]; n];
    for k in 0..n {
        if k % 2 == 0 {
            history.push(history[k] * x);
        } else {
            history.push(history[k].cos());
        }
        grid[k][k % 2] = history[k] + grid[k][0];
        let last = vec![history[k], x];
        grid[k][0] += last[0] * last[1];
    }
    let mut total = 0.0;
    for (row, h) in grid.iter().zip(&history) {
        total += row[0] * h + row[1];
    }
    total
}

#[differentiate]
fn generic<T: Float>(x: T, n: usize) -> T {
    let mut sum = T::ZERO;
    for v in vec![x * x; n] {
        sum += v;
    }
    sum
}

#[differentiate]
fn vec_of_powers(x: f64) -> Vec<f64> {
    vec![x, x * x, x.exp()]
}

#[differentiate]
fn vec_of_copies(x: f64, n: usize) -> Vec<f64> {
    vec![x * x; n]
}

#[test]
fn lists_of_their_elements() {
    check!(repeated_array(x in -2.0..2.0));
    check!(literal(x in -2.0..2.0));
    let b = [0.3, 0.6, -0.2];
    check_grad!(both [b] repeated_by_a_constant_of(b));
}

/// Of three numbers, in either precision.
#[differentiate]
fn repeated_by_a_constant_of<T: Float>(b: &[T; 3]) -> T {
    let mut sums = [b[0] + b[1]; 3];
    for (sum, b) in sums.iter_mut().zip(b) {
        *sum *= *b;
    }
    sums[0] * sums[1] + sums[2]
}

#[test]
fn lists_of_any_length() {
    let x = 0.7;
    let a = vec![1.0, 2.0, -0.5];
    let b = [0.3, 0.6, -0.2];
    check_grad!([b] repeated_by_a_constant(*b));
    for n in [0, 1, 2, 7] {
        check_grad!([x] repeated_vec(*x, n));
        check_grad!([x] history(*x, n));
        check_grad!([x] generic(*x, n));
        check_vjp!([x] vec_of_copies(*x, n));
    }
    check_grad!([a] table(a, 3, 2));
    check_grad!([a] rows(a, 3));
    check_vjp!([x] vec_of_powers(*x));
}

/// The last row of a triangle of differences.
#[differentiate]
fn shortened(x: &[f64], k: f64) -> f64 {
    let mut rest = x.to_vec();
    let mut sum = 0.0;
    while rest.len() > 1 {
        for i in 1..rest.len() {
            rest[i - 1] = (rest[i] - rest[i - 1]) * k;
        }
        rest.truncate(rest.len() - 1);
        sum += rest[0] * rest[0];
    }
    rest.push(k);
    rest.truncate(7);
    let mut none = vec![k; 3];
    none.truncate(0);
    sum + rest[0] * rest[1] + none.len() as f64
}

#[test]
fn truncated() {
    let (x, k) = (vec![0.7, -0.4, 1.1, 0.2], 0.8);
    check_grad!([x, k] shortened(x, *k));
}

#[derive(Clone, Debug, Differentiable)]
enum Step {
    Push(f64),
    Scale(f64),
    Clear,
    Nothing,
}

#[differentiate(wrt(steps, x))]
fn in_arms(steps: &[Step], x: f64, n: usize) -> f64 {
    let mut v: Vec<f64> = Vec::new();
    let mut sum = 0.0;
    for (i, step) in steps.iter().enumerate() {
        match step {
            Step::Push(y) => v.push(y * x),
            Step::Scale(k) if i > 1 => sum += k * x,
            Step::Scale(k) => v.extend([k * k, x]),
            Step::Clear => v.clear(),
            Step::Nothing => {}
        }
    }
    for i in 0..n {
        if i % 2 == 0 {
            v.push(x)
        } else if i > 2 {
            v.push(x * x)
        } else {
            v.reverse()
        }
    }
    {
        v.push(x * sum)
    }
    (0..n).for_each(|_| v.push(x));
    let mut i = 0;
    while i < n {
        i += 1;
        v.swap(0, i)
    }
    append(&mut v, x);
    let last = v.len() - 1;
    v[last] * v[0] + v.iter().sum::<f64>()
}

#[differentiate]
fn append(v: &mut Vec<f64>, x: f64) {
    if v.len() > 3 {
        v.push(x.sin())
    } else {
        v.push(x.cos())
    }
}

#[test]
fn calls_at_the_end_of_blocks() {
    let steps = vec![
        Step::Push(0.3),
        Step::Scale(0.5),
        Step::Clear,
        Step::Push(0.8),
        Step::Nothing,
        Step::Scale(-1.5),
    ];
    for n in [2, 5] {
        let x = 0.7;
        check_grad!([steps, x] in_arms(steps, *x, n));
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Stack {
    held: Vec<f64>,
    below: Vec<Stack>,
}

#[differentiate]
fn lent_by_lists(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let mut counts = vec![0; 3];
    if let Some(last) = v.last_mut() {
        *last *= 2.0 * k;
    }
    *v.first_mut().unwrap() += 1.0;
    let last = v.last_mut().expect("a last");
    *last *= *last;
    for i in 0..5 {
        if i == 2 {
            v.clear();
        }
        if let Some(last) = v.last_mut() {
            *last *= 3.0 * k;
            v.push(k);
        } else {
            v.push(k + x[0]);
        }
        if let Some(count) = counts.last_mut() {
            *count += i;
        }
        *counts.first_mut().unwrap() += 1;
    }
    v.iter().product::<f64>() * counts[0] as f64 + counts[2] as f64
}

#[differentiate]
fn lent_by_fields(stack: &Stack, k: f64) -> f64 {
    let mut stack = stack.clone();
    if let Some(below) = stack.below.last_mut() {
        below.held[0] *= k;
        below.held.push(k);
    }
    let mut sum = 0.0;
    while let Some(below) = stack.below.pop() {
        sum += below.held[0];
        if let Some(top) = stack.held.last_mut() {
            *top += below.held[1] * sum;
        }
    }
    sum * stack.held[0]
}

#[test]
fn lent() {
    let (x, k) = (vec![0.7, -0.4, 1.1], 0.8);
    check_grad!([x, k] lent_by_lists(x, *k));
    let held = |held: [f64; 2]| Stack {
        held: held.to_vec(),
        below: Vec::new(),
    };
    let stack = Stack {
        held: vec![0.3],
        below: vec![held([0.5, 0.2]), held([-0.4, 0.9])],
    };
    check_grad!([stack, k] lent_by_fields(stack, *k));
}

#[derive(Clone, Debug, Default, Differentiable)]
struct Settings {
    low: f64,
    high: f64,
    count: usize,
}

#[differentiate]
fn with_defaults(low: f64, high: f64) -> f64 {
    let first = Settings {
        low,
        count: 3,
        ..Default::default()
    };
    let second = Settings {
        high: low * high,
        ..Settings::default()
    };
    let last: usize = first.count;
    first.low * second.high.powi(last as i32) + first.high + second.low
}

#[test]
fn defaults_of_structs() {
    let (low, high) = (0.4, 1.5);
    check_grad!([low, high] with_defaults(*low, *high));
}

/// The mean without the least and the greatest.
#[differentiate]
fn trimmed_mean(x: &[f64], w: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
    let kept = &order[1..x.len() - 1];
    let mut heavy: Vec<usize> = kept.to_vec();
    heavy.retain(|&i| w[i] > 0.5);
    let total: f64 = kept.iter().map(|&i| w[i]).sum();
    let mean = kept.iter().map(|&i| w[i] * x[i]).sum::<f64>() / total;
    mean + heavy.iter().map(|&i| w[i] * w[i]).sum::<f64>()
}

#[test]
fn indices_in_the_order_of_active_values() {
    let (x, w) = (
        vec![0.7, -0.4, 1.1, 0.2, 0.5],
        vec![0.3, 0.6, 0.9, 0.8, 0.4],
    );
    check_grad!([x, w] trimmed_mean(x, w));
}
