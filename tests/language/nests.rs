//! Loops in loops, in branches and under exits: what the inner ones keep is found again, whatever was taken.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_vjp};

#[differentiate]
fn three_deep(x: &[f64], n: usize) -> f64 {
    let mut y = 1.0;
    for a in x {
        for i in 0..n {
            for j in i..n {
                y = (y * a + j as f64).sin();
            }
            y *= a;
        }
    }
    y
}

#[differentiate]
fn counted(x: f64, n: usize) -> f64 {
    let mut y = x;
    for i in 0..n {
        let mut k = i;
        while k > 0 {
            y = y.sin() * x;
            k /= 2;
        }
        loop {
            y += y * y;
            if y > 2.0 || k > i {
                break;
            }
            k += 1;
        }
        for j in (0..10).rev() {
            if j < i {
                continue;
            }
            y *= 0.9 + 0.01 * x * y;
            if j == i + 2 {
                break;
            }
        }
    }
    y
}

#[differentiate]
fn in_branches(x: &[f64], n: usize) -> f64 {
    let mut y = 0.5;
    if n > 1 {
        for (i, a) in x.iter().enumerate() {
            if i % 2 == 0 {
                for _ in 0..i {
                    y = (y + a).cos();
                }
            } else if i > n {
                let mut z = y;
                while z.abs() > 0.1 {
                    z *= 0.5 * a.sin();
                }
                y += z;
            }
        }
    } else {
        for a in x {
            for b in x {
                y *= a - b * y;
            }
        }
    }
    y
}

#[differentiate]
fn until(x: &[f64], bound: f64) -> f64 {
    let mut y = 1.0;
    for a in x {
        for b in x {
            y *= a + b;
            if y > bound {
                return y * y;
            }
        }
    }
    y
}

/// What is kept are lists and the residuals of calls.
#[differentiate]
fn of_lists(x: &[f64], n: usize) -> Vec<f64> {
    let mut y = x.to_vec();
    for i in 0..n {
        for k in 0..y.len() {
            let z = vec![y[k], y[i % 2] * x[0]];
            y[k] = three_deep(&z, 2) - 0.5 * three_deep(&y, 1);
        }
    }
    y
}

#[test]
fn nests() {
    let x = vec![0.5, -1.25, 0.75, 1.5];
    for n in [0, 1, 2, 7] {
        check_grad!([x] three_deep(x, n));
        check_grad!([x] in_branches(x, n));
        let y = 0.7;
        check_grad!([y] counted(*y, n));
    }
    for bound in [-1.0, 0.1, 1.0, 1e9] {
        check_grad!([x, bound] until(x, *bound));
    }
    for n in [0, 1, 2] {
        check_vjp!([x] of_lists(x, n));
    }
}

/// A pullback gives the same again.
#[test]
fn pullbacks_twice() {
    use chainrule_tests::assert_identical;
    let x = vec![0.5, -1.25, 0.75];
    let gradient = |scale: f64| {
        let (_, pullback) = of_lists::vjp(&x, 2);
        pullback(vec![scale, 0.0, 1.0])
    };
    assert_identical(&gradient(1.0), &gradient(1.0));
    let empty: Vec<f64> = Vec::new();
    check_grad!([empty] three_deep(empty, 3));
}

/// Variables of one name that hold something else each time.
#[differentiate]
fn same_name(x: f64, y: &[f64]) -> f64 {
    let mut a = 0.0;
    for v in y {
        a += v * x;
    }
    let b = {
        let mut a = [0.0; 3];
        for i in 0..3 {
            a[i] += y[i] * x;
        }
        a[0] * a[1] + a[2]
    };
    let c = {
        let mut a = vec![vec![0.0; 2]; 2];
        for i in 0..2 {
            a[i][1] = y[i] * a[0][1] + x;
        }
        a[1][1]
    };
    let d = {
        let mut a = (0.0, [0.0; 2]);
        for i in 0..2 {
            a.0 += y[i];
            a.1[i] = a.0 * x;
        }
        a.1[1]
    };
    for i in 0..2 {
        let mut a = Vec::new();
        for v in y {
            a.push(v * x);
        }
        let mut a = a[i] * b;
        for _ in 0..i {
            a *= a;
        }
        if a > 100.0 {
            return a;
        }
    }
    a * b + c * d
}

#[differentiate]
fn list_then_number(x: f64, y: &[f64]) -> f64 {
    let b = {
        let mut a = [0.0; 3];
        for i in 0..3 {
            a[i] += y[i] * x;
        }
        a[0] * a[1] + a[2]
    };
    let mut a = 0.0;
    for v in y {
        a += v * x * b;
    }
    a
}

#[test]
fn variables_of_one_name() {
    let (x, y) = (0.8, vec![0.3, -0.5, 0.9]);
    check_grad!([x, y] list_then_number(*x, y));
    check_grad!([x, y] same_name(*x, y));
}
