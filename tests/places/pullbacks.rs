//! The pullback does not keep the place borrowed: its cotangent follows from what the place holds in the end.

use super::parameters::differences;
use chainrule::prelude::*;
use chainrule_tests::assert_near;

#[differentiate]
fn swing(state: &mut [f64; 2], dt: f64) {
    state[0] += dt * state[1];
    state[1] -= dt * state[0].sin();
}

fn swung(&[x, v, dt]: &[f64; 3]) -> f64 {
    let mut state = [x, v];
    swing(&mut state, dt);
    state[0] * state[0] * state[1]
}

#[test]
fn of_a_function() {
    let at = [0.7, 1.2, 0.1];
    let mut state = [at[0], at[1]];
    let ((), pullback) = swing::vjp(&mut state, at[2]);
    let mut bar = [2.0 * state[0] * state[1], state[0] * state[0]];
    state = [0.0; 2];
    let dt_bar = pullback((), &mut bar);
    assert_eq!(state, [0.0; 2]);
    assert_near(&[bar[0], bar[1], dt_bar], &differences(swung, at), 1e-8);
}

/// x ← A·x + b, a row after the other.
#[differentiate]
fn sweep<'a>(a: &'a [f64], x: &'a mut [f64], b: &[f64], order: &mut Vec<usize>) -> f64 {
    for i in 0..x.len() {
        let mut sum = b[i];
        for j in 0..x.len() {
            sum += a[i * x.len() + j] * x[j];
        }
        x[i] = sum;
        order.push(i);
    }
    x[0]
}

#[test]
fn of_several_lifetimes() {
    let at = [0.3, -0.2, 0.5, 0.1, 0.7, -0.4, 0.2, 0.6];
    let value = |at: &[f64; 8]| {
        let mut x = [at[4], at[5]];
        let first = sweep(&at[..4], &mut x, &at[6..], &mut Vec::new());
        2.0 * first + x[0] * x[1]
    };
    let (a, b) = (at[..4].to_vec(), at[6..].to_vec());
    let mut order = Vec::new();
    let mut x = [at[4], at[5]];
    let (_, pullback) = sweep::vjp(&a, &mut x, &b, &mut order);
    assert_eq!(order, [0, 1]);
    let mut x_bar = vec![x[1], x[0]];
    x[0] = 9.0;
    order.clear();
    let (a_bar, b_bar) = pullback(2.0, &mut x_bar);
    assert_eq!(x[0], 9.0);
    let found = [a_bar, x_bar, b_bar].concat();
    assert_near(&found, &differences(value, at).to_vec(), 1e-8);
}

#[differentiate(wrt(x, k))]
fn stretch<'b, T: Float, const N: usize, F: Fn(&T) -> bool>(
    x: &'b mut [T; N],
    k: &T,
    is_kept: &F,
    names: &[&'b str],
    plain: fn(&usize) -> usize,
) {
    for i in 0..N {
        if is_kept(&stop_gradient(x[i])) && plain(&names.len()) > 0 {
            x[i] *= *k;
        }
    }
}

#[test]
fn of_generics() {
    let at = [0.7, -1.2, 0.4, 1.3];
    let is_kept = |x: &f64| *x > 0.0;
    let plain: fn(&usize) -> usize = |n| *n;
    let value = |at: &[f64; 4]| {
        let mut x = [at[0], at[1], at[2]];
        stretch(&mut x, &at[3], &is_kept, &["a"], plain);
        x.iter().map(|x| x * x * x).sum()
    };
    let names = [String::from("a")];
    let names = [names[0].as_str()];
    let mut x = [at[0], at[1], at[2]];
    let ((), pullback) = stretch::vjp(&mut x, &at[3], &is_kept, &names, plain);
    let mut x_bar = x.map(|x| 3.0 * x * x);
    x = [0.0; 3];
    let k_bar = pullback((), &mut x_bar);
    assert_eq!(x, [0.0; 3]);
    let found = [x_bar[0], x_bar[1], x_bar[2], k_bar];
    assert_near(&found, &differences(value, at), 1e-8);
}

#[differentiate]
fn nudge(x: &mut f64, by: impl Fn(f64) -> f64, k: &f64) -> f64 {
    *x *= *k;
    by(1.0) * *x
}

#[test]
fn of_a_function_that_takes_a_function() {
    let mut x = 0.5;
    let (value, pullback) = nudge::vjp(&mut x, |y| 2.0 * y, &3.0);
    assert_eq!((value, x), (3.0, 1.5));
    let mut x_bar = 2.0 * x;
    x = 0.0;
    let k_bar = pullback(1.0, &mut x_bar);
    assert_eq!((x, x_bar, k_bar), (0.0, 3.0 * 5.0, 0.5 * 5.0));
}

#[derive(Clone, Debug, Differentiable)]
struct Cart<T, const N: usize> {
    at: [T; N],
    speed: [T; N],
}

#[differentiate]
impl<T: Float, const N: usize> Cart<T, N> {
    fn roll(&mut self, force: &[T], dt: T) -> T {
        for i in 0..N {
            self.speed[i] += dt * force[i];
            self.at[i] += dt * self.speed[i];
        }
        self.at[0] * dt
    }

    fn pushed<'b>(&'b self, other: &mut Self, k: &'b T) {
        for i in 0..N {
            other.speed[i] += self.speed[i] * *k;
        }
    }
}

#[test]
fn of_methods() {
    let at = [0.7, -0.2, 1.2, 0.4, 0.3, 0.9, 0.1];
    let cart = |at: &[f64; 7]| Cart {
        at: [at[0], at[1]],
        speed: [at[2], at[3]],
    };
    let value = |at: &[f64; 7]| {
        let mut cart = cart(at);
        let rolled = cart.roll(&at[4..6], at[6]);
        rolled + cart.at[0] * cart.at[1] * cart.speed[0]
    };
    let mut moved = cart(&at);
    let (_, pullback) = moved.roll_vjp(&at[4..6], at[6]);
    let mut bar = moved.zero_tangent();
    bar.at = [moved.at[1] * moved.speed[0], moved.at[0] * moved.speed[0]];
    bar.speed[0] = moved.at[0] * moved.at[1];
    moved.at = [0.0; 2];
    let (force_bar, dt_bar) = pullback(1.0, &mut bar);
    assert_eq!(moved.at, [0.0; 2]);
    let found = [&bar.at[..], &bar.speed, &force_bar, &[dt_bar]].concat();
    assert_near(&found, &differences(value, at).to_vec(), 1e-8);

    let pushed = |at: &[f64; 7]| {
        let mut other = cart(at);
        Cart {
            at: [at[4]; 2],
            speed: [at[4], at[5]],
        }
        .pushed(&mut other, &at[6]);
        other.speed[0] * other.speed[1]
    };
    let mut other = cart(&at);
    let pusher = Cart {
        at: [at[4]; 2],
        speed: [at[4], at[5]],
    };
    let ((), pullback) = pusher.pushed_vjp(&mut other, &at[6]);
    let mut bar = other.zero_tangent();
    bar.speed = [other.speed[1], other.speed[0]];
    other.speed = [0.0; 2];
    let (pusher_bar, k_bar) = pullback((), &mut bar);
    assert_eq!(other.speed, [0.0; 2]);
    let expected = differences(pushed, at);
    assert_near(&bar.speed, &[expected[2], expected[3]], 1e-8);
    assert_near(&pusher_bar.speed, &[expected[4], expected[5]], 1e-8);
    assert_near(&k_bar, &expected[6], 1e-8);
}

#[differentiate]
trait Filter<'n, T: Float, const N: usize> {
    fn update(&mut self, seen: &[T; N], gain: T) -> T;

    fn title(&self) -> &'n str;

    fn both(&mut self, seen: &[T; N], gain: T) -> T {
        self.update(seen, gain) * self.update(seen, gain * gain)
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Smooth<T, const N: usize> {
    mean: [T; N],
    #[differentiable(skip)]
    title: &'static str,
}

#[differentiate]
impl<'n, T: Float, const N: usize> Filter<'n, T, N> for Smooth<T, N> {
    fn update(&mut self, seen: &[T; N], gain: T) -> T {
        let mut error = T::lit(0.0);
        for i in 0..N {
            let off = seen[i] - self.mean[i];
            self.mean[i] += gain * off;
            error += off * off;
        }
        error
    }

    fn title(&self) -> &'n str {
        self.title
    }
}

#[test]
fn of_methods_of_traits() {
    let at = [0.7, -0.2, 1.2, 0.4, 0.3];
    let filter = |at: &[f64; 5]| Smooth {
        mean: [at[0], at[1]],
        title: "smooth",
    };
    let value = |at: &[f64; 5]| {
        let mut filter = filter(at);
        let error = filter.both(&[at[2], at[3]], at[4]);
        3.0 * error + filter.mean[0] * filter.mean[1]
    };
    let mut moved = filter(&at);
    assert_eq!(moved.title(), "smooth");
    let seen = [at[2], at[3]];
    let (_, pullback) = moved.both_vjp(&seen, at[4]);
    let mut bar = moved.zero_tangent();
    bar.mean = [moved.mean[1], moved.mean[0]];
    moved.mean = [0.0; 2];
    let (seen_bar, gain_bar) = pullback(3.0, &mut bar);
    assert_eq!(moved.mean, [0.0; 2]);
    let found = [&bar.mean[..], &seen_bar, &[gain_bar]].concat();
    assert_near(&found, &differences(value, at).to_vec(), 1e-7);
}

/// The position that is read is found by what two parts of the place are.
#[differentiate]
fn paired(x: f64, q: &mut [f64; 3]) -> f64 {
    let last: f64 = q
        .chunks(2)
        .zip(q.iter())
        .map(|pair| pair.0[1 % pair.0.len()] * pair.1)
        .sum();
    q[0] * x + last
}

#[test]
fn of_references_in_tuples() {
    let at = [0.7, 1.2, -0.4, 0.5];
    let value = |at: &[f64; 4]| paired(at[0], &mut [at[1], at[2], at[3]]);
    let mut q = [at[1], at[2], at[3]];
    let (_, pullback) = paired::vjp(at[0], &mut q);
    let mut bar = [0.0; 3];
    let x_bar = pullback(1.0, &mut bar);
    assert_near(
        &[x_bar, bar[0], bar[1], bar[2]],
        &differences(value, at),
        1e-8,
    );
}
