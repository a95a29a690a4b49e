//! Functions with the names of generated ones, with attributes, unused, and of every visibility.

use chainrule::prelude::*;
use chainrule_tests::check;

#[differentiate]
fn grad(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn value_and_grad(x: f64) -> f64 {
    grad(x).sin()
}

#[differentiate]
fn vjp(x: f64) -> f64 {
    value_and_grad(x) * grad(x)
}

#[differentiate]
fn forward(x: f64) -> f64 {
    vjp(x) + x
}

#[differentiate]
fn pull(x: f64) -> f64 {
    forward(x) * x
}

#[differentiate]
fn primal(x: f64) -> f64 {
    pull(x) + forward(x)
}

#[differentiate]
fn rt(x: f64) -> f64 {
    let t = clone(x) * primal(x);
    t * zip(t)
}

#[differentiate]
fn clone(x: f64) -> f64 {
    3.0 * x
}

#[differentiate]
fn zip(x: f64) -> f64 {
    x.exp()
}

#[differentiate]
fn private_and_unused(x: f64) -> f64 {
    x * x
}

mod inside {
    use chainrule::prelude::*;

    #[differentiate]
    pub(super) fn unused_outside(x: f64) -> f64 {
        private(x) * 2.0
    }

    #[differentiate]
    fn private(x: f64) -> f64 {
        x.sqrt()
    }

    #[differentiate]
    pub(in crate::functions) fn in_path(x: f64) -> f64 {
        private(x) * unused_outside(x)
    }
}

/// Adds one.
#[differentiate]
#[inline]
#[must_use]
#[allow(
    clippy::let_and_return,
    reason = "attributes of the function stay on it"
)]
fn with_attributes(x: f64) -> f64 {
    let y = x + 1.0;
    y
}

#[cfg(test)]
#[differentiate]
#[track_caller]
fn under_cfg(x: f64) -> f64 {
    assert!(x > -100.0);
    x * with_attributes(x)
}

#[cfg(not(test))]
#[differentiate]
fn under_cfg(x: f64) -> f64 {
    x
}

#[deprecated = "use another"]
#[differentiate]
fn old(x: f64) -> f64 {
    x * x
}

#[test]
#[allow(deprecated, reason = "the lint is for users, not for generated code")]
fn functions() {
    check!(rt(x in -0.5..0.5));
    check!(inside::in_path(x in 0.5..1.0));
    check!(under_cfg(x in -1.0..1.0));
    check!(old(x in -1.0..1.0));
}
