//! `#[derive(Differentiable)]`: what the tangent of a type is, and what can be done with it.

use chainrule::prelude::*;
use chainrule::{LeafReader, LeafVisitor, Trainable};
use std::marker::PhantomData;

#[path = "derive/enums.rs"]
mod enums;
#[path = "derive/generics.rs"]
mod generics;
#[path = "derive/names.rs"]
mod names;
#[path = "derive/strict.rs"]
pub mod strict;

#[derive(Clone, Differentiable)]
struct Mlp {
    w: Matrix<2, 3, f64>,
    n: usize,
    b: Vector<3, f64>,
    scale: f64,
}

type MlpGradient = <Mlp as Differentiable>::Tangent;

fn mlp() -> Mlp {
    Mlp {
        w: Matrix::from_fn([2, 3], |[row, column]| (row * 3 + column) as f64),
        n: 7,
        b: Vector::from([1.0, -1.0, 0.5]),
        scale: 2.0,
    }
}

/// Gives the leaves the values 1, 2, 3, .. in the order of the walk.
fn numbered<T: Tangent>(mut tangent: T) -> T {
    struct Count(f64);
    impl chainrule::LeafWriter for Count {
        fn leaf<T: Float>(&mut self, tangents: &mut [T]) {
            for x in tangents {
                self.0 += 1.0;
                *x = T::lit(self.0);
            }
        }
    }
    tangent.write_leaves(&mut Count(0.0));
    tangent
}

/// The leaves in the order of the walk, each under the path of its fields.
fn leaves<P: Differentiable>(mut value: P) -> Vec<(String, Vec<f64>)> {
    #[derive(Default)]
    struct Paths {
        path: Vec<String>,
        leaves: Vec<(String, Vec<f64>)>,
    }
    impl LeafVisitor for Paths {
        fn leaf<T: Float>(&mut self, values: &mut [T], tangents: &[T]) {
            assert_eq!(values.len(), tangents.len());
            let values = values.iter().map(|x| x.to_f64()).collect();
            self.leaves.push((self.path.join("."), values));
        }

        fn enter(&mut self, field: &'static str) {
            self.path.push(field.to_owned());
        }

        fn enter_index(&mut self, index: usize) {
            self.path.push(index.to_string());
        }

        fn leave(&mut self) {
            self.path.pop().expect("a field that was entered");
        }
    }
    let tangent = value.zero_tangent();
    let mut paths = Paths::default();
    value.visit(&tangent, &mut paths);
    assert!(paths.path.is_empty(), "every field entered is left");
    paths.leaves
}

fn paths<P: Differentiable>(value: P) -> Vec<String> {
    leaves(value).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn the_tangent_has_the_names_and_shapes_of_the_fields_with_floats() {
    let MlpGradient { w, b, scale } = mlp().zero_tangent();
    assert_eq!(w, Matrix::<2, 3, f64>::zeros([2, 3]));
    assert_eq!(b, Vector::from([0.0; 3]));
    assert_eq!(scale, 0.0);
}

#[test]
fn leaves_come_in_the_order_of_the_fields() {
    let found = leaves(mlp());
    let expected = [
        ("w", vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
        ("b", vec![1.0, -1.0, 0.5]),
        ("scale", vec![2.0]),
    ];
    assert_eq!(found, expected.map(|(path, leaf)| (path.to_owned(), leaf)));
}

#[derive(Clone, Differentiable)]
struct Pair(Vector<2, f64>, usize, f64);

#[test]
fn a_tuple_struct_keeps_positions_in_paths_and_closes_up_its_fields() {
    type Gradient = <Pair as Differentiable>::Tangent;
    let pair = Pair(Vector::from([1.0, 2.0]), 3, 4.0);
    let gradient = numbered(pair.zero_tangent());
    let expected = Gradient {
        0: Vector::from([1.0, 2.0]),
        1: 3.0,
    };
    assert_eq!(gradient, expected);
    assert_eq!(paths(gradient), ["0", "2"]);
    assert_eq!(pair.1, 3);
    assert_eq!(paths(pair), ["0", "2"]);
}

#[derive(Clone, Differentiable)]
struct LeftOut<'a> {
    count: u32,
    flag: bool,
    letter: char,
    name: String,
    label: &'a str,
    sizes: Vec<usize>,
    pairs: [(i8, bool); 2],
    maybe: Option<Box<u64>>,
    activation: fn(f64) -> f64,
    kind: PhantomData<f64>,
    #[differentiable(skip)]
    momentum: f64,
    #[differentiable(skip)]
    other: std::rc::Rc<f64>,
    w: f64,
}

#[test]
fn fields_without_floats_and_skipped_fields_are_left_out() {
    let label = String::from("short-lived");
    let value = LeftOut {
        count: 1,
        flag: true,
        letter: 'x',
        name: "name".to_owned(),
        label: &label,
        sizes: vec![1],
        pairs: [(1, false); 2],
        maybe: Some(Box::new(1)),
        activation: f64::sin,
        kind: PhantomData,
        momentum: 0.9,
        other: std::rc::Rc::new(1.0),
        w: 1.0,
    };
    // No lifetime: the tangent has none of the fields that borrow.
    let gradient: <LeftOut<'static> as Differentiable>::Tangent = value.zero_tangent();
    assert_eq!(format!("{gradient:?}"), "LeftOutTangent { w: 0.0 }");
    let mut updated = value.clone();
    Sgd::new(0.5).step(&mut updated, &numbered(gradient));
    assert_eq!(updated.w, 0.5);
    assert_eq!(updated.momentum, 0.9);
    assert_eq!(updated.other, value.other);
    assert_eq!((updated.activation)(0.0), 0.0);
    assert!(updated.flag && updated.letter == 'x' && updated.name == "name");
    assert_eq!(
        (updated.count, updated.label, updated.sizes),
        (1, "short-lived", vec![1])
    );
    assert_eq!((updated.pairs, updated.kind), (value.pairs, value.kind));
    assert_eq!(updated.maybe, value.maybe);
}

#[derive(Clone, Differentiable)]
struct Unit;

#[derive(Clone, Differentiable)]
struct Empty {}

#[derive(Clone, Differentiable)]
struct EmptyTuple();

#[derive(Clone, Differentiable)]
struct AllSkipped {
    #[differentiable(skip)]
    rate: f64,
    n: usize,
}

#[test]
fn a_struct_without_components_has_an_empty_tangent() {
    fn is_empty<P: Trainable>(value: P) {
        assert!(paths(value.clone()).is_empty());
        let tangent = value.zero_tangent();
        assert_eq!(global_norm(&tangent), 0.0);
    }
    is_empty(Unit);
    is_empty(Empty {});
    is_empty(EmptyTuple());
    let all_skipped = AllSkipped { rate: 0.1, n: 3 };
    assert_eq!((all_skipped.rate, all_skipped.n), (0.1, 3));
    is_empty(all_skipped);
    assert_eq!(format!("{:?}", Unit.zero_tangent()), "UnitTangent");
    assert_eq!(Unit.zero_tangent(), Unit.zero_tangent());
}

#[derive(Clone, Differentiable)]
struct Block {
    layers: Vec<Pair>,
    gates: [Pair; 2],
    residual: Option<Box<Mlp>>,
    mixed: (f64, usize, [f32; 2]),
}

#[test]
fn structs_nest_through_containers() {
    let pair = |x: f64| Pair(Vector::from([x, x]), 1, x);
    let mut block = Block {
        layers: vec![pair(1.0), pair(2.0)],
        gates: [pair(3.0), pair(4.0)],
        residual: Some(Box::new(mlp())),
        mixed: (5.0, 6, [7.0, 8.0]),
    };
    let expected = [
        "layers.0.0",
        "layers.0.2",
        "layers.1.0",
        "layers.1.2",
        "gates.0.0",
        "gates.0.2",
        "gates.1.0",
        "gates.1.2",
        "residual.w",
        "residual.b",
        "residual.scale",
        "mixed.0",
        "mixed.2",
    ];
    assert_eq!(paths(block.clone()), expected);
    let gradient = numbered(block.zero_tangent());
    assert_eq!(gradient.layers[1].1, 6.0);
    assert_eq!(gradient.residual.as_ref().map(|mlp| mlp.scale), Some(22.0));
    assert_eq!(gradient.mixed, (23.0, (), [24.0, 25.0]));
    Sgd::new(1.0).step(&mut block, &gradient);
    assert_eq!(block.layers[1].2, 2.0 - 6.0);
    assert_eq!(block.mixed, (5.0 - 23.0, 6, [7.0 - 24.0, 8.0 - 25.0]));
    block.residual = None;
    assert_eq!(block.zero_tangent().residual, None);
}

#[derive(Clone, Differentiable)]
struct Tree {
    weight: f64,
    left: Option<Box<Tree>>,
    children: Vec<Self>,
}

#[derive(Clone, Differentiable)]
struct Odd {
    weight: f64,
    next: Option<Box<Even>>,
}

#[derive(Clone, Differentiable)]
struct Even {
    weight: f32,
    next: Vec<Odd>,
}

#[test]
fn recursive_structs_have_recursive_tangents() {
    let leaf = |weight| Tree {
        weight,
        left: None,
        children: Vec::new(),
    };
    let mut tree = leaf(1.0);
    tree.left = Some(Box::new(leaf(2.0)));
    tree.children = vec![leaf(3.0), leaf(4.0)];
    let gradient = numbered(tree.zero_tangent());
    assert_eq!(gradient.left.as_ref().map(|tree| tree.weight), Some(2.0));
    assert_eq!(gradient.children[1].weight, 4.0);
    assert_eq!(gradient, gradient.clone());
    assert_ne!(gradient, tree.zero_tangent());
    Sgd::new(1.0).step(&mut tree, &gradient);
    assert_eq!(leaves(tree).iter().map(|leaf| leaf.1[0]).sum::<f64>(), 0.0);

    let odd = Odd {
        weight: 1.0,
        next: Some(Box::new(Even {
            weight: 2.0,
            next: vec![Odd {
                weight: 3.0,
                next: None,
            }],
        })),
    };
    assert_eq!(
        paths(odd.clone()),
        ["weight", "next.weight", "next.next.0.weight"]
    );
    assert_eq!(odd.zero_tangent(), odd.zero_tangent());
}

#[test]
fn a_tangent_is_its_own_tangent_and_a_vector() {
    fn same<T: Tangent + Differentiable<Tangent = T> + Trainable>(_: &T) {}
    let one = numbered(mlp().zero_tangent());
    same(&one);
    let mut sum = one.clone();
    sum.accumulate(&one);
    assert_eq!(
        sum.w.as_slice(),
        [2.0, 4.0, 6.0, 8.0, 10.0, 12.0],
        "{sum:?}"
    );
    assert_eq!(
        (sum.b.as_slice(), sum.scale),
        (&[14.0, 16.0, 18.0][..], 20.0)
    );
    Sgd::new(1.0).step(&mut sum, &one);
    assert_eq!(sum, one);
    sum.set_zero();
    assert_eq!(sum, one.zero_tangent());
    assert_eq!(sum, mlp().zero_tangent());
}

#[test]
fn norms_and_clipping_run_over_all_leaves() {
    let mut gradient = MlpGradient {
        w: Matrix::zeros([2, 3]),
        b: Vector::from([3.0, 0.0, 0.0]),
        scale: -4.0,
    };
    assert_eq!(global_norm(&gradient), 5.0);
    assert_eq!(clip_by_global_norm(&mut gradient, 2.5), 5.0);
    assert_eq!((gradient.b.as_slice()[0], gradient.scale), (1.5, -2.0));
    clip_by_value(&mut gradient, 1.75);
    assert_eq!((gradient.b.as_slice()[0], gradient.scale), (1.5, -1.75));
}

#[test]
fn reading_shows_what_writing_wrote() {
    struct Read(Vec<f64>);
    impl LeafReader for Read {
        fn leaf<T: Float>(&mut self, tangents: &[T]) {
            self.0.extend(tangents.iter().map(|x| x.to_f64()));
        }
    }
    let mut read = Read(Vec::new());
    numbered(mlp().zero_tangent()).read_leaves(&mut read);
    assert_eq!(read.0, (1..=10).map(f64::from).collect::<Vec<_>>());
}

#[test]
fn optimizers_step_on_a_struct_leaf_by_leaf() {
    let (mut together, mut apart) = (mlp(), mlp());
    let gradient = numbered(together.zero_tangent());
    let mut adam = Adam::new(0.1);
    let (mut adam_w, mut adam_b, mut adam_scale) = (Adam::new(0.1), Adam::new(0.1), Adam::new(0.1));
    for _ in 0..3 {
        adam.step(&mut together, &gradient);
        adam_w.step(&mut apart.w, &gradient.w);
        adam_b.step(&mut apart.b, &gradient.b);
        adam_scale.step(&mut apart.scale, &gradient.scale);
    }
    assert_eq!(leaves(together.clone()), leaves(apart));
    assert_ne!(leaves(together.clone()), leaves(mlp()));
    assert_eq!(together.n, 7);
}

#[test]
fn gradients_of_a_struct_are_checked_field_by_field() {
    // f = scale * sum(b), written out by hand
    let f = |net: &Mlp| net.scale * net.b.sum();
    let net = mlp();
    let mut gradient = net.zero_tangent();
    gradient.b = Vector::from([net.scale; 3]);
    gradient.scale = net.b.sum();
    gradcheck(f, &net, &gradient).unwrap();
    gradient.scale += 1.0;
    let error = gradcheck(f, &net, &gradient).unwrap_err().to_string();
    assert!(error.contains("scale"), "{error}");
}

#[derive(Clone, Differentiable)]
struct Deep {
    net: Mlp,
    gain: f64,
}

#[differentiate(wrt(deep))]
fn loss(deep: &Deep, x: f64) -> f64 {
    let y = (&deep.net.b * x).sum() * deep.net.scale;
    (y - deep.gain).powi(2)
}

#[test]
fn generated_gradients_have_the_structure_of_the_parameters() {
    let mut deep = Deep {
        net: mlp(),
        gain: 3.0,
    };
    let (value, gradient) = loss::value_and_grad(&deep, 2.0);
    // y = 2 * sum(b) * scale = 2, so that dloss/dy = -2
    assert_eq!(value, 1.0);
    assert_eq!(gradient.gain, 2.0);
    assert_eq!(gradient.net.scale, -2.0);
    assert_eq!(gradient.net.b, Vector::from([-8.0; 3]));
    assert_eq!(gradient.net.w, Matrix::<2, 3, f64>::zeros([2, 3]));
    gradcheck(|deep| loss(deep, 2.0), &deep, &gradient).unwrap();
    Sgd::new(1e-3).step(&mut deep, &gradient);
    assert!(loss(&deep, 2.0) < value);
}

#[test]
fn debug_shows_the_components() {
    let gradient = numbered(Pair(Vector::from([0.0; 2]), 0, 0.0).zero_tangent());
    let shown = format!("{gradient:?}");
    assert!(shown.starts_with("PairTangent("), "{shown}");
    assert!(shown.ends_with(", 3.0)"), "{shown}");
    let shown = format!("{:?}", mlp().zero_tangent());
    assert!(shown.starts_with("MlpTangent { w: "), "{shown}");
    assert!(shown.ends_with(", scale: 0.0 }"), "{shown}");
}

#[test]
fn mistakes_are_reported_where_they_stand() {
    trybuild::TestCases::new().compile_fail("ui/derive/*.rs");
}
