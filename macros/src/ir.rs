//! The one representation between parsing and emitting: single assignment, structured regions, a span on every value.
//!
//! A [`Value`] is defined once, by the node that stands in the [`Graph`] or by the statement that lists it as a result.
//! The backward sweep is made of the same nodes and may name any value of the forward sweep; how such a value is made
//! available there (still alive, computed again, or kept) is decided in `plan`, not here.

pub(crate) mod display;
mod statement;
mod types;

use crate::rules::Row;
use proc_macro2::{Span, TokenStream};
use std::collections::{HashMap, HashSet};

pub(crate) use statement::{Call, Callee, Head, If, Lent, Loop, Region, Stmt};
pub(crate) use types::{FloatTy, Ty};

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Value(pub(crate) u32);

#[derive(Clone, Debug)]
pub(crate) enum Projection {
    Field(syn::Member),
    Index(Value),
    /// What a `Box` holds.
    Unboxed,
    /// A field of the variant that an enum is known to be.
    Variant(Box<VariantField>),
}

#[derive(Clone, Debug)]
pub(crate) struct VariantField {
    pub(crate) path: syn::Path,
    pub(crate) member: syn::Member,
}

/// Rust as the user wrote it, for what carries no derivative: the names in it that stand for values of the graph.
#[derive(Clone, Debug)]
pub(crate) struct Snippet {
    pub(crate) tokens: TokenStream,
    pub(crate) uses: Vec<(String, Value)>,
    /// Whether writing the tokens a second time is as good as keeping their result.
    pub(crate) repeatable: bool,
}

impl Snippet {
    /// The tokens without spaces, which rustc and others print differently.
    pub(crate) fn text(&self) -> String {
        let mut text = self.tokens.to_string();
        text.retain(|c| !c.is_whitespace());
        text
    }

    /// The list whose length this is, `list.len()`, if it is no more than that.
    pub(crate) fn length_of(&self) -> Option<Value> {
        match &self.uses[..] {
            [(name, list)] if self.text() == format!("{}.len()", crate::parse::plain(name)) => {
                Some(*list)
            }
            _ => None,
        }
    }
}

/// A struct that is built: `Point { x, y }` or `Pair(a, b)`.
#[derive(Clone, Debug)]
pub(crate) struct Construction {
    pub(crate) path: syn::Path,
    /// Whether this is a variant of an enum.
    pub(crate) is_variant: bool,
    pub(crate) fields: Vec<(syn::Member, Value)>,
    /// What the other fields are taken from.
    pub(crate) rest: Option<Value>,
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Param(usize),
    /// Defined by the statement that lists it.
    Result,
    Literal(String),
    /// A row of the rule table applied to its operands.
    Row(&'static Row, Vec<Value>),
    /// A part of a struct, tuple or list.
    Project(Value, Projection),
    Tuple(Vec<Value>),
    Array(Vec<Value>),
    Vec(Vec<Value>),
    /// A list of so many times the same: an array, or a `Vec`.
    Repeat {
        element: Value,
        count: Value,
        in_vec: bool,
    },
    Struct(Construction),
    Ref(Value),
    Deref(Value),
    Cast(Value),
    /// `Box::new(x)`
    Boxed(Value),
    Rust(Snippet),
    /// A variable that changes in place, with what it holds at first.
    Cell(Value),
    /// What a cell, or a part of one, holds at this point.
    Load(Value),
    /// The length of an array, which only rustc knows.
    Length(Option<Value>),
    /// What a list holds at this point, as an array of a length.
    Fixed(Value, Value),
    /// The sum of a value over the leading axes that the second one lacks: the adjoint of broadcasting.
    SumTo(Value, Value),
    /// The sum of the elements of a list, which are tangents of the second value: the adjoint of repeating it.
    Total(Value, Value),
    /// A tangent with zero in these fields: what is left for the rest of a struct that was built.
    Without(Value, Vec<syn::Member>),
    /// The shape of a float or a tensor.
    ShapeOf(Value),
    /// The zero tangent of a value.
    ZeroLike(Value),
    /// What has been added up in the adjoint variable of a value that has one.
    AdjointOf(Value),
    /// What the adjoint of a part of a cell holds at this point.
    ReadAdjoint(Value),
    /// The same, which leaves zero behind: the part is overwritten here in the forward sweep.
    TakeAdjoint(Value),
    /// The last adjoint of a list, taken off it: the forward sweep appends here.
    PopAdjoint(Value),
    /// A value made available as an option, by the arm of an `if` that returns early.
    Some(Value),
    None,
    IsNone(Value),
    Unwrap(Value),
    /// Stands where an error was reported.
    Error,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) ty: Ty,
    /// Whether a derivative flows through the value.
    pub(crate) active: bool,
    /// Whether this is a `&mut` parameter: what it refers to changes in place.
    pub(crate) lent: bool,
    /// Whether this is an option that may hold something which nobody takes: what a pattern behind `&&` looks at.
    pub(crate) offered: bool,
    pub(crate) name: Option<String>,
    pub(crate) span: Span,
}

#[derive(Clone, Default, Debug)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
}

impl Graph {
    pub(crate) fn add(&mut self, op: Op, ty: Ty, active: bool, span: Span) -> Value {
        let value = Value(u32::try_from(self.nodes.len()).expect("fewer values than u32::MAX"));
        self.nodes.push(Node {
            op,
            ty,
            active,
            lent: false,
            offered: false,
            name: None,
            span,
        });
        value
    }

    /// All values, in the order in which they were made.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value> + use<> {
        let count = u32::try_from(self.nodes.len()).expect("values are numbered by u32");
        (0..count).map(Value)
    }

    /// Whether computing a value may change a cell.
    pub(crate) fn may_change_cells(&self, value: Value) -> bool {
        matches!(&self[value].op, Op::Rust(snippet) if !snippet.repeatable
            && snippet.uses.iter().any(|(_, used)| self.is_in_cell(*used)))
    }

    /// Whether a value is a variable that changes in place, or refers to one that the caller owns.
    pub(crate) fn is_cell(&self, value: Value) -> bool {
        matches!(self[value].op, Op::Cell(_)) || self[value].lent
    }

    /// Whether a chain of projections starts at a variable that changes in place.
    pub(crate) fn is_in_cell(&self, value: Value) -> bool {
        self.is_cell(self.root(value))
    }

    /// Whether a place is for a value that may not be there: then its adjoint is an option, too.
    pub(crate) fn is_optional(&self, place: Value) -> bool {
        let node = &self[place];
        match node.op {
            Op::Cell(init) => matches!(self[init].op, Op::None) && !node.ty.is_float(),
            _ => node.offered && !node.ty.is_float(),
        }
    }

    pub(crate) fn literal_of(&self, value: Value) -> Option<f64> {
        match &self[value].op {
            Op::Literal(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn is_literal(&self, value: Value) -> bool {
        matches!(self[value].op, Op::Literal(_))
    }

    /// Whether a chain of projections goes through a variant of an enum.
    pub(crate) fn is_in_variant(&self, value: Value) -> bool {
        match &self[value].op {
            Op::Project(_, Projection::Variant(_)) => true,
            Op::Project(base, _) | Op::Ref(base) | Op::Deref(base) => self.is_in_variant(*base),
            _ => false,
        }
    }

    /// The value behind `&` and `*`.
    pub(crate) fn behind_refs(&self, value: Value) -> Value {
        match self[value].op {
            Op::Ref(inner) | Op::Deref(inner) => self.behind_refs(inner),
            _ => value,
        }
    }

    /// The value that a chain of projections starts from.
    pub(crate) fn root(&self, value: Value) -> Value {
        match self[value].op {
            Op::Project(base, _) => self.root(base),
            Op::Ref(inner) | Op::Deref(inner) => self.root(inner),
            _ => value,
        }
    }

    /// The same of each part of a tuple or an option that is made of such chains.
    pub(crate) fn roots(&self, value: Value) -> Vec<Value> {
        let root = self.root(value);
        match &self[root].op {
            Op::Tuple(_) | Op::Some(_) | Op::Array(_) => {
                let parts = self.operands(root).into_iter();
                parts.flat_map(|part| self.roots(part)).collect()
            }
            _ => vec![root],
        }
    }

    /// Whether two chains of projections certainly lead to the same place.
    pub(crate) fn is_same_place(&self, a: Value, b: Value) -> bool {
        let [a, b] = [a, b].map(|place| self.behind_refs(place));
        match (&self[a].op, &self[b].op) {
            _ if a == b => true,
            (Op::Project(a, Projection::Field(one)), Op::Project(b, Projection::Field(other))) => {
                one == other && self.is_same_place(*a, *b)
            }
            (Op::Project(a, Projection::Index(one)), Op::Project(b, Projection::Index(other))) => {
                self.is_same_index(*one, *other) && self.is_same_place(*a, *b)
            }
            _ => false,
        }
    }

    fn is_same_index(&self, a: Value, b: Value) -> bool {
        match (&self[a].op, &self[b].op) {
            _ if a == b => true,
            (Op::Rust(one), Op::Rust(other)) => {
                one.repeatable
                    && other.repeatable
                    && one.uses == other.uses
                    && !one.uses.iter().any(|(_, used)| self.is_in_cell(*used))
                    && one.tokens.to_string() == other.tokens.to_string()
            }
            _ => false,
        }
    }

    pub(crate) fn operands(&self, value: Value) -> Vec<Value> {
        self[value].op.operands()
    }
}

impl std::ops::Index<Value> for Graph {
    type Output = Node;

    fn index(&self, value: Value) -> &Node {
        &self.nodes[value.0 as usize]
    }
}

impl std::ops::IndexMut<Value> for Graph {
    fn index_mut(&mut self, value: Value) -> &mut Node {
        &mut self.nodes[value.0 as usize]
    }
}

/// The operands of an operation, to read (`iter`) or to replace (`iter_mut, mut`).
macro_rules! operands {
    ($op:expr, $iter:ident $(, $mut:tt)?) => {
        match $op {
            Op::Param(_)
            | Op::Result
            | Op::Literal(_)
            | Op::AdjointOf(_)
            | Op::ReadAdjoint(_)
            | Op::TakeAdjoint(_)
            | Op::PopAdjoint(_)
            | Op::None
            | Op::Length(None)
            | Op::Error => Vec::new(),
            Op::Row(_, args) | Op::Tuple(args) | Op::Array(args) | Op::Vec(args) => {
                args.$iter().collect()
            }
            Op::Project(base, Projection::Index(index)) => vec![base, index],
            Op::Project(v, Projection::Field(_) | Projection::Variant(_) | Projection::Unboxed)
            | Op::Ref(v)
            | Op::Deref(v)
            | Op::Cast(v)
            | Op::Boxed(v)
            | Op::Cell(v)
            | Op::Load(v)
            | Op::ShapeOf(v)
            | Op::ZeroLike(v)
            | Op::Without(v, _)
            | Op::Length(Some(v))
            | Op::Some(v)
            | Op::IsNone(v)
            | Op::Unwrap(v) => vec![v],
            Op::Struct(construction) => {
                let fields = construction.fields.$iter().map(|(_, value)| value);
                fields.chain(& $($mut)? construction.rest).collect()
            }
            Op::Rust(snippet) => snippet.uses.$iter().map(|(_, value)| value).collect(),
            Op::Repeat { element, count, .. } => vec![element, count],
            Op::SumTo(value, like) | Op::Total(value, like) | Op::Fixed(value, like) => {
                vec![value, like]
            }
        }
    };
}

impl Op {
    pub(crate) fn operands(&self) -> Vec<Value> {
        let operands: Vec<&Value> = operands!(self, iter);
        operands.into_iter().copied().collect()
    }

    /// Puts one operand in the place of another; whether there was any.
    pub(crate) fn replace_operand(&mut self, old: Value, new: Value) -> bool {
        let operands: Vec<&mut Value> = operands!(self, iter_mut, mut);
        let mut found = false;
        for operand in operands.into_iter().filter(|operand| **operand == old) {
            *operand = new;
            found = true;
        }
        found
    }
}

/// What a function declares beside variables.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) item: syn::Item,
    /// Whether it is a function that has to have derivatives.
    pub(crate) is_differentiated: bool,
}

/// A function before differentiation: its body yields the one result.
#[derive(Clone, Debug)]
pub(crate) struct Primal {
    pub(crate) graph: Graph,
    pub(crate) params: Vec<Value>,
    pub(crate) body: Region,
    /// Types as the user writes them: the generic arguments of a method, as in `x.reshape::<2, 3>(..)`, and the declared
    /// type of a variable, or what a number of unknown type is cast to.
    pub(crate) types: HashMap<Value, TokenStream>,
    /// What the function declares beside variables.
    pub(crate) items: Vec<Declared>,
}

impl Primal {
    pub(crate) fn result(&self) -> Value {
        self.body.yields[0]
    }

    /// The names that the user gives to values.
    pub(crate) fn declared_names(&self) -> HashSet<String> {
        self.graph
            .nodes
            .iter()
            .filter_map(|node| node.name.clone())
            .collect()
    }
}
