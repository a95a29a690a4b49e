//! Enums: a tangent with the same variants.

use super::{leaves, numbered, paths};
use chainrule::prelude::*;
use chainrule::private::{variant_part, variant_part_mut};
use chainrule::{LeafReader, Trainable};
use std::marker::PhantomData;

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Circle(f64),
    Rect { w: f64, h: f64, name: String },
    Poly(usize, Vec<f64>),
    Empty,
}

type ShapeGradient = <Shape as Differentiable>::Tangent;

fn shapes() -> [Shape; 4] {
    [
        Shape::Circle(2.0),
        Shape::Rect {
            w: 3.0,
            h: 4.0,
            name: "door".to_owned(),
        },
        Shape::Poly(2, vec![5.0, 6.0, 7.0]),
        Shape::Empty,
    ]
}

fn panics(f: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f))
        .expect_err("the variants are different");
    panic.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn the_tangent_has_the_same_variants_without_what_carries_no_floats() {
    let [circle, rect, poly, empty] = shapes().map(|shape| shape.zero_tangent());
    assert_eq!(circle, ShapeGradient::Circle(0.0));
    assert_eq!(rect, ShapeGradient::Rect { w: 0.0, h: 0.0 });
    assert_eq!(poly, ShapeGradient::Poly(vec![0.0; 3]));
    assert_eq!(empty, ShapeGradient::Empty);
}

#[test]
fn leaves_stand_under_the_names_of_variant_and_field() {
    assert_eq!(
        shapes().map(leaves),
        [
            vec![("Circle.0".to_owned(), vec![2.0])],
            vec![
                ("Rect.w".to_owned(), vec![3.0]),
                ("Rect.h".to_owned(), vec![4.0])
            ],
            vec![("Poly.1".to_owned(), vec![5.0, 6.0, 7.0])],
            vec![],
        ]
    );
    for shape in shapes() {
        assert_eq!(paths(shape.zero_tangent()), paths(shape));
    }
}

#[test]
fn debug_shows_the_variant_and_its_components() {
    let shown = shapes().map(|shape| format!("{:?}", numbered(shape.zero_tangent())));
    let expected = [
        "Circle(1.0)",
        "Rect { w: 1.0, h: 2.0 }",
        "Poly([1.0, 2.0, 3.0])",
        "Empty",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn tangents_of_one_variant_are_compared_and_those_of_two_differ() {
    let tangents = shapes().map(|shape| numbered(shape.zero_tangent()));
    for (i, one) in tangents.iter().enumerate() {
        for (j, other) in tangents.iter().enumerate() {
            assert_eq!(one == other, i == j, "{one:?} and {other:?}");
        }
        assert_eq!(*one, one.clone());
    }
    let rect = |w, h| ShapeGradient::Rect { w, h };
    assert_ne!(rect(1.0, 2.0), rect(1.0, 3.0));
    assert_ne!(rect(1.0, 2.0), rect(0.0, 2.0));
}

#[test]
fn a_tangent_is_a_vector() {
    struct Read(Vec<f64>);
    impl LeafReader for Read {
        fn leaf<T: Float>(&mut self, tangents: &[T]) {
            self.0.extend(tangents.iter().map(|x| x.to_f64()));
        }
    }
    fn same<T: Tangent + Differentiable<Tangent = T> + Trainable>(_: &T) {}

    for (shape, len) in shapes().into_iter().zip([1, 2, 3, 0]) {
        let zero = shape.zero_tangent();
        same(&zero);
        let one = numbered(zero.clone());
        let mut read = Read(Vec::new());
        one.read_leaves(&mut read);
        let ascending: Vec<f64> = (1..=len).map(f64::from).collect();
        assert_eq!(read.0, ascending);

        let mut sum = one.clone();
        sum.accumulate(&one);
        let mut twice = Read(Vec::new());
        sum.read_leaves(&mut twice);
        assert_eq!(
            twice.0,
            ascending.iter().map(|x| 2.0 * x).collect::<Vec<_>>()
        );
        sum.set_zero();
        assert_eq!(sum, zero);
        assert_eq!(one.zero_tangent(), zero);
    }
    assert_eq!(global_norm(&ShapeGradient::Rect { w: 3.0, h: -4.0 }), 5.0);
}

#[test]
fn a_tangent_of_another_variant_is_refused_by_both_names() {
    let [mut circle, rect, ..] = shapes();
    let message = panics(|| Sgd::new(1.0).step(&mut circle, &rect.zero_tangent()));
    assert_eq!(
        message,
        "visit: a value of `Circle` has a tangent of `Rect`"
    );
    let mut sum = ShapeGradient::Empty;
    let message = panics(|| sum.accumulate(&ShapeGradient::Poly(vec![])));
    assert_eq!(message, "visit: a value of `Empty` has a tangent of `Poly`");
}

#[derive(Clone, Differentiable)]
struct Scene {
    shapes: Vec<Shape>,
    main: Shape,
    other: Option<Box<Shape>>,
    scale: f64,
}

fn scene() -> Scene {
    let [circle, rect, poly, empty] = shapes();
    Scene {
        shapes: vec![rect, empty, poly],
        main: circle,
        other: Some(Box::new(Shape::Circle(8.0))),
        scale: 0.5,
    }
}

#[differentiate]
fn area(shape: &Shape) -> f64 {
    match shape {
        Shape::Circle(r) => 3.0 * r * r,
        Shape::Rect { w, h, .. } => w * h,
        Shape::Poly(at, sides) => sides[*at] * sides[0],
        Shape::Empty => 0.0,
    }
}

fn total(scene: &Scene) -> f64 {
    let other = scene.other.as_deref().map_or(0.0, area);
    scene.scale * (scene.shapes.iter().map(area).sum::<f64>() + area(&scene.main) + other)
}

/// The gradient of `total`, by hand.
fn gradient(scene: &Scene) -> <Scene as Differentiable>::Tangent {
    fn slope(shape: &Shape, by: f64) -> ShapeGradient {
        let mut slope = shape.zero_tangent();
        match (shape, &mut slope) {
            (Shape::Circle(r), ShapeGradient::Circle(dr)) => *dr = by * 6.0 * r,
            (Shape::Rect { w, h, .. }, ShapeGradient::Rect { w: dw, h: dh }) => {
                (*dw, *dh) = (by * h, by * w);
            }
            (Shape::Poly(at, sides), ShapeGradient::Poly(slopes)) => {
                slopes[*at] += by * sides[0];
                slopes[0] += by * sides[*at];
            }
            (_, ShapeGradient::Empty) => {}
            different => panic!("{different:?}"),
        }
        slope
    }
    let mut gradient = scene.zero_tangent();
    gradient.shapes = scene
        .shapes
        .iter()
        .map(|shape| slope(shape, scene.scale))
        .collect();
    gradient.main = slope(&scene.main, scene.scale);
    gradient.other = scene
        .other
        .as_ref()
        .map(|shape| Box::new(slope(shape, scene.scale)));
    gradient.scale = total(scene) / scene.scale;
    gradient
}

#[test]
fn enums_stand_in_structs_and_containers() {
    let mut scene = scene();
    assert_eq!(
        paths(scene.clone()),
        [
            "shapes.0.Rect.w",
            "shapes.0.Rect.h",
            "shapes.2.Poly.1",
            "main.Circle.0",
            "other.Circle.0",
            "scale"
        ]
    );
    let mut found = gradient(&scene);
    gradcheck(total, &scene, &found).unwrap();
    if let ShapeGradient::Rect { h, .. } = &mut found.shapes[0] {
        *h += 1.0;
    }
    let error = gradcheck(total, &scene, &found).unwrap_err().to_string();
    assert!(error.contains("shapes.0.Rect.h"), "{error}");

    let before = total(&scene);
    let (mut sgd, mut adam) = (Sgd::new(1e-3), Adam::new(1e-3));
    let slope = gradient(&scene);
    sgd.step(&mut scene, &slope);
    let between = total(&scene);
    let slope = gradient(&scene);
    adam.step(&mut scene, &slope);
    assert!(before > between && between > total(&scene));
    let Shape::Rect { w, name, .. } = &scene.shapes[0] else {
        panic!("the variant stays");
    };
    assert!((name.as_str(), *w < 3.0) == ("door", true));
}

#[differentiate]
fn areas(shapes: &[Shape], scale: f64) -> f64 {
    let mut sum = 0.0;
    for shape in shapes {
        sum += area(shape) * scale;
    }
    sum
}

#[test]
fn derivatives_go_through_variants() {
    let f = |at: &(Vec<Shape>, f64)| areas(&at.0, at.1);
    let at = (shapes().to_vec(), 0.5);
    let (value, gradient) = areas::value_and_grad(&at.0, at.1);
    assert_eq!(value.to_bits(), f(&at).to_bits());
    gradcheck(f, &at, &gradient).unwrap();

    let mut into = numbered(gradient.clone());
    assert_eq!(areas::value_and_grad_into(&at.0, at.1, &mut into), value);
    assert_eq!(into, gradient);

    let (value, pullback) = area::vjp(&at.0[1]);
    assert_eq!(value, 12.0);
    assert_eq!(pullback(2.0), ShapeGradient::Rect { w: 8.0, h: 6.0 });
    assert_eq!(area::grad(&Shape::Empty), ShapeGradient::Empty);
}

#[test]
fn steps_change_each_field_by_its_component() {
    let mut shapes = shapes();
    for shape in &mut shapes {
        let gradient = numbered(shape.zero_tangent());
        Sgd::new(1.0).step(shape, &gradient);
    }
    let [circle, rect, poly, empty] = shapes;
    assert_eq!(circle, Shape::Circle(1.0));
    let name = "door".to_owned();
    assert_eq!(
        rect,
        Shape::Rect {
            w: 2.0,
            h: 2.0,
            name
        }
    );
    assert_eq!(poly, Shape::Poly(2, vec![4.0, 4.0, 4.0]));
    assert_eq!(empty, Shape::Empty);
}

/// The numbers of `Circle.0`, `Rect.h`, `Poly.1`, `Loop.type`.
const CIRCLE_0: u64 = 0xae53_3967_c8f0_9d6f;
const RECT_H: u64 = 0x501a_abbe_0bb2_d479;
const POLY_1: u64 = 0x8dfa_8359_ddff_686e;
const LOOP_TYPE: u64 = 0xdee8_b1cc_8a59_7ee7;

#[test]
fn components_are_reached_by_number() {
    let [mut circle, mut rect, mut poly, _] = shapes().map(|shape| shape.zero_tangent());
    *variant_part_mut::<CIRCLE_0, _>(&mut circle) += 1.0;
    *variant_part_mut::<RECT_H, _>(&mut rect) += 2.0;
    variant_part_mut::<POLY_1, _>(&mut poly)[2] += 3.0;
    assert_eq!(circle, ShapeGradient::Circle(1.0));
    assert_eq!(rect, ShapeGradient::Rect { w: 0.0, h: 2.0 });
    assert_eq!(poly, ShapeGradient::Poly(vec![0.0, 0.0, 3.0]));
    assert_eq!(*variant_part::<RECT_H, _>(&rect), 2.0);
    let message = panics(|| {
        let _: &f64 = variant_part::<CIRCLE_0, _>(&rect);
    });
    assert_eq!(
        message,
        "the cotangent of `Circle` is of another variant, `Rect`"
    );
    let message = panics(|| *variant_part_mut::<RECT_H, _>(&mut poly) = 1.0);
    assert_eq!(
        message,
        "the cotangent of `Rect` is of another variant, `Poly`"
    );
}

#[derive(Clone, Differentiable)]
enum Never {}

#[derive(Clone, Differentiable)]
enum Only {
    One {
        x: f64,
        #[differentiable(skip)]
        rate: f64,
    },
}

/// Variants without components, of each style.
#[derive(Clone, Differentiable)]
enum Bare {
    Unit,
    Tuple(),
    Named {},
    Skipped(#[differentiable(skip)] f64, usize),
    SkippedNamed {
        #[differentiable(skip)]
        rate: f64,
        kind: PhantomData<f64>,
    },
}

#[test]
fn enums_of_no_and_of_one_variant() {
    fn is_trainable<P: Trainable + Differentiable<Tangent: Trainable + PartialEq>>() {}
    is_trainable::<Never>();
    let nothing: Option<Never> = None;
    assert_eq!(nothing.zero_tangent(), None);

    let mut one = Only::One { x: 1.0, rate: 0.1 };
    let gradient = numbered(one.zero_tangent());
    assert_eq!(format!("{gradient:?}"), "One { x: 1.0 }");
    assert_eq!(gradient, gradient.clone());
    assert_ne!(gradient, one.zero_tangent());
    Sgd::new(1.0).step(&mut one, &gradient);
    let Only::One { x, rate } = one;
    assert_eq!((x, rate), (0.0, 0.1));
}

#[test]
fn variants_without_components_keep_their_style() {
    type Gradient = <Bare as Differentiable>::Tangent;
    let values = [
        Bare::Unit,
        Bare::Tuple(),
        Bare::Named {},
        Bare::Skipped(1.0, 2),
        Bare::SkippedNamed {
            rate: 3.0,
            kind: PhantomData,
        },
    ];
    let expected = [
        Gradient::Unit,
        Gradient::Tuple(),
        Gradient::Named {},
        Gradient::Skipped(),
        Gradient::SkippedNamed {},
    ];
    let tangents = values.each_ref().map(Bare::zero_tangent);
    assert_eq!(tangents, expected);
    assert_eq!(tangents.map(|tangent| global_norm(&tangent)), [0.0; 5]);
    let kept = values.map(|value| {
        assert!(leaves(value.clone()).is_empty());
        match value {
            Bare::Skipped(rate, count) => (rate, count),
            Bare::SkippedNamed { rate, kind } => (rate, size_of_val(&kind)),
            _ => (0.0, 0),
        }
    });
    assert_eq!(kept[3..], [(1.0, 2), (3.0, 0)]);
}

/// Names that generated code uses, too.
#[allow(clippy::enum_variant_names)]
#[derive(Clone, Differentiable)]
enum Names {
    Tangent(f64),
    Part(f64),
    Self_ { value0: f64, tangent: f64 },
    r#Loop { r#type: f64 },
    NamesTangent,
}

#[test]
fn the_names_of_variants_are_free() {
    let values = [
        Names::Tangent(1.0),
        Names::Part(2.0),
        Names::Self_ {
            value0: 3.0,
            tangent: 4.0,
        },
        Names::Loop { r#type: 5.0 },
        Names::NamesTangent,
    ];
    let paths: Vec<String> = values.iter().cloned().flat_map(paths).collect();
    assert_eq!(
        paths,
        [
            "Tangent.0",
            "Part.0",
            "Self_.value0",
            "Self_.tangent",
            "Loop.type"
        ]
    );
    let mut gradient = values[3].zero_tangent();
    *variant_part_mut::<LOOP_TYPE, _>(&mut gradient) = 6.0;
    assert_eq!(format!("{gradient:?}"), "Loop { type: 6.0 }");
    assert_eq!(values[4].zero_tangent(), values[4].zero_tangent());
}

/// Discriminants and representation stay with the enum.
#[derive(Clone, Copy, Differentiable)]
#[repr(u8)]
enum Coded {
    Off = 3,
    On(f32) = 7,
}

#[test]
fn values_of_mixed_precision_and_with_discriminants() {
    let gradient = numbered([Coded::Off, Coded::On(1.0)].zero_tangent());
    assert_eq!(format!("{gradient:?}"), "[Off, On(1.0)]");
}

#[derive(Clone, Differentiable)]
enum Tree {
    Leaf(f64),
    Node(Box<Tree>, Box<Self>),
    Many { trees: Vec<Tree> },
}

#[test]
fn recursive_enums_have_recursive_tangents() {
    let leaf = |x| Box::new(Tree::Leaf(x));
    let mut tree = Tree::Node(
        leaf(1.0),
        Box::new(Tree::Many {
            trees: vec![Tree::Leaf(2.0), Tree::Node(leaf(3.0), leaf(4.0))],
        }),
    );
    let gradient = numbered(tree.zero_tangent());
    assert_eq!(
        format!("{gradient:?}"),
        "Node(Leaf(1.0), Many { trees: [Leaf(2.0), Node(Leaf(3.0), Leaf(4.0))] })"
    );
    Sgd::new(1.0).step(&mut tree, &gradient);
    let left: Vec<f64> = leaves(tree).into_iter().flat_map(|leaf| leaf.1).collect();
    assert_eq!(left, [0.0; 4]);
}
