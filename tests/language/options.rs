//! Options that hold floats: parameters, results, variables that change, and their methods.

use chainrule::prelude::*;
use chainrule_tests::{assert_identical, assert_near, check_grad};

#[differentiate]
fn scaled(x: f64, scale: Option<f64>) -> f64 {
    match scale {
        Some(s) if s > 1.0 => x * s,
        Some(s) => x + s * s,
        None => x.sin(),
    }
}

#[differentiate]
fn by_reference(x: f64, scale: &Option<f64>) -> f64 {
    let base = if let Some(s) = scale { *s * x } else { 0.5 * x };
    let held = scale.as_ref().map_or(0.0, |s| s * *s);
    base + scale.unwrap_or(1.5) * x + held + scale.map(|s| s * x).unwrap_or(x)
}

#[test]
fn parameters() {
    for scale in [Some(3.0), Some(0.4), None] {
        let x = 0.7;
        check_grad!([x, scale] scaled(*x, *scale));
        check_grad!([x, scale] by_reference(*x, scale));
    }
    assert_identical(&scaled::grad(0.7, None).1, &None::<f64>);
}

#[differentiate]
fn largest_square(x: &[f64]) -> f64 {
    let mut best: Option<f64> = None;
    for &v in x {
        best = match best {
            Some(b) if b >= v * v => Some(b),
            _ => Some(v * v),
        };
    }
    best.unwrap()
}

#[differentiate]
fn differences(x: &[f64], k: f64) -> f64 {
    let mut previous = None;
    let mut sum = 0.0;
    for v in x {
        if let Some(p) = previous {
            let d: f64 = v - p;
            sum += k * d * d;
        }
        previous = Some(*v);
    }
    sum + previous.expect("an element")
}

#[test]
fn variables_that_change() {
    let x = vec![1.0, -3.0, 2.0];
    let k = 0.8;
    check_grad!([x] largest_square(x));
    check_grad!([x, k] differences(x, *k));
}

#[differentiate]
fn root(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.sqrt()) } else { None }
}

#[differentiate]
fn calls(x: f64) -> f64 {
    let Some(r) = root(x) else {
        return 3.0 * x;
    };
    let double = root(2.0 * x).map(|r| r * r * r);
    r * x + double.unwrap()
}

#[test]
fn results() {
    for x in [4.0, -1.0] {
        check_grad!([x] calls(*x));
    }
    let (value, pullback) = root::vjp(4.0);
    assert_eq!(value, Some(2.0));
    assert_near(&pullback(Some(1.0)), &0.25, 1e-15);
    let (value, pullback) = root::vjp(-4.0);
    assert_eq!(value, None);
    assert_eq!(pullback(None), 0.0);
}

#[derive(Clone, Debug, Differentiable)]
struct Layer {
    weight: f64,
    bias: Option<f64>,
}

#[differentiate]
impl Layer {
    fn apply(&self, x: f64) -> f64 {
        let z = self.weight * x;
        match self.bias {
            Some(b) => (z + b).tanh(),
            None => z.tanh(),
        }
    }
}

#[test]
fn fields() {
    for bias in [Some(0.3), None] {
        let layer = Layer { weight: 0.8, bias };
        let (d_layer, dx) = layer.apply_grad(0.5);
        let step = 1e-6;
        let moved = |w: f64, b: f64, x: f64| {
            let bias = bias.map(|bias| bias + b);
            Layer {
                weight: 0.8 + w,
                bias,
            }
            .apply(0.5 + x)
        };
        let slope = |f: &dyn Fn(f64) -> f64| (f(step) - f(-step)) / (2.0 * step);
        assert_near(&d_layer.weight, &slope(&|w| moved(w, 0.0, 0.0)), 1e-8);
        assert_near(&dx, &slope(&|x| moved(0.0, 0.0, x)), 1e-8);
        match d_layer.bias {
            Some(d_bias) => assert_near(&d_bias, &slope(&|b| moved(0.0, b, 0.0)), 1e-8),
            None => assert!(bias.is_none()),
        }
    }
}

#[differentiate]
fn coarsened(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    while v.len() > 1 {
        let first = v[0];
        let mut next = Vec::new();
        for i in 0..v.len() / 2 {
            next.push(v[2 * i] * k + v[2 * i + 1].sin() * first);
        }
        v = next;
    }
    v[0]
}

#[test]
fn a_list_that_is_replaced_by_a_shorter_one() {
    let x = vec![0.3, -0.2, 0.9, 1.4, 0.1, 0.6, -0.5, 0.2];
    let k = 0.7;
    check_grad!([x, k] coarsened(x, *k));
}

#[differentiate]
fn nothing_without_a_type(x: &[f64], k: f64) -> f64 {
    let first = if x[0] > 0.0 { Some(x[0] * k) } else { None };
    let mut last = Option::None;
    for v in x {
        if *v > 1.0 {
            last = Some(v * v * k);
        }
    }
    let mut sum = first.unwrap_or_else(|| k * k);
    sum += last.map(|v| v * k).unwrap_or_else(|| x[1] * k);
    if let Some(v) = last {
        sum += v.max(0.5).sqrt();
    }
    sum
}

#[test]
fn nothing_says_that_it_is_an_option() {
    for x in [[0.5, 1.5], [-0.5, 0.75]] {
        let (x, k) = (x.to_vec(), 0.7);
        check_grad!([x, k] nothing_without_a_type(x, *k));
    }
}

#[differentiate]
fn by_path(x: f64, scale: Option<f64>) -> f64 {
    let root = scale.map(f64::sqrt).unwrap_or(x);
    root * scale.map_or(x, f64::ln)
}

#[test]
fn functions_by_their_paths() {
    for scale in [Some(3.0), None] {
        let x = 0.7;
        check_grad!([x, scale] by_path(*x, *scale));
    }
}

/// Which float an option holds may stand at its literals only.
#[differentiate]
fn literals(x: f64, y: f64) -> f64 {
    let unused: Option<f64> = None;
    if let Some(v) = unused {
        return v;
    }
    let held = Some(y).map(|_| 0.5_f64).unwrap();
    x * f64::atan(held) + Some(2.0_f64).map_or(x, |v| v.sin() * y)
}

#[test]
fn what_only_a_literal_or_a_declaration_says() {
    let (x, y) = (0.8, 0.3);
    check_grad!([x, y] literals(*x, *y));
}
