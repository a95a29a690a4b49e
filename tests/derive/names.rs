//! Names and visibilities that the user chose.

use super::paths;
use chainrule::prelude::*;

/// A type of the user's with the name that the tangent would have.
#[derive(Clone, Differentiable)]
struct NetTangent {
    x: f64,
}

#[derive(Clone, Differentiable)]
struct Net {
    own: NetTangent,
    r#type: f64,
    marker: f64,
    visitor: f64,
    tangent: f64,
}

#[test]
fn the_tangent_takes_no_name_that_the_struct_uses() {
    let net = Net {
        own: NetTangent { x: 1.0 },
        r#type: 2.0,
        marker: 3.0,
        visitor: 4.0,
        tangent: 5.0,
    };
    let gradient = net.zero_tangent();
    assert_eq!((gradient.own.x, gradient.r#type), (0.0, 0.0));
    assert_eq!(
        paths(net),
        ["own.x", "type", "marker", "visitor", "tangent"]
    );
}

#[allow(non_camel_case_types, non_upper_case_globals, dead_code)]
mod shadows {
    pub(super) struct tangent;
    pub(super) struct visitor;
    pub(super) struct reader;
    pub(super) const writer: u8 = 0;
    pub(super) const other: u8 = 0;
}

#[test]
fn constants_and_parameters_do_not_meet_generated_names() {
    #[allow(unused_imports)]
    use shadows::*;

    #[derive(Clone, Differentiable)]
    struct Same<V, T, P>(V, T, P);

    assert_eq!(paths(Same(1.0, 2.0, 3.0)), ["0", "1", "2"]);
}

#[allow(non_camel_case_types, non_snake_case)]
#[derive(Clone, Differentiable)]
struct r#struct {
    W: f64,
}

#[test]
fn raw_and_unusual_names() {
    let gradient = r#struct { W: 1.0 }.zero_tangent();
    assert_eq!(format!("{gradient:?}"), "structTangent { W: 0.0 }");
}

macro_rules! layers {
    ($($name:ident: $ty:ty { $($field:ident),* })*) => {$(
        #[derive(Clone, Differentiable)]
        struct $name {
            $($field: $ty,)*
            bias: $crate::names::Alias,
        }
    )*};
}
type Alias = f64;
layers! {
    One: f64 { a }
    Two: Vec<f32> { a, b }
}

#[test]
fn structs_written_by_a_macro() {
    let one = One { a: 1.0, bias: 2.0 };
    assert_eq!(one.zero_tangent().bias, 0.0);
    assert_eq!(paths(one), ["a", "bias"]);
    let two = Two {
        a: vec![1.0],
        b: vec![],
        bias: 0.0,
    };
    assert_eq!(two.zero_tangent().a, [0.0]);
    assert_eq!(paths(two), ["a", "b", "bias"]);
}

macro_rules! choices {
    ($($name:ident: $ty:ty { $($variant:ident $field:ident),* })*) => {$(
        #[derive(Clone, Differentiable)]
        enum $name {
            $($variant { $field: $ty, own: f64 },)*
            Bias($crate::names::Alias, $ty),
        }
    )*};
}
choices! {
    Either: Vec<f32> { Left x, Right own_x }
}

#[test]
fn enums_written_by_a_macro() {
    let values = [
        Either::Left {
            x: vec![1.0],
            own: 2.0,
        },
        Either::Right {
            own_x: vec![3.0],
            own: 4.0,
        },
        Either::Bias(5.0, vec![6.0]),
    ];
    let found: Vec<String> = values.iter().cloned().flat_map(paths).collect();
    let expected = [
        "Left.x",
        "Left.own",
        "Right.own_x",
        "Right.own",
        "Bias.0",
        "Bias.1",
    ];
    assert_eq!(found, expected);
    assert_eq!(values.zero_tangent(), values.zero_tangent());
}

mod layer {
    use chainrule::prelude::*;

    #[derive(Clone, Differentiable)]
    pub(super) struct Gate {
        pub(super) open: f64,
        closed: f64,
        pub(in crate::names) half: f64,
    }

    impl Gate {
        pub(super) fn new() -> Self {
            Gate {
                open: 1.0,
                closed: 2.0,
                half: 3.0,
            }
        }

        pub(super) fn closed(gradient: &<Self as Differentiable>::Tangent) -> f64 {
            gradient.closed
        }
    }
}

#[test]
fn components_are_as_visible_as_fields() {
    let gradient = layer::Gate::new().zero_tangent();
    assert_eq!((gradient.open, gradient.half), (0.0, 0.0));
    assert_eq!(layer::Gate::closed(&gradient), 0.0);
}

mod renamed {
    pub(super) use chainrule as ad;
}

#[derive(Clone, Differentiable)]
#[differentiable(crate = renamed::ad)]
struct ThroughPath {
    w: f64,
    #[differentiable(skip)]
    rate: f64,
}

#[derive(Clone, Differentiable)]
#[differentiable(crate = renamed::ad)]
enum ChoiceThroughPath {
    One(f64),
    Other { w: f64 },
}

#[test]
fn the_runtime_may_have_another_path() {
    assert_eq!(paths(ChoiceThroughPath::One(1.0)), ["One.0"]);
    assert_eq!(paths(ChoiceThroughPath::Other { w: 1.0 }), ["Other.w"]);
    let value = ThroughPath { w: 1.0, rate: 2.0 };
    assert_eq!(value.rate, 2.0);
    assert_eq!(paths(value), ["w"]);
}
