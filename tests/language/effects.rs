//! Conditions, indices and blocks that change what a derivative flows into while they are computed.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn scale(a: &mut f64, by: f64) -> f64 {
    *a *= by;
    *a
}

#[differentiate]
fn in_conditions(x: f64, w: f64) -> f64 {
    let mut s = x;
    let both = scale(&mut s, w) > 0.1 && scale(&mut s, x) > 0.5;
    let either = scale(&mut s, 1.5) > 100.0 || !(scale(&mut s, w) > 0.2);
    let mut t = 1.0;
    if scale(&mut t, x) > 0.3 {
        t *= s;
    }
    t + s * (f64::from(u8::from(both)) + 2.0 * f64::from(u8::from(either)))
}

#[differentiate]
fn in_loops(x: f64, w: f64) -> f64 {
    let mut s = x;
    let mut k = 0;
    while scale(&mut s, w) > 0.1 {
        k += 1;
        if k == 5 {
            continue;
        }
        s += 0.001 * x;
    }
    let mut sum = 0.0;
    for i in 0..({
        s *= x;
        k % 4 + 1
    }) {
        sum += s * i as f64;
    }
    sum + s * k as f64
}

#[differentiate]
fn in_indices(x: f64, y: &[f64; 3]) -> f64 {
    let mut s = x;
    let mut a = *y;
    let first = y[{
        s *= y[1];
        1
    } % 3];
    a[if scale(&mut s, 2.0) > 0.0 { 1 } else { 2 }] += x;
    a.swap(0, {
        s += x;
        2
    });
    let part: f64 = a[{
        s *= 0.5;
        1
    }..]
        .iter()
        .sum();
    first * s + a[0] * part + a[2]
}

#[differentiate]
fn blocks_in_comparisons(x: f64, w: f64) -> f64 {
    let mut s = x;
    let larger = {
        s *= w;
        s
    } > {
        s += 0.1;
        0.3 * s
    };
    let cast = ({
        s += s;
        2
    }) as f64;
    s *= cast;
    let known = Some({
        s *= 2.0;
        s
    })
    .is_some();
    let number = !({
        s *= w;
        s
    })
    .is_nan();
    match Some(x).is_none() {
        true => s,
        false if larger && known && number => s * w,
        false => s + w,
    }
}

#[test]
fn what_a_condition_changes() {
    for (x, w) in [(1.5, 0.7), (0.2, 0.4), (2.5, 0.9)] {
        check_grad!([x, w] in_conditions(*x, *w));
        check_grad!([x, w] in_loops(*x, *w));
        check_grad!([x, w] blocks_in_comparisons(*x, *w));
    }
    let (x, y) = (0.8, [0.5, -1.5, 2.0]);
    check_grad!([x, y] in_indices(*x, y));
}

#[differentiate]
fn labelled(x: f64, w: f64) -> f64 {
    let mut x = x;
    let first = 'a: {
        if w > 0.5 {
            break 'a ({
                x += w;
                x
            });
        }
        x *= w;
        w
    };
    let second = 'b: {
        x *= 3.0;
        if w > 0.2 {
            x *= w;
            if x > 1.0 {
                break 'b x.sin();
            }
            x = x * x;
        }
        x
    };
    x * first + second
}

#[test]
fn what_a_labelled_block_changes() {
    for (x, w) in [(1.5, 0.7), (0.2, 0.6), (2.5, 0.3), (0.4, 0.3), (1.0, 0.1)] {
        check_grad!([x, w] labelled(*x, *w));
    }
}

#[differentiate]
fn early_options(x: f64, y: f64) -> Option<f64> {
    if y > 1.0 {
        if x < 0.0 {
            return Some(x * y);
        }
        if y > 2.0 {
            return Some(y * y);
        }
        if y > 1.5 {
            return None;
        }
    }
    Some(x.sin())
}

#[differentiate]
fn held(x: f64, y: f64) -> f64 {
    early_options(x, y).map_or(3.0 * x, |v| v * x)
}

#[test]
fn options_returned_early() {
    for x in [-0.7, 0.8] {
        for y in [0.5, 1.2, 1.7, 2.5] {
            check_grad!([x, y] held(*x, *y));
        }
    }
}

#[differentiate]
fn shadowed_in_a_condition(x: f64, y: &[f64; 3]) -> f64 {
    let mut x = x;
    let mut sum = 0.0;
    for i in 0..3 {
        if y.iter().fold(y[i], |x, v| 0.5 * x + v)
            * match i {
                0 => y[0],
                _ => x,
            }
            > -10.0
        {
            sum += x * y[i];
        }
        x *= 0.9;
    }
    sum + x
}

#[differentiate]
fn held_by_a_closure(x: f64, y: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for v in y.iter() {
        let f = move |t: f64| *v * t;
        sum += f(x);
    }
    y[0] *= x;
    sum + y[0]
}

#[differentiate]
fn lending(x: f64, y: &[f64; 3]) -> f64 {
    let mut y = *y;
    held_by_a_closure(x, &mut y) * y[0]
}

#[test]
fn closures() {
    let (x, y) = (0.8, [0.5, -1.5, 2.0]);
    check_grad!([x, y] shadowed_in_a_condition(*x, y));
    check_grad!([x, y] lending(*x, y));
}

#[differentiate]
fn named_closure_with_a_shadow(x: f64, y: &[f64; 3]) -> f64 {
    let mut x = x;
    let mut sum = 0.0;
    for i in 0..3 {
        let f = |t: f64| t * y.iter().fold(y[i], |x, v| 0.5 * x + v) + x;
        if f(1.0) > -10.0 && x > -10.0 {
            sum += f(y[i]);
        }
        x *= 0.9;
    }
    sum + x
}

#[test]
fn a_closure_in_a_condition() {
    let (x, y) = (0.8, [0.5, -1.5, 2.0]);
    check_grad!([x, y] named_closure_with_a_shadow(*x, y));
}

#[differentiate]
fn chosen_indices(x: f64, a: &[f64; 3]) -> f64 {
    let by_value = a[if x.sin() > 0.5 { 0 } else { 1 }] * a[(x > 0.5) as usize];
    let in_a_block = a[{
        let t = x * 2.0;
        if t > 1.0 { 2 } else { 0 }
    }];
    by_value * in_a_block + a[usize::from(x > 0.5)]
}

#[differentiate]
fn indices_that_change_something(x: &[f64; 3], k: f64) -> f64 {
    let mut s = k;
    let mut n = 0;
    let mut b = *x;
    let mut list = vec![k, 2.0];
    let positions = [1, 2, 0];
    for _ in 0..4 {
        b[{
            s += k * k;
            n += 1;
            n % 3
        }] *= s;
        b[{
            n += 1;
            n
        } % 3] = s * b[{
            s *= 0.9;
            n + 1
        } % 3];
    }
    let part = x[..{
        s += 1.0;
        2
    }]
        .iter()
        .sum::<f64>();
    let grown = x[{
        list.push(s);
        list.len()
    } % 3];
    let popped = x[if let Some(last) = list.pop() {
        if last > 1.0 { 2 } else { 1 }
    } else {
        0
    }];
    s * b[0]
        + b[1] * part * grown
        + popped
            * x[positions[{
                s *= 3.0;
                1
            }]]
            * s
}

#[test]
fn indices() {
    let x = [0.3, 1.4, 0.9];
    for k in [0.2, 0.8] {
        check_grad!([k, x] chosen_indices(*k, x));
        check_grad!([x, k] indices_that_change_something(x, *k));
    }
}

/// What takes a value apart changes several variables.
#[differentiate]
fn apart(x: f64, y: f64) -> f64 {
    let (mut a, mut b, mut k) = (x, y, 0);
    let v = Some(x).map_or(
        {
            (a, k) = (a * b + x, k + 1);
            1.5
        },
        |v| v * v,
    );
    let w = if {
        (a, b) = (b, a * x);
        a > b
    } {
        a
    } else {
        b * y
    };
    v + a * b + w + k as f64
}

#[test]
fn of_values_taken_apart() {
    let (x, y) = (0.7, -1.3);
    check_grad!([x, y] apart(*x, *y));
}

/// A number made of a block that changes something.
#[differentiate]
fn made_of_blocks<T: Float>(x: &[T], k: T) -> T {
    let mut y = x.to_vec();
    let (mut sum, mut n) = (T::ZERO, 0);
    for i in 0..3 {
        sum += T::from_usize({
            y[0] *= k;
            n += i;
            n
        }) * y[0];
        sum += T::lit({
            y[1] *= k;
            2.0
        }) * y[1];
    }
    sum
}

#[test]
fn numbers_made_of_blocks() {
    let (x, k) = ([0.75, -0.5], 1.25);
    check_grad!(both [x, k] made_of_blocks(x, *k));
}

/// Inside a macro, a pattern has names of its own.
#[differentiate]
fn bound_in_macros(x: f64, pairs: &[(f64, f64)]) -> f64 {
    let mut s = 0.0;
    for (&(stop, weight), k) in pairs.iter().zip(0..4) {
        assert!(
            loop {
                if x > 100.0 {
                    let stop = 1;
                    break f64::from(stop);
                }
                break 1.5_f64;
            } < 2.0
        );
        assert!(!matches!(Some(k), Some(weight) if weight > 3), "{stop}");
        s += stop * weight * x;
    }
    s
}

#[test]
fn names_inside_macros() {
    let (x, pairs) = (0.7, vec![(1.0, 3.0), (0.4, -2.0)]);
    check_grad!([x, pairs] bound_in_macros(*x, pairs));
}

/// What is written in place of a name is not what a closure calls by the same one.
#[differentiate(wrt(x, row))]
fn captured_names(x: f64, row: &[f64], rows: &[Vec<f64>], n: usize) -> f64 {
    let first = row[(n + 1) % 2];
    let mut s = x;
    if rows.iter().map(|row| first + 0.0 * row[0]).sum::<f64>() > 1.0 {
        s *= row[0] * first;
    }
    if let Some(k) = rows.iter().position(|row| first < row[0]) {
        s += row[k] * x;
    }
    s
}

#[test]
fn names_that_closures_bind() {
    let (x, row) = (0.7, vec![0.4, 0.9]);
    for other in [0.1, 3.0] {
        let rows = vec![vec![other, 5.0], vec![0.8, 5.0]];
        for n in 0..2 {
            check_grad!([x, row] captured_names(*x, row, &rows, n));
        }
    }
}
