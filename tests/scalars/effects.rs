//! What a body does besides computing: assertions, output, blocked derivatives.

use chainrule::prelude::*;
use chainrule_tests::{answers, assert_near, check};
use std::cell::RefCell;

#[differentiate]
fn asserted(x: f64, n: usize) -> f64 {
    assert!(x.is_finite(), "x is {x}");
    let mut s = x;
    assert_eq!(n, 2, "{n:?} of {s:.3} {}", x * 2.0);
    s *= x;
    debug_assert!(
        s >= 0.0,
        "{s} is the square of {x:>8.2}, {0} {name}",
        s + 1.0,
        name = x
    );
    s *= x;
    assert_ne!(s, f64::INFINITY, "{s}");
    s * s
}

#[differentiate]
fn printed(x: f64) -> f64 {
    println!("before: {x}");
    let y = x * x;
    if y > 1.0 {
        eprintln!("large: {y:?} {{literal}} {x}");
    }
    print!("{y:e}\n");
    let x = y.sin();
    println!("after: {x} {:?}", (x, y));
    x * y
}

thread_local! {
    static LOG: RefCell<Vec<(&'static str, f64)>> = const { RefCell::new(Vec::new()) };
}

fn log(name: &'static str, value: f64) {
    LOG.with_borrow_mut(|lines| lines.push((name, value)));
}

#[differentiate]
fn logged(x: f64) -> f64 {
    let mut s = x;
    log("before", stop_gradient(s));
    s *= 2.0;
    log("after", stop_gradient(s));
    s * x
}

#[differentiate]
fn stopped(x: f64, y: f64) -> f64 {
    let a = stop_gradient(x * y);
    let b = chainrule::stop_gradient(x) * x;
    a * x + b + stop_gradient(&y) * y
}

#[differentiate]
fn stopped_to_an_integer(x: f64, y: f64) -> f64 {
    let n = stop_gradient(x) as i32;
    y.powi(n) + x
}

#[differentiate]
fn fails(x: f64) -> f64 {
    let mut s = x * 2.0;
    s += 1.0;
    assert!(s < 0.0, "s is {s}, x is {x:?}");
    s
}

#[test]
fn assertions_and_output() {
    assert_near(
        &answers!(asserted(1.5, 2); 0.75).agreed(0.75),
        &(6.0 * 1.5_f64.powi(5)),
        1e-12,
    );
    check!(printed(x in -2.0..2.0));
}

#[test]
fn an_assertion_names_the_values_of_the_primal() {
    let message = |f: fn(f64) -> f64| {
        let payload = std::panic::catch_unwind(|| f(1.0)).expect_err("it must panic");
        payload
            .downcast_ref::<String>()
            .expect("a formatted message")
            .clone()
    };
    assert_eq!(message(fails), "s is 3, x is 1.0");
    assert_eq!(message(fails::grad), message(fails));
    assert_eq!(message(|x| fails::vjp(x).0), message(fails));
}

#[test]
fn effects_happen_once_and_in_order() {
    assert_eq!(logged::grad(3.0), 12.0);
    assert_eq!(LOG.take(), [("before", 3.0), ("after", 6.0)]);
    let (_, pullback) = logged::vjp(3.0);
    assert_eq!(LOG.take(), [("before", 3.0), ("after", 6.0)]);
    assert_eq!(pullback(1.0), 12.0);
    assert!(LOG.take().is_empty());
}

#[test]
fn stopped_gradients() {
    let (x, y) = (1.5, -0.5);
    let gradient = answers!(stopped(x, y); 0.75).agreed(0.75);
    assert_eq!(gradient, (x * y + x, y));
    assert_eq!(stopped_to_an_integer::grad(3.7, 2.0), (1.0, 12.0));
}
