//! Closures that change what they capture: each call changes it where it stands, in order.

use chainrule::prelude::*;
use chainrule_tests::{check, check_grad};

#[differentiate]
fn summed(x: f64, y: f64) -> f64 {
    let mut s = y;
    let mut add = |v: f64| s += v;
    add(x);
    add(2.0 * x * y);
    s * s
}

#[differentiate]
fn listed(x: &[f64], k: f64) -> f64 {
    let mut out = Vec::new();
    let mut push = |v: f64| out.push(v * k);
    for v in x {
        push(*v);
        if *v > 0.0 {
            push(v * v)
        }
    }
    push(1.0);
    let mut count = 0;
    let mut sum = 0.0;
    let mut tally = |v: f64| {
        count += 1;
        sum += v * count as f64;
    };
    out.iter().for_each(|v| tally(*v));
    sum + count as f64 * k
}

/// A state that is returned, in the order in which it is asked for.
#[differentiate]
fn in_order(x: f64, y: f64) -> f64 {
    let mut state = x;
    let mut next = || {
        state *= y;
        state += 0.5;
        state
    };
    let first = next() - next() * next();
    let (a, b) = (next(), next());
    let [c, d] = [next(), next().sin()];
    first + a / b + c.max(next()) * d + state
}

#[differentiate]
fn in_conditions(x: f64, y: f64) -> f64 {
    let mut left = x;
    let mut steps = 0;
    let mut take = |v: f64| {
        left -= v;
        steps += 1;
        if steps > 20 { -1.0 } else { left }
    };
    let mut sum = 0.0;
    while take(0.25 * y) > 0.3 {
        sum += y;
    }
    if take(y * y) < -0.4 || take(y) < -0.9 {
        sum *= y;
    }
    sum + left * steps as f64
}

#[differentiate]
fn in_adaptors(x: &[f64], y: &[f64]) -> f64 {
    let mut total = 0.0;
    x.iter().for_each(|v| total += v * v);
    let add = |v: &f64| total += v.sin();
    y.iter().for_each(add);
    let mut so_far = 1.0;
    let mut scaled = |v: &f64| {
        so_far += 0.5 * v;
        so_far * v
    };
    let first: f64 = x.iter().map(&mut scaled).sum();
    let second: Vec<f64> = y.iter().skip(1).map(&mut scaled).collect();
    let third = x.iter().fold(0.0, |sum, v| sum + scaled(v));
    let mut above = 0.0;
    x.iter().zip(y).for_each(|(a, b)| {
        if a < b {
            return;
        }
        above += a * b;
    });
    total * first + second.iter().sum::<f64>() + third * above + so_far
}

/// What adaptors leave out is computed, too.
#[differentiate]
fn left_out(x: &[f64]) -> f64 {
    let mut seen = 1.0;
    let skipped: f64 = x
        .iter()
        .map(|v| {
            seen *= 1.0 + 0.1 * v;
            seen * v
        })
        .skip(2)
        .sum();
    let stepped: f64 = x
        .iter()
        .map(|v| {
            seen += 0.5 * v;
            seen * v
        })
        .step_by(2)
        .sum();
    skipped * stepped + seen
}

/// One closure calls another; what it is given has the names of what the other captures.
#[differentiate]
fn of_closures(x: &[f64], k: f64) -> f64 {
    let (mut s, mut most) = (0.0, f64::NEG_INFINITY);
    let weight = |v: f64| v * k;
    let mut note = |v: f64| most = most.max(v);
    let mut add = |s1: f64, twice: bool| {
        s += weight(s1);
        if twice {
            s += s1;
        }
        note(s);
    };
    for (i, k) in x.iter().enumerate() {
        let s = 2.0 * k;
        add(s, i % 2 == 0);
    }
    let weight = 3.0;
    add(weight, true);
    s * most
}

/// What is captured is what it was where the closure stands, whatever has its name later.
#[differentiate]
fn of_other_names(x: f64, y: f64) -> f64 {
    let mut s = x;
    let mut list = vec![y; 2];
    let limit = 4.0 * y;
    let mut add = |v: f64| {
        let missing = limit - s;
        s += v.min(missing);
        list.push(s * y);
        assert!(s < 1e9, "{s} is more than {limit}: {}", list.len());
        list.len()
    };
    let n = {
        let (s, y, limit) = (x * y, 3.0, -1.0);
        let list = add(s) + add(y);
        list as f64 * s * limit
    };
    let others: Vec<f64> = list.iter().map(|y| y * s).collect();
    others.iter().sum::<f64>() + n
}

/// After `move` a closure has its own.
#[differentiate]
fn with_its_own(x: f64, y: f64) -> f64 {
    let mut s = x;
    let mut seed = 7_u64;
    let mut next = move || {
        seed = (seed * 16807) % 2_147_483_647;
        s *= 1.0 + y;
        s * (seed % 100) as f64
    };
    let first = next();
    s += y;
    seed += 1;
    first + next() * s + next() + seed as f64
}

/// A closure that is used once needs no name, and one that changes integers alone no derivative.
#[differentiate]
fn inactive(x: f64, n: usize) -> f64 {
    let mut count = 0;
    let mut visits = vec![0; 3];
    let mut visit = |i: usize| {
        visits[i % 3] += 1;
        count += i;
        count % 2 == 0
    };
    let mut y = x;
    for i in 0..n {
        if visit(i) {
            y = y * x + 0.1;
        }
        assert!(!visit(0) || i < 100, "{}", visit(1));
    }
    y * visits[0] as f64 + visits[1] as f64 * (count as f64) * x
}

struct Rng(u64);

impl Rng {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[differentiate(wrt(mean, width))]
fn sampled(mean: f64, width: f64, rng: &mut Rng, n: usize) -> f64 {
    let mut draw = || rng.next() - 0.5;
    let mut sum = 0.0;
    for _ in 0..n {
        let z = draw() + draw();
        sum += (mean + width * z).exp();
    }
    sum / n as f64
}

#[differentiate]
fn through_a_parameter(out: &mut Vec<f64>, x: f64, grid: &mut [f64; 3]) {
    let mut put = |i: usize, v: f64| {
        grid[i] += v;
        out.push(grid[i] * x);
    };
    for i in 0..3 {
        put(i, x * i as f64);
    }
    put(0, 2.0);
}

#[differentiate]
impl Filter {
    fn settled(&self, x: &[f64]) -> f64 {
        let mut state = self.start;
        let mut update = |v: &f64| {
            state += self.gain * (v - state);
            state
        };
        x.iter().map(&mut update).sum::<f64>() + update(&1.0)
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Filter {
    start: f64,
    gain: f64,
}

/// Recursion of a kind: each calls the one before it.
#[differentiate]
fn deep(x: f64) -> f64 {
    let mut s = x;
    let mut one = |v: f64| s = s * 0.9 + v;
    let mut two = |v: f64| {
        one(v);
        one(-0.5 * v);
    };
    let mut four = |v: f64| {
        two(v);
        two(v * v);
    };
    for i in 0..3 {
        four(x / (i + 1) as f64);
    }
    match x > 0.0 {
        true => four(x),
        false => {}
    }
    s
}

#[test]
fn closures_that_change_what_they_capture() {
    check!(summed(x in -1.0..1.0, y in 0.2..2.0));
    check!(in_order(x in 0.5..1.0, y in 0.2..0.9));
    check!(in_conditions(x in 0.5..2.0, y in 0.2..0.9));
    check!(of_other_names(x in 0.5..1.5, y in 0.4..1.0));
    check!(with_its_own(x in 0.5..1.5, y in 0.1..0.5));
    check!(deep(x in -1.0..1.0));
    let (a, b, k, x) = (
        vec![0.7, -0.4, 1.2, 0.3],
        vec![0.2, 0.5, 0.9, -0.3],
        1.3,
        0.8,
    );
    check_grad!([a, k] listed(a, *k));
    check_grad!([a, b] in_adaptors(a, b));
    check_grad!([a] left_out(a));
    check_grad!([a, k] of_closures(a, *k));
    for n in [0, 1, 7] {
        check_grad!([x] inactive(*x, n));
    }
    check_grad!([x, k] sampled(*x, *k, &mut Rng(3), 5));
}

#[test]
fn closures_that_change_parameters() {
    let point = (vec![0.5], 0.7, [0.1, -0.2, 0.3]);
    let changed = |(out, x, grid): &(Vec<f64>, f64, [f64; 3])| {
        let (mut out, mut grid) = (out.clone(), *grid);
        through_a_parameter(&mut out, *x, &mut grid);
        (out, grid)
    };
    chainrule_tests::check_pullback(
        &point,
        changed,
        |(out, x, grid), (mut out_bar, mut grid_bar)| {
            let (mut out, mut grid) = (out.clone(), *grid);
            let ((), pullback) = through_a_parameter::vjp(&mut out, *x, &mut grid);
            let x_bar = pullback((), &mut out_bar, &mut grid_bar);
            ((out, grid), (out_bar, x_bar, grid_bar))
        },
    );
}

#[test]
fn closures_in_methods() {
    let filter = Filter {
        start: 0.2,
        gain: 0.7,
    };
    let x = vec![0.4, 1.2, -0.3];
    let (value, (filter_bar, x_bar)) = filter.settled_value_and_grad(&x);
    assert_eq!(value, filter.settled(&x));
    gradcheck(
        |(filter, x)| Filter::settled(filter, x),
        &(filter, x),
        &(filter_bar, x_bar),
    )
    .unwrap();
}

/// The closure stands in an element of a list.
#[differentiate]
fn in_a_list(mut x: f64, k: f64, n: usize) -> f64 {
    let list = vec![
        if n > 1 {
            let mut add = |v: f64| {
                x += v * k;
                x * v
            };
            add(k) + add(0.5)
        } else {
            k
        },
        vec![{
            let mut scale = || x *= k;
            scale();
            x
        }][0],
    ];
    list[0] * list[1] * x
}

#[test]
fn closures_in_lists() {
    let (x, k) = (0.7, 1.3);
    for n in [0, 2] {
        check_grad!([x, k] in_a_list(*x, *k, n));
    }
}
