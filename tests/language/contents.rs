//! `as_ref().unwrap()` and `as_mut().unwrap()`: references to what an option holds.

use chainrule::prelude::*;
use chainrule_tests::{check, check_pullback};
/// What an option holds, changed behind `as_mut`.
#[differentiate]
fn held_and_changed(x: f64, y: f64) -> f64 {
    let mut level = Some(x);
    *level.as_mut().unwrap() += y;
    let held = level.as_mut().expect("there is one");
    *held *= x;
    let seen = held.sin();
    let mut list = Some(vec![y, x]);
    list.as_mut().unwrap().push(seen);
    list.as_mut().unwrap()[1] *= y;
    for i in 0..3 {
        *level.as_mut().unwrap() -= 0.1 * list.as_ref().unwrap()[i];
    }
    level.unwrap() + list.unwrap().iter().product::<f64>()
}

#[differentiate]
fn held_and_seen(x: f64, y: f64) -> f64 {
    let list = Some(vec![y, x]);
    let mut grown = None;
    if x > 0.3 {
        grown = Some(vec![1.0; 2]);
    } else {
        grown = Some(vec![y; 2]);
    }
    grown.as_mut().unwrap()[0] = x * y;
    let seen = list.as_ref().unwrap();
    let mut sum = seen.iter().sum::<f64>();
    for i in 0..2 {
        sum += list.as_ref().unwrap()[i] * grown.as_ref().expect("there")[1 - i];
    }
    sum + list.unwrap().iter().product::<f64>()
}

#[derive(Clone, Debug, Differentiable)]
struct Holder {
    level: Option<f64>,
    parts: Option<Vec<f64>>,
}

#[differentiate]
fn changed_inside(holder: &mut Holder, x: f64) {
    *holder.level.as_mut().unwrap() += x;
    holder.parts.as_mut().unwrap()[0] *= x;
    holder.parts.as_mut().unwrap().push(x * x);
    let level = holder.level.as_mut().unwrap();
    *level *= x;
}

#[test]
fn contents_by_as_mut() {
    check!(held_and_seen(x in 0.2..1.0, y in 0.2..1.5));
    check!(held_and_changed(x in 0.2..1.0, y in 0.2..1.5));
    let holder = Holder {
        level: Some(0.4),
        parts: Some(vec![1.2]),
    };
    check_pullback(
        &(holder, 0.7),
        |(holder, x)| {
            let mut holder = holder.clone();
            changed_inside(&mut holder, *x);
            (holder.level.unwrap(), holder.parts.unwrap())
        },
        |(holder, x), (level_bar, parts_bar)| {
            let mut holder = holder.clone();
            let ((), pullback) = changed_inside::vjp(&mut holder, *x);
            let mut holder_bar = holder.zero_tangent();
            holder_bar.level = Some(level_bar);
            holder_bar.parts = Some(parts_bar);
            let x_bar = pullback((), &mut holder_bar);
            (
                (holder.level.unwrap(), holder.parts.unwrap()),
                (holder_bar, x_bar),
            )
        },
    );
}

#[test]
#[should_panic(expected = "there is none")]
fn nothing_to_change() {
    #[differentiate]
    fn unwrapped(x: f64, is_there: bool) -> f64 {
        let mut level = if is_there { Some(x) } else { None };
        *level.as_mut().expect("there is none") += x;
        x
    }
    unwrapped::grad(1.0, false);
}
