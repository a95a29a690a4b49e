//! Places within a variant of an enum, or within an option, that a pattern gives a name to.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn overwritten(x: f64, z: Option<f64>) -> f64 {
    let mut z = z;
    if let Some(o) = &mut z {
        *o = x.sin();
    }
    z.unwrap_or(x * x)
}

#[differentiate]
fn added_to(x: f64, z: Option<f64>) -> f64 {
    let mut z = z;
    if let Some(o) = z.as_mut() {
        *o += x;
        *o *= *o;
    }
    let Some(o) = &mut z else {
        return x * x;
    };
    *o -= x * *o;
    let before = *o;
    *o = before.sin() + x;
    *o * before
}

#[differentiate]
fn until_it_is_large(x: f64, z: Option<f64>, n: usize) -> f64 {
    let mut z = z;
    let mut sum = x;
    let mut left = n;
    while let Some(o) = &mut z {
        *o *= 1.0 + x;
        sum += *o * x;
        left -= 1;
        if *o > 20.0 {
            z = None;
        } else if left == 0 {
            z = Some(*o + sum);
            break;
        }
    }
    sum + z.unwrap_or(2.0 * x)
}

#[test]
fn options() {
    let x = 0.7;
    for z in [Some(2.0), Some(-0.4), None] {
        check_grad!([x, z] overwritten(*x, *z));
        check_grad!([x, z] added_to(*x, *z));
        for n in [1, 2, 7] {
            check_grad!([x, z] until_it_is_large(*x, *z, n));
        }
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Form {
    Disc(f64),
    Box { a: f64, sides: Vec<f64> },
    Point,
}

#[differentiate]
fn stretch(form: &mut Form, x: f64) -> f64 {
    match form {
        Form::Disc(r) => *r += x,
        Form::Box { a, sides } => {
            *a *= x;
            sides[0] += *a;
            sides.push(*a * x);
        }
        Form::Point => {}
    }
    size(form, x)
}

#[differentiate]
fn size(form: &Form, x: f64) -> f64 {
    match form {
        Form::Disc(r) => *r * x,
        Form::Box { a, sides } => *a * sides.iter().sum::<f64>(),
        Form::Point => x,
    }
}

#[differentiate]
fn by_value(form: Form, x: f64) -> f64 {
    let mut form = form;
    match &mut form {
        Form::Disc(r) if *r > 0.2 => *r = x * x,
        Form::Disc(r) => *r -= x,
        Form::Box { a, sides } => {
            for side in sides.iter_mut() {
                *side *= *a;
            }
            *a = 2.0;
        }
        Form::Point => {}
    }
    let first = size(&form, x);
    match form {
        Form::Disc(ref mut r) => *r *= x,
        Form::Box { ref mut a, .. } => *a += first,
        Form::Point => form = Form::Disc(x),
    }
    first * stretch(&mut form, x) + stretch(&mut form, first)
}

#[test]
fn variants() {
    let x = 1.3;
    let sides = vec![1.0, 2.0];
    let forms = [
        Form::Disc(0.3),
        Form::Disc(0.1),
        Form::Box { a: 0.4, sides },
        Form::Point,
    ];
    for form in forms {
        check_grad!([form, x] by_value(form.clone(), *x));
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Layer {
    Dense {
        w: Matrix<2, 3, f64>,
        b: Vector<3, f64>,
    },
    Scale(Vector<2, f64>),
    List(Vec<f64>),
    Deep(Box<Layer>),
    Pair(f64, (f64, f64)),
    Nothing,
}

#[differentiate]
fn grow(layer: &mut Layer, k: f64, x: &Vector<3, f64>) -> f64 {
    match layer {
        Layer::Dense { w, b } => {
            *b += x * k;
            *w = w.relu() * k;
            b.sum() + w.sum()
        }
        Layer::Scale(s) => {
            *s *= k;
            s.sum()
        }
        Layer::List(v) => {
            v.push(k);
            v[0] *= k;
            for a in v.iter_mut() {
                *a += k;
            }
            v.iter().sum::<f64>()
        }
        Layer::Deep(inner) => grow(inner, k, x),
        Layer::Pair(a, (b, c)) => {
            *a += *b;
            *b *= k;
            *c = *a * *b;
            *c
        }
        Layer::Nothing => k,
    }
}

#[differentiate]
fn again_and_again(layer: Layer, k: f64, x: &Vector<3, f64>) -> f64 {
    let mut layer = layer;
    let mut y = grow(&mut layer, k, x);
    for _ in 0..3 {
        y += grow(&mut layer, k * 0.9, x);
        if let Layer::Pair(a, _) = &mut layer {
            *a -= y * k;
        }
        if let Layer::List(v) = &mut layer
            && v.len() > 4
        {
            v.pop();
            *v = vec![y, v[0]];
        }
    }
    y
}

#[differentiate]
fn in_lists(layers: Vec<Layer>, k: f64, x: &Vector<3, f64>) -> f64 {
    let mut layers = layers;
    for layer in layers.iter_mut() {
        match layer {
            Layer::Scale(s) => *s *= k,
            Layer::Pair(a, _) => *a *= k,
            _ => {}
        }
        if let Layer::Deep(inner) = layer {
            grow(inner, k, x);
        }
    }
    for layer in &mut layers {
        if let Layer::Pair(_, (b, _)) = layer {
            *b += k;
        }
    }
    let mut y = 0.0;
    for layer in layers.iter_mut() {
        y += grow(layer, k, x);
    }
    y
}

#[test]
fn networks() {
    let x = Vector::from_vec([3], vec![0.3, -0.2, 0.9]);
    let layers = vec![
        Layer::Dense {
            w: Matrix::from_vec([2, 3], vec![0.3, 0.1, -0.3, 0.4, 0.2, 0.1]),
            b: Vector::from_vec([3], vec![0.3, 0.1, 0.9]),
        },
        Layer::Scale(Vector::from_vec([2], vec![0.3, 0.1])),
        Layer::List(vec![1.0, 0.3]),
        Layer::Pair(0.3, (0.2, 0.7)),
        Layer::Deep(Box::new(Layer::Pair(0.2, (0.3, 0.9)))),
        Layer::Nothing,
    ];
    let k = 1.1;
    for layer in layers.clone() {
        check_grad!([layer, k, x] again_and_again(layer.clone(), *k, x));
    }
    check_grad!([layers, k, x] in_lists(layers.clone(), *k, x));
}

#[derive(Clone, Debug, Differentiable)]
struct Pump {
    pressure: f64,
    valve: Option<(f64, Vec<f64>)>,
    turns: Option<usize>,
}

#[differentiate]
impl Pump {
    fn turn(&mut self, by: f64) -> f64 {
        if let Some(n) = &mut self.turns {
            *n += 1;
        }
        match &mut self.valve {
            Some((at, history)) if *at < 2.0 => {
                history.push(*at);
                *at += by * self.pressure;
                self.pressure *= *at;
            }
            Some((at, _)) => *at = by,
            None => self.pressure -= by,
        }
        let turns = self.turns.map_or(0.5, |n| n as f64);
        self.pressure * turns
    }
}

#[differentiate]
fn pumped(pump: &Pump, by: f64, times: usize) -> f64 {
    let mut pump = pump.clone();
    let mut sum = 0.0;
    for _ in 0..times {
        sum += pump.turn(by);
    }
    if let Some((at, history)) = pump.valve.as_mut() {
        *at *= history.iter().sum::<f64>();
        sum += *at;
    }
    sum
}

#[test]
fn fields_that_may_be_empty() {
    let by = 0.4;
    for valve in [Some((0.7, vec![0.1])), Some((3.0, vec![1.0])), None] {
        for turns in [Some(1), None] {
            let valve = valve.clone();
            let pump = Pump {
                pressure: 1.3,
                valve,
                turns,
            };
            check_grad!([pump, by] pumped(pump, *by, 4));
        }
    }
}

#[differentiate]
fn counted(x: f64, limit: Option<usize>) -> f64 {
    let mut limit = limit;
    let mut y = x;
    while let Some(n) = &mut limit
        && *n > 0
    {
        *n -= 1;
        y *= x;
    }
    y
}

#[test]
fn integers() {
    let x = 1.2;
    check_grad!([x] counted(*x, Some(4)));
    check_grad!([x] counted(*x, None));
}
