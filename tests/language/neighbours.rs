//! Loops that read, and whose adjoints add to, several elements of a list in each step.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn waves(start: &[f64], speed: &[f64], damping: &f64, steps: usize) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut before = start.to_vec();
    for _ in 0..steps {
        let mut next = vec![0.0; n];
        for i in 1..n - 1 {
            let pull = speed[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
            next[i] = 2.0 * u[i] - before[i] + pull - *damping * (u[i] - before[i - 1]);
        }
        before = u;
        u = next;
    }
    u.iter().zip(&before).map(|(a, b)| a * a + b).sum()
}

/// Five points of a grid, by rows.
#[differentiate]
fn grid<T: Float>(start: &[T], k: T, columns: usize, steps: usize) -> T {
    let rows = start.len() / columns;
    let mut u = start.to_vec();
    for _ in 0..steps {
        let old = u.clone();
        for r in 1..rows - 1 {
            for c in 1..columns - 1 {
                let at = r * columns + c;
                let around = old[at - 1] + old[at + 1] + old[at - columns] + old[at + columns];
                u[at] = old[at] + k * (around - T::lit(4.0) * old[at]) * old[at];
            }
        }
    }
    u.iter().map(|u| *u * *u).sum()
}

/// What is added to is read, too: nothing may be put off.
#[differentiate]
fn in_place(u: &mut [f64], w: f64) -> f64 {
    let n = u.len();
    for _ in 0..3 {
        for i in 1..n - 1 {
            u[i] = (1.0 - w) * u[i] + 0.5 * w * (u[i - 1] * u[i + 1] + u[i + 1]);
        }
        for i in (1..n).rev() {
            u[i - 1] += w * u[i] * u[i - 1];
        }
    }
    u[0] * u[n - 1] + u[1]
}

#[differentiate]
fn of_in_place(x: &[f64], w: f64) -> f64 {
    let mut u = x.to_vec();
    let s = in_place(&mut u, w);
    s + u[0] * u[2]
}

/// Elements that are found by an index from a list: some twice, some never.
#[differentiate]
fn gathered(x: &[f64], of: &[usize]) -> f64 {
    let mut y = vec![0.0; of.len()];
    for _ in 0..2 {
        for i in 0..of.len() - 1 {
            y[i] += x[of[i]] * x[i] + x[i + 1] * x[of[i + 1]];
        }
    }
    let mut s = 0.0;
    let n = of.len();
    for i in 0..n {
        s += y[of[i] % n] * y[i];
        y[of[i] % n] = s * 0.1;
    }
    s
}

/// The same name of an index, and another element.
#[differentiate]
fn moving_index(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut k = 0;
    let mut s = y[k] * y[k];
    k += 1;
    s += y[k] * 3.0;
    while k + 1 < x.len() {
        y[k] *= y[k - 1];
        k += 1;
        s += y[k] * y[k - 1] + y[k];
    }
    s
}

/// The same element before and after it changes, in one statement and in several.
#[differentiate]
fn changing_element(x: &[f64], w: f64) -> f64 {
    let mut y = x.to_vec();
    let mut s = 0.0;
    for i in 0..x.len() {
        let first = y[i] + y[i] * w;
        y[i] = y[i] * first;
        let second = y[i] - y[i] * y[i];
        y[i] += w;
        s += first * second * y[i] + y[i];
    }
    s
}

/// Each with each before it: one element stays, the other goes through the list.
#[differentiate]
fn pairs(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..i {
            let (dx, dy) = (x[i] - x[j], y[i] - y[j]);
            s += 1.0 / (0.1 + dx * dx + dy * dy);
        }
        // Where `i` is 0, no element is before it.
        for j in 0..i {
            s += x[i - 1] * x[i - 1] * y[j];
        }
    }
    s
}

/// Polynomials by Horner, from the last coefficient on.
#[differentiate]
fn horner(c: &[f64], x: &[f64]) -> f64 {
    let mut s = 0.0;
    for &t in x {
        let mut p = 0.0;
        for &a in c.iter().rev() {
            p = p * t + a;
        }
        s += p * p;
    }
    let mut q = 0.0;
    for i in (0..c.len()).rev() {
        q = q * x[i] + c[i] * q + c[i];
    }
    s * q
}

/// Of what an arm reads, all goes into one number.
#[differentiate]
fn in_arms(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (w, 1.0);
    for i in 0..x.len() {
        if x[i] > 0.0 {
            let t = a * x[i] + b;
            a = t * t * w;
            b += 0.5;
        } else {
            let t = a - b * x[i];
            b = t * t + a;
        }
    }
    a * b
}

#[test]
fn neighbours() {
    let x = vec![0.5, -0.7, 1.1, 0.4, 0.9, -0.3];
    let c: Vec<f64> = x.iter().map(|x| 0.2 + 0.1 * x).collect();
    let k = 0.3;
    for steps in [0, 1, 4] {
        check_grad!([x, c, k] waves(x, c, k, steps));
    }
    let start: Vec<f64> = (0..20).map(|i| (0.7 * f64::from(i)).sin()).collect();
    for steps in [0, 1, 3] {
        check_grad!([start, k] grid(start, *k, 5, steps));
    }
    check_grad!([x, k] of_in_place(x, *k));
    check_grad!([x] gathered(x, &[2, 0, 2, 5, 1]));
    check_grad!([x, c] pairs(x, c));
    check_grad!([c, x] horner(c, x));
}

#[test]
fn elements_that_are_read_again() {
    let (x, w) = (vec![0.5, -0.7, 1.1, 0.4], 0.6);
    check_grad!([x] moving_index(x));
    check_grad!([x, w] changing_element(x, *w));
    check_grad!([x, w] in_arms(x, *w));
    let none = Vec::new();
    check_grad!([none, w] in_arms(none, *w));
}

/// Where an element is, is looked up through a pair of references to a list that changes later.
#[differentiate]
fn looked_up_in_pairs(x: f64, n: usize) -> f64 {
    let mut v = vec![x, 2.0 * x, 0.5 * x];
    let mut at = [0, 1, 2];
    let q = [x, x * x, x.sin()];
    let mut s = 0.0;
    for i in 0..n {
        s += v
            .chunks(2)
            .zip(v.iter())
            .map(|c| x * c.0[c.0.len() - 1].sin())
            .sum::<f64>();
        s += at
            .windows(1)
            .zip(at.iter())
            .map(|pair| q[pair.0[0] % 3].sin() * x)
            .sum::<f64>();
        v.push(s * x);
        at[i % 3] += 1;
    }
    s
}

#[differentiate]
fn looked_up_in_places(x: f64, y: &mut [f64]) -> f64 {
    let z: Vec<f64> = y
        .chunks(2)
        .zip(y.iter())
        .map(|c| x * c.0[c.0.len() - 1].sin())
        .collect();
    y[0] *= x;
    z[0] * z[1] * y[0]
}

#[test]
fn pairs_of_references() {
    let x = 0.7;
    for n in [0, 1, 2, 5] {
        check_grad!([x] looked_up_in_pairs(*x, n));
    }
    let y = [0.3, 0.9, 1.4];
    let (value, pullback) = looked_up_in_places::vjp(x, &mut y.clone());
    assert_eq!(value, looked_up_in_places(x, &mut y.clone()));
    let mut y_bar = vec![0.0; 3];
    let x_bar = pullback(1.0, &mut y_bar);
    let at = |&(x, y): &(f64, [f64; 3])| looked_up_in_places(x, &mut y.clone());
    let y_bar = [y_bar[0], y_bar[1], y_bar[2]];
    gradcheck(at, &(x, y), &(x_bar, y_bar)).unwrap();
}
