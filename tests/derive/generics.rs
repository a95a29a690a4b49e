//! Parameters of the struct: types, constants, lifetimes, bounds.

use super::{leaves, numbered, paths};
use chainrule::prelude::*;
use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::Mul;

#[derive(Clone, Differentiable)]
struct Linear<T: Float, const IN: usize, const OUT: usize = 2> {
    w: Matrix<IN, OUT, T>,
    b: Vector<OUT, T>,
}

#[test]
fn floats_and_dimensions() {
    fn check<T: Float>() {
        let layer: Linear<T, 3> = Linear {
            w: Matrix::zeros([3, 2]),
            b: Vector::zeros([2]),
        };
        let gradient = numbered(layer.zero_tangent());
        assert_eq!(gradient.b.as_slice(), [T::lit(7.0), T::lit(8.0)]);
        let mut updated = layer.clone();
        Sgd::new(1.0).step(&mut updated, &gradient);
        assert_eq!(updated.b, -&gradient.b);
        assert_eq!(gradient, gradient.clone());
    }
    check::<f32>();
    check::<f64>();
}

#[derive(Clone, Differentiable)]
struct Sequential<A, B>(A, B)
where
    A: Clone,
    B: Clone;

#[test]
fn generic_layers_compose() {
    let linear = || Linear::<f32, 1, 1> {
        w: Matrix::zeros([1, 1]),
        b: Vector::zeros([1]),
    };
    let net = Sequential(linear(), Sequential(1.0_f64, linear()));
    assert_eq!(paths(net.clone()), ["0.w", "0.b", "1.0", "1.1.w", "1.1.b"]);
    let gradient = numbered(net.zero_tangent());
    assert_eq!(gradient.1.0, 3.0);
    assert_eq!(gradient, gradient.clone());
}

trait Module: Clone {
    type Weight: Clone;
}

/// Is not `Differentiable` itself, only its weights are.
#[derive(Clone)]
struct Dense;

impl Module for Dense {
    type Weight = Vector<2, f64>;
}

#[derive(Clone, Differentiable)]
struct Weights<M: Module> {
    w: M::Weight,
    same: <M as Module>::Weight,
}

#[test]
fn types_named_through_a_parameter_are_what_is_bounded() {
    let weights = Weights::<Dense> {
        w: Vector::from([1.0, 2.0]),
        same: Vector::from([3.0, 4.0]),
    };
    assert_eq!(weights.zero_tangent(), weights.zero_tangent());
    assert_eq!(paths(weights), ["w", "same"]);
}

/// Is neither `Differentiable` nor `Debug`.
#[derive(Clone)]
struct Marker;

#[derive(Clone, Differentiable)]
struct Tagged<'a, T: Float, K: 'a, L = Marker>
where
    L: Clone,
    &'a K: Sized,
{
    w: T,
    name: &'a str,
    kind: PhantomData<&'a K>,
    #[differentiable(skip)]
    extra: L,
}

#[test]
fn parameters_of_fields_left_out_are_no_parameters_of_the_tangent() {
    let name = String::from("borrowed");
    let tagged: Tagged<'_, f64, Marker> = Tagged {
        w: 1.0,
        name: &name,
        kind: PhantomData,
        extra: Marker,
    };
    let gradient = tagged.zero_tangent();
    assert_eq!((tagged.name, tagged.kind), ("borrowed", PhantomData));
    let Marker = tagged.extra;
    drop(name);
    // The same type for all names and kinds.
    let same: <Tagged<'static, f64, String, u8> as Differentiable>::Tangent = gradient;
    assert_eq!(format!("{same:?}"), "TaggedTangent { w: 0.0 }");
}

/// `K` stands in a bound on `T` only.
#[derive(Clone, Differentiable)]
struct Scaled<T: Float + Mul<K, Output = T>, K> {
    w: T,
    marker: PhantomData<K>,
    other: [T; 2],
}

#[derive(Clone, Differentiable)]
struct ScaledTuple<T, K>(T, PhantomData<K>)
where
    T: Float + Mul<K, Output = T>;

#[test]
fn parameters_that_only_bounds_mention_are_kept() {
    let scaled = Scaled::<f32, f32> {
        w: 1.0,
        marker: PhantomData,
        other: [2.0, 3.0],
    };
    let gradient = numbered(scaled.zero_tangent());
    assert_eq!((gradient.w, gradient.other), (1.0, [2.0, 3.0]));
    assert_eq!(gradient, gradient.clone());
    assert_eq!(scaled.marker, PhantomData);
    assert_eq!(paths(scaled), ["w", "other"]);

    let tuple = ScaledTuple::<f64, f64>(1.0, PhantomData);
    let gradient = numbered(tuple.zero_tangent());
    assert_eq!(format!("{gradient:?}"), "ScaledTupleTangent(1.0)");
    assert_eq!(tuple.1, PhantomData);
    assert_eq!(paths(tuple), ["0"]);
}

#[derive(Clone, Differentiable)]
struct Rose<T: Display + Clone> {
    weight: T,
    children: Vec<Self>,
    pair: Option<Box<(Self, Self)>>,
}

#[test]
fn generic_recursion() {
    let leaf = |weight| Rose::<f64> {
        weight,
        children: Vec::new(),
        pair: None,
    };
    let mut rose = leaf(1.0);
    rose.children.push(leaf(2.0));
    rose.pair = Some(Box::new((leaf(3.0), leaf(4.0))));
    let gradient = numbered(rose.zero_tangent());
    assert_eq!(gradient.pair.as_ref().map(|pair| pair.1.weight), Some(4.0));
    assert_eq!(gradient, gradient.clone());
    let found: Vec<f64> = leaves(rose).into_iter().map(|leaf| leaf.1[0]).collect();
    assert_eq!(found, [1.0, 2.0, 3.0, 4.0]);
}

/// Its tangent cannot be compared.
#[derive(Clone, Debug)]
struct Opaque(f64);

impl Differentiable for Opaque {
    type Tangent = Opaque;

    fn zero_tangent(&self) -> Opaque {
        Opaque(0.0)
    }

    fn visit<V: chainrule::LeafVisitor>(&mut self, tangent: &Opaque, visitor: &mut V) {
        self.0.visit(&tangent.0, visitor);
    }
}

impl Tangent for Opaque {
    fn read_leaves<V: chainrule::LeafReader>(&self, reader: &mut V) {
        self.0.read_leaves(reader);
    }

    fn write_leaves<V: chainrule::LeafWriter>(&mut self, writer: &mut V) {
        self.0.write_leaves(writer);
    }
}

#[test]
fn only_comparing_a_generic_tangent_asks_for_comparable_components() {
    let net = Sequential(Opaque(1.0), 2.0);
    let gradient = numbered(net.zero_tangent());
    assert_eq!((gradient.0.0, gradient.1), (1.0, 2.0));
}

#[derive(Clone, Differentiable)]
enum Either<A, B> {
    Left(A),
    Right { inner: B },
    Both(A, B),
}

/// `K` stands in a bound only; `L` and the lifetime in fields that are left out.
#[derive(Clone, Differentiable)]
enum Chosen<'a, T, K, L, const N: usize>
where
    T: Float + Mul<K, Output = T>,
    L: Clone,
{
    Nothing,
    Name(&'a str, PhantomData<K>),
    Weights([T; N], usize, Vec<T>),
    Extra {
        #[differentiable(skip)]
        extra: L,
        w: T,
    },
}

#[derive(Clone, Differentiable)]
enum Projected<M: Module> {
    Weight { w: M::Weight },
    Pair(<M as Module>::Weight, f64),
}

#[test]
fn generic_enums() {
    let both: Either<f64, Either<f32, Opaque>> =
        Either::Both(1.0, Either::Right { inner: Opaque(2.0) });
    assert_eq!(paths(both.clone()), ["Both.0", "Both.1.Right.inner"]);
    let gradient = numbered(both.zero_tangent());
    assert_eq!(
        format!("{gradient:?}"),
        "Both(1.0, Right { inner: Opaque(2.0) })"
    );
    let left: Either<f64, f64> = Either::Left(1.0);
    assert_eq!(left.zero_tangent(), left.zero_tangent());

    let weight = Projected::<Dense>::Weight {
        w: Vector::from([1.0, 2.0]),
    };
    let pair = Projected::<Dense>::Pair(Vector::from([1.0, 2.0]), 3.0);
    assert_ne!(weight.zero_tangent(), pair.zero_tangent());
    assert_eq!(paths(pair), ["Pair.0", "Pair.1"]);
    assert_eq!(paths(weight), ["Weight.w"]);
}

#[test]
fn parameters_of_enums_that_only_bounds_or_left_out_fields_mention() {
    let name = String::from("borrowed");
    let values: [Chosen<'_, f64, f64, Marker, 2>; 4] = [
        Chosen::Nothing,
        Chosen::Name(&name, PhantomData),
        Chosen::Weights([1.0, 2.0], 3, vec![5.0]),
        Chosen::Extra {
            extra: Marker,
            w: 4.0,
        },
    ];
    let found: Vec<String> = values.iter().cloned().flat_map(paths).collect();
    assert_eq!(found, ["Weights.0", "Weights.2", "Extra.w"]);
    let [_, borrowed, weights, extra] = &values;
    assert!(matches!(weights, Chosen::Weights(_, 3, _)));
    assert!(matches!(borrowed, Chosen::Name("borrowed", PhantomData)));
    assert!(matches!(extra, Chosen::Extra { extra: Marker, .. }));
    let gradients = values.map(|value| value.zero_tangent());
    drop(name);
    // The same type for all names and extras.
    let same: [<Chosen<'static, f64, f64, String, 2> as Differentiable>::Tangent; 4] = gradients;
    let shown = same.clone().map(|gradient| format!("{gradient:?}"));
    assert_eq!(
        shown,
        [
            "Nothing",
            "Name",
            "Weights([0.0, 0.0], [0.0])",
            "Extra { w: 0.0 }"
        ]
    );
    assert_eq!(same, same.clone());
}

/// As above, in named fields of which one has the marker's name.
#[derive(Clone, Differentiable)]
enum ScaledChoice<T: Float + Mul<K, Output = T>, K> {
    Kind(PhantomData<K>),
    Named { w: T, marker: f64 },
}

#[test]
fn the_marker_stands_beside_named_components() {
    let values = [
        ScaledChoice::<f64, f64>::Kind(PhantomData),
        ScaledChoice::Named {
            w: 1.0,
            marker: 2.0,
        },
    ];
    let gradient = numbered(values.zero_tangent());
    assert_eq!(
        format!("{gradient:?}"),
        "[Kind, Named { w: 1.0, marker: 2.0 }]"
    );
    assert_eq!(gradient, gradient.clone());
    let [kind, named] = values;
    assert!(matches!(kind, ScaledChoice::Kind(PhantomData)));
    assert_eq!(paths(named), ["Named.w", "Named.marker"]);
}
