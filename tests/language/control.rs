//! `let .. else`, patterns between `&&`, labelled blocks, and values that leave loops.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad, check_vjp};
#[differentiate(wrt(x))]
fn or_return(x: f64, scale: Option<f64>) -> f64 {
    let Some(s) = scale else { return x };
    x * s
}
#[differentiate(wrt(x))]
fn or_panic(x: f64, scale: Option<f64>) -> f64 {
    let Some(s) = scale else { panic!("no") };
    let t = x * s;
    t * t
}
#[differentiate(wrt(x))]
fn or_continue(x: &[f64], idx: &[Option<usize>]) -> f64 {
    let mut s = 0.0;
    for (k, i) in idx.iter().enumerate() {
        let Some(i) = *i else {
            s += x[k];
            continue;
        };
        let (Some(j), true) = (i.checked_sub(1), i < 9) else {
            break;
        };
        s += x[i] * x[j];
    }
    s
}
#[differentiate(wrt(x))]
fn chains(x: f64, o: Option<f64>, p: Option<usize>) -> f64 {
    let a = if x > 0.0
        && let Some(s) = o
        && s > 0.5
        && let Some(n) = p
    {
        x * s * n as f64
    } else {
        -x
    };
    let b = if let Some(n) = p
        && n > 2
        && x > 0.1
    {
        x.powi(n as i32)
    } else if x < 0.2
        && let Some(1) = p
    {
        x.exp()
    } else {
        1.0
    };
    a * b
}
#[differentiate(wrt(x))]
fn chain_that_pops(x: f64, list: &[usize]) -> f64 {
    let mut stack = list.to_vec();
    let mut y = x;
    let mut n = 0;
    while n < 5
        && let Some(k) = stack.pop()
    {
        y = y * x + k as f64;
        n += 1;
        if k == 3 {
            stack.push(1);
        }
    }
    y
}
#[differentiate]
fn block(x: f64) -> f64 {
    let y = 'out: {
        if x > 1.0 {
            break 'out x * x;
        }
        let z = x.sin();
        if z > 0.5 {
            break 'out z;
        }
        z * x
    };
    y * 2.0 + x
}
#[differentiate]
fn block_left_from_a_loop(x: &[f64]) -> f64 {
    let first = 'found: {
        for (i, v) in x.iter().enumerate() {
            if *v < 0.0 {
                break 'found (i, *v);
            }
        }
        (x.len(), x[0])
    };
    first.1 * first.0 as f64
        + 'a: {
            if x[0] > 0.0 {
                break 'a x[1];
            }
            2.0 * x[2]
        }
}
#[differentiate]
fn blocks_left_further(x: &[f64]) -> f64 {
    let mut s = 0.0;
    'each: for v in x {
        'skip: {
            if *v > 5.0 {
                break 'skip;
            }
            if *v < -5.0 {
                return s;
            }
            s += v * v;
        }
        let w = 'b: {
            if *v > 2.0 {
                break 'b v * 0.5;
            }
            if *v < -1.0 {
                continue 'each;
            }
            v + 1.0
        };
        s *= w;
    }
    s
}
#[differentiate]
fn pair_from_a_loop(x: f64, n: usize) -> (f64, usize) {
    let mut y = x;
    for i in 0..n {
        if y > 4.0 {
            return (y, i);
        }
        y *= 1.0 + x;
    }
    (y, n)
}
#[differentiate]
fn first_of_pair(x: f64, n: usize) -> f64 {
    let (y, _) = pair_from_a_loop(x, n);
    y * y
}
#[differentiate]
fn array_from_a_loop(x: f64, n: usize) -> [f64; 2] {
    let mut y = [x, x];
    for i in 0..n {
        if y[0] > 4.0 {
            return [y[1], x * i as f64];
        }
        y[0] *= 1.0 + x;
        y[1] += y[0];
    }
    y
}
#[differentiate(wrt(x))]
fn tensor_from_a_loop(x: &Vector<3, f64>, n: usize) -> Vector<3, f64> {
    let mut y = x.clone();
    for _ in 0..n {
        y = &y * 2.0;
        if y.sum() > 100.0 {
            return y;
        }
    }
    y
}
#[differentiate]
fn closure_that_returns(x: f64, k: usize) -> f64 {
    let f = |v: f64| {
        if v > 1.0 {
            return v;
        }
        for i in 0..k {
            if v * (i as f64) > 1.0 {
                return v * i as f64;
            }
        }
        v * x
    };
    f(x) + f(2.0 * x) * f(0.5)
}
#[differentiate]
fn loops_with_values(x: f64, y: f64) -> f64 {
    let v = 'outer: loop {
        let mut a = x;
        loop {
            a *= 1.5;
            if a > 10.0 {
                break 'outer a * y;
            }
        }
    };
    let [p, q] = loop {
        if x > y {
            break [x, y];
        }
        break [y * x, x];
    };
    v + p * p * q
}
#[differentiate]
fn arrays_from_branches(x: f64, y: f64) -> [f64; 2] {
    let z = if x > y {
        if x > 1.0 {
            return [x, y];
        }
        x
    } else {
        if y > 1.0 {
            return [y, y * x];
        }
        y
    };
    let w = if z > 0.5 {
        if x < 0.6 {
            return [z, z];
        }
        [z * y, x]
    } else {
        [x, z]
    };
    [w[0] * z, w[1]]
}
#[test]
fn exits() {
    let a = vec![1.0, 2.0, -0.5, 3.0];
    let x = 0.7;
    for o in [None, Some(2.0)] {
        check_grad!([x] or_return(*x, o));
    }
    check_grad!([x] or_panic(*x, Some(3.0)));
    check_grad!([a] or_continue(a, &[Some(1), None, Some(3), Some(0), None]));
    for o in [None, Some(0.2), Some(2.0)] {
        for p in [None, Some(1), Some(3)] {
            for x in [-0.3, 0.15, 0.7] {
                check_grad!([x] chains(*x, o, p));
            }
        }
    }
    check_grad!([x] chain_that_pops(*x, &[1, 2, 3]));
    check!(block(x in -1.0..3.0));
    check_grad!([a] block_left_from_a_loop(a));
    let b = vec![1.0, 7.0, -1.5, 2.5, 0.3, -6.0, 1.0];
    check_grad!([b] block_left_from_a_loop(b));
    check_grad!([b] blocks_left_further(b));
    let c = vec![0.1, 0.2, 0.3];
    check_grad!([c] block_left_from_a_loop(c));
    check_grad!([c] blocks_left_further(c));
    for n in [0, 1, 2, 7] {
        check_grad!([x] first_of_pair(*x, n));
        check_vjp!([x] array_from_a_loop(*x, n));
        let v = Vector::from([3.0, 2.0, 8.0]);
        check_vjp!([v] tensor_from_a_loop(v, n));
        check_grad!([x] closure_that_returns(*x, n));
    }
    check!(loops_with_values(x in 0.5..3.0, y in 0.2..3.0));
    for x in [0.2, 0.55, 0.8, 1.5] {
        for y in [0.3, 0.6, 0.9, 1.2] {
            check_vjp!([x, y] arrays_from_branches(*x, *y));
        }
    }
}

#[differentiate]
fn newton(a: f64) -> f64 {
    let mut x = a;
    loop {
        let next = 0.5 * (x + a / x);
        if (next - x).abs() < 1e-12 {
            return next;
        }
        x = next;
    }
}

#[differentiate]
fn exits_everywhere(a: f64, n: usize) -> f64 {
    for i in 0..n {
        let t = a * i as f64;
        if t > 2.0 {
            return t.sin();
        } else if t < -1.0 {
            let u = t * t;
            return u;
        }
    }
    {
        let z = a * a;
        if z > 10.0 {
            return z.sqrt();
        }
        z + 1.0
    }
}

#[test]
fn a_loop_that_only_a_return_leaves() {
    let a = 2.0;
    check_grad!([a] newton(*a));
    for (a, n) in [(0.5, 3), (1.5, 3), (-2.0, 3), (5.0, 0)] {
        check_grad!([a] exits_everywhere(*a, n));
    }
}
