//! Numbers whose type only a path, a method or a declaration says.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn by_the_path_of_a_function(x: f64, q: [f64; 3]) -> f64 {
    -f64::atan(loop {
        break Some((0.25, q[1]).0).unwrap();
    }) + x
}

#[differentiate]
fn by_a_declaration(x: f64, q: &[f64; 3]) -> f64 {
    let d: f64 = 1.0;
    let e: f64 = 0.5;
    if e.sin() > x && Some(e).is_some() && e > 0.1 {
        return (Some(d).unwrap() / q[..2].iter().sum::<f64>()).powi(2) + x;
    }
    f64::max(Some((e, q[1]).0).unwrap(), x) * f64::hypot(x, Some((0.25, q[1]).0).unwrap())
}

#[differentiate]
fn by_a_method(x: f64, q: &[f64; 3]) -> f64 {
    let c = 2.0_f64.sqrt();
    let d = Some(c);
    let mut s = Some(1.5_f64.atan()).map_or(x, |v| v * x + q[0]);
    let mut o = None;
    for i in 0..3 {
        s += x * c;
        o = Some(2.0_f64.sqrt());
        if let Some(d) = d {
            s *= d.sin();
        }
        if let Some(o) = o {
            s += o.atan() * i as f64;
        }
    }
    let t = (1.0_f64.exp(), 2.0);
    s + d.unwrap().ln() + t.0.ln() * f64::sin(t.1) + o.map(|v| v.sqrt()).unwrap_or(0.0)
}

#[differentiate]
fn by_a_call(x: f64, depth: usize) -> f64 {
    if depth > 0 {
        return (0..depth)
            .map(|_| {
                let constant = Some(by_a_call(-1.3, depth - 1));
                constant.map_or(x, |u| (depth as f64).mul_add(u.sin().exp(), x))
                    + Some(by_a_call(0.4, depth - 1)).map_or(x, |u| 2.0_f64.mul_add(u.sin(), u))
            })
            .sum::<f64>();
    }
    x
}

#[derive(Clone, Debug, Differentiable)]
struct Net {
    w: f64,
    b: Vec<f64>,
}

#[differentiate]
fn of_fields(net: &Net, x: f64) -> f64 {
    let a = f64::tanh(net.w);
    let (c, _) = loop {
        if x > 0.0 {
            break (net.b[0], 1.0);
        }
    };
    f64::sin(c) * a + f64::mul_add(net.w, c, net.b[1])
}

#[test]
fn constants() {
    let q = [0.3, 1.4, 0.9];
    let net = Net {
        w: 0.3,
        b: vec![0.3, 0.8],
    };
    for x in [0.3, 2.1] {
        check_grad!([x, q] by_the_path_of_a_function(*x, *q));
        check_grad!([x, q] by_a_declaration(*x, q));
        check_grad!([x, q] by_a_method(*x, q));
        check_grad!([net, x] of_fields(net, *x));
        check_grad!([x] by_a_call(*x, 2));
    }
}
