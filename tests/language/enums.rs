//! Enums that carry floats: matched, built, changed, in loops and as `self`.

use chainrule::prelude::*;
use chainrule_tests::{assert_near, check_grad};

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Circle(f64),
    Rect { w: f64, h: f64 },
    Polygon(usize, Vec<f64>),
    Point,
}

#[differentiate]
impl Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle(r) => std::f64::consts::PI * r * r,
            Shape::Rect { w, h } => w * h,
            Shape::Polygon(_, sides) => sides.iter().map(|s| s * s).sum::<f64>() * 0.5,
            Shape::Point => 0.0,
        }
    }

    fn scaled(&self, k: f64) -> Shape {
        match self {
            Self::Circle(r) => Self::Circle(*r * k),
            Self::Rect { w, h } => Self::Rect { w: w * k, h: h * k },
            other => other.clone(),
        }
    }
}

fn shapes() -> [Shape; 4] {
    [
        Shape::Circle(1.5),
        Shape::Rect { w: 2.0, h: 0.7 },
        Shape::Polygon(3, vec![1.0, 2.0, 0.5]),
        Shape::Point,
    ]
}

#[differentiate(wrt(shape))]
fn cost(shape: &Shape, price: f64) -> f64 {
    let factor = match shape {
        Shape::Circle(r) if *r > 1.0 => r.ln(),
        Shape::Circle(r) => *r,
        Shape::Rect { w, .. } => w.sin(),
        Shape::Polygon(..) | Shape::Point => price,
    };
    shape.area() * factor + price
}

#[test]
fn parameters() {
    for shape in shapes() {
        check_grad!([shape] cost(shape, 0.8));
        let (gradient, value) = (shape.area_grad(), shape.area());
        assert_eq!(shape.area_value_and_grad().0, value);
        let mut moved = shape.clone();
        let step = 1e-6;
        let mut total = 0.0;
        let mut along = 0.0;
        match &mut moved {
            Shape::Circle(r) => *r += step,
            Shape::Rect { w, h } => (*w, *h) = (*w + step, *h + step),
            Shape::Polygon(_, sides) => sides.iter_mut().for_each(|s| *s += step),
            Shape::Point => {}
        }
        total += (moved.area() - value) / step;
        along += chainrule_tests::elements(&gradient).iter().sum::<f64>();
        assert_near(&along, &total, 1e-4);
    }
}

#[differentiate]
fn built(x: f64, y: f64, kind: usize) -> f64 {
    let shape = if kind == 0 {
        Shape::Circle(x * y)
    } else if kind == 1 {
        Shape::Rect { w: x, h: y + x }
    } else {
        Shape::Point
    };
    let larger = shape.scaled(x);
    larger.area() * y + shape.area()
}

#[test]
fn built_and_passed() {
    let (x, y) = (1.3, 0.7);
    for kind in 0..3 {
        check_grad!([x, y] built(*x, *y, kind));
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Valve {
    Open(f64),
    Closing { from: f64, rate: f64 },
    Shut,
}

#[differentiate]
fn simulated(opening: f64, rate: f64, steps: usize) -> f64 {
    let mut valve = Valve::Open(opening);
    let mut level = 1.0;
    for step in 0..steps {
        level -= match &valve {
            Valve::Open(o) => 0.1 * o * level,
            Valve::Closing { from, rate } => 0.1 * from * rate * level,
            Valve::Shut => 0.0,
        };
        valve = match valve {
            Valve::Open(o) if step == 2 => Valve::Closing {
                from: o * level,
                rate,
            },
            Valve::Closing { from, rate } if step < 6 => Valve::Closing {
                from: 0.5 * from,
                rate,
            },
            Valve::Closing { .. } => Valve::Shut,
            other => other,
        };
    }
    level
}

#[test]
fn a_state_machine() {
    let (opening, rate) = (0.9, 0.6);
    for steps in [0, 1, 3, 5, 9] {
        check_grad!([opening, rate] simulated(*opening, *rate, steps));
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Term {
    Constant(f64),
    Input,
    Sum(Box<Term>, Box<Term>),
    Product(Box<Term>, Box<Term>),
}

#[differentiate]
fn evaluated(term: &Term, x: f64) -> f64 {
    match term {
        Term::Constant(c) => *c,
        Term::Input => x,
        Term::Sum(a, b) => evaluated(a, x) + evaluated(b, x),
        Term::Product(a, b) => evaluated(a, x) * evaluated(b, x),
    }
}

#[test]
fn a_tree_of_boxes() {
    let constant = |c| Box::new(Term::Constant(c));
    let input = || Box::new(Term::Input);
    let square = Term::Product(input(), input());
    let term = Term::Sum(
        Box::new(Term::Product(constant(3.0), Box::new(square))),
        constant(0.5),
    );
    let x = 1.7;
    check_grad!([term, x] evaluated(term, *x));
    assert_near(&evaluated::grad(&term, x).1, &(6.0 * x), 1e-12);
}

#[derive(Clone, Debug, Differentiable)]
enum Factor {
    Power { base: f64, exponent: i32 },
    Root(f64, i32),
}

#[derive(Clone, Debug, Differentiable)]
struct Product {
    order: i32,
    terms: Vec<Factor>,
}

#[differentiate]
fn powers(series: &Product, x: f64) -> f64 {
    let mut sum = x.powi(series.order);
    for term in &series.terms {
        sum += match term {
            Factor::Power { base, exponent } => (base * x).powi(*exponent),
            Factor::Root(of, n) => of.powi(-*n + series.order),
        };
    }
    sum
}

#[test]
fn exponents_that_are_fields() {
    let terms = vec![
        Factor::Power {
            base: 0.7,
            exponent: 3,
        },
        Factor::Root(1.3, 2),
    ];
    let (series, x) = (Product { order: 4, terms }, 0.9);
    check_grad!([series, x] powers(series, *x));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Form {
    Nothing,
    One(f64),
    Named { a: f64, b: f64 },
}

#[differentiate]
fn replaced(form: &mut Form, x: f64) -> f64 {
    let before = match &*form {
        Form::One(v) => v * x,
        Form::Named { a, b } => a * b,
        Form::Nothing => x,
    };
    if x > 0.0 {
        *form = Form::One(x * x);
    }
    before
}

#[differentiate]
fn lent(x: f64, form: Form) -> f64 {
    let mut form = form;
    let first = replaced(&mut form, x);
    let second = replaced(&mut form, 0.5 * x);
    first * second
}

/// What is assigned has no derivative, and nothing is read of a variant.
#[differentiate]
fn forgotten(x: f64, mut form: Form, y: f64) -> f64 {
    form = Form::One(1.5);
    let t = if let Form::Nothing = &mut form {
        y
    } else {
        1.5
    };
    t * x + y
}

#[differentiate(wrt(x))]
fn outside(x: f64, form: &Form) -> f64 {
    let larger = if let Form::Named { a, b } = &(*form) {
        (*a * *b).exp()
    } else {
        x
    };
    let chained = if x > 0.1
        && let Form::One(v) = &(*form)
        && *v > 0.5
    {
        *v * x
    } else {
        x
    };
    x * larger + chained.sin()
}

#[test]
fn variables_that_become_another_variant() {
    let y = 0.4;
    for form in [
        Form::Nothing,
        Form::One(0.7),
        Form::Named { a: 1.0, b: 2.0 },
    ] {
        for x in [0.8, -0.8] {
            check_grad!([x, form] lent(*x, form.clone()));
            check_grad!([x] outside(*x, &form));
        }
        let x = 0.8;
        check_grad!([x, form, y] forgotten(*x, form.clone(), *y));
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Rate {
    Fixed(f64),
    Of { list: Vec<f64>, at: usize },
}

#[differentiate]
fn matched_in_conditions(x: f64, rate: Rate) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        let larger = (0..2)
            .map(|j| match rate {
                Rate::Fixed(r) => r * j as f64,
                Rate::Of { at, .. } => x * at as f64,
            })
            .sum::<f64>()
            > 0.5;
        if larger {
            sum += x;
        }
        sum += match &rate {
            Rate::Fixed(r) => r * x,
            Rate::Of { list, at } => list[*at] * list[i] * x,
        };
    }
    sum
}

#[test]
fn what_is_matched_stays() {
    let x = 0.7;
    let list = vec![0.3, 1.2, 0.9];
    for rate in [Rate::Fixed(0.8), Rate::Of { list, at: 1 }] {
        check_grad!([x, rate] matched_in_conditions(*x, rate.clone()));
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Phase {
    Early(f64),
    Late { a: f64, b: f64 },
    Over,
}

#[differentiate]
fn following(phase: &Phase, x: f64) -> Phase {
    match phase {
        Phase::Early(a) => Phase::Late { a: a * x, b: *a },
        Phase::Late { a, b } if *a < 1.0 => Phase::Early(a * b + x),
        Phase::Late { .. } => Phase::Over,
        Phase::Over => Phase::Over,
    }
}

#[differentiate]
fn energy(phase: &Phase) -> f64 {
    match phase {
        Phase::Early(a) => a * a,
        Phase::Late { a, b } => a * b.sin(),
        Phase::Over => 0.5,
    }
}

/// The function itself does not look at the variants.
#[differentiate]
fn phases(start: &Phase, x: f64, n: usize) -> f64 {
    let mut phase = start.clone();
    let mut sum = 0.0;
    for _ in 0..n {
        phase = following(&phase, x);
        sum += energy(&phase) * x;
    }
    sum + energy(&phase)
}

#[differentiate]
fn advance(phase: &mut Phase, x: f64) {
    *phase = following(phase, x);
}

#[differentiate]
fn advanced(start: &Phase, x: f64, n: usize) -> f64 {
    let mut phase = start.clone();
    for _ in 0..n {
        advance(&mut phase, x);
    }
    energy(&phase) * x
}

#[test]
fn variants_that_calls_give() {
    let x = 0.7;
    for start in [
        Phase::Early(1.3),
        Phase::Late { a: 1.4, b: 0.2 },
        Phase::Over,
    ] {
        for n in [0, 1, 2, 5] {
            check_grad!([start, x] phases(start, *x, n));
            check_grad!([start, x] advanced(start, *x, n));
        }
    }
}

/// What is from before a loop is given away in any of its iterations.
#[differentiate]
fn first_to_last(first: Shape, k: f64, n: usize) -> Shape {
    let larger = first.scaled(k);
    for i in 0..3 {
        if i == n {
            return larger;
        }
        if k < 0.0 {
            return first;
        }
    }
    Shape::Circle(k * k)
}

#[differentiate]
fn at_once(first: Shape, n: usize) -> Shape {
    for _ in 0..n {
        return first;
    }
    Shape::Point
}

#[differentiate]
fn of_first_to_last(r: f64, k: f64, n: usize) -> f64 {
    let given = at_once(Shape::Circle(r), n).area();
    given + first_to_last(Shape::Rect { w: r, h: r * k }, k, n).area()
}

#[test]
fn given_away_in_loops() {
    for (k, n) in [(0.7, 0), (0.7, 2), (0.7, 9), (-0.7, 1)] {
        let r = 1.3;
        check_grad!([r, k] of_first_to_last(*r, *k, n));
    }
}
