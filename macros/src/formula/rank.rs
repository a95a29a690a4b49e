//! How many axes a value has, as far as that can be read off types and operations. It decides how sums over broadcast
//! axes and elementwise products are written, and nothing else.

use crate::ir::{Graph, Op, Projection, Ty, Value};
use crate::parse::signature::Signature;
use std::collections::HashMap;
use syn::{GenericArgument, Member, PathArguments, Type};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Rank {
    pub(super) least: u8,
    /// Whether there are no more axes than that.
    pub(super) exact: bool,
    /// Whether it is made from what a call returns.
    pub(super) returned: bool,
}

const SCALAR: Rank = Rank::exactly(0);
const UNKNOWN: Rank = Rank::at_least(0);

impl Rank {
    const fn exactly(axes: u8) -> Rank {
        Rank {
            least: axes,
            exact: true,
            returned: false,
        }
    }

    const fn at_least(axes: u8) -> Rank {
        Rank {
            least: axes,
            exact: false,
            returned: false,
        }
    }

    pub(super) fn is_scalar(self) -> bool {
        self == SCALAR
    }

    fn broadcast(self, other: Rank) -> Rank {
        Rank {
            least: self.least.max(other.least),
            exact: self.exact && other.exact,
            returned: self.returned || other.returned,
        }
    }
}

/// The ranks of all values; `joined` gives the two values that one of a statement's results comes from.
pub(super) fn ranks(
    graph: &Graph,
    signature: &Signature,
    joined: &HashMap<Value, (Value, Value)>,
) -> Vec<Rank> {
    let mut ranks: Vec<Rank> = Vec::with_capacity(graph.nodes.len());
    for (index, node) in graph.nodes.iter().enumerate() {
        let value = Value(u32::try_from(index).unwrap_or(u32::MAX));
        let of = |value: Value| ranks.get(value.0 as usize).copied().unwrap_or(UNKNOWN);
        let rank = match node.ty.peeled() {
            Ty::Float(_) | Ty::Int | Ty::Bool => SCALAR,
            _ => match &node.op {
                Op::Param(index) => of_type(&signature.params[*index].written),
                Op::Row(row, args) if row.is_elementwise() => args
                    .iter()
                    .map(|arg| of(*arg))
                    .reduce(Rank::broadcast)
                    .unwrap_or(UNKNOWN),
                Op::Row(row, args) => structural(row.name, args, of),
                Op::SumTo(_, like) => of(*like),
                Op::Ref(inner)
                | Op::Deref(inner)
                | Op::Cast(inner)
                | Op::Load(inner)
                | Op::Fixed(inner, _)
                | Op::Cell(inner)
                | Op::ZeroLike(inner)
                | Op::AdjointOf(inner)
                | Op::ReadAdjoint(inner)
                | Op::TakeAdjoint(inner)
                | Op::Some(inner)
                | Op::Unwrap(inner) => of(*inner),
                Op::Project(base, Projection::Field(Member::Unnamed(index))) => {
                    match joined.get(base).map(|(result, _)| &graph[*result].op) {
                        Some(Op::Tuple(parts)) => parts
                            .get(index.index as usize)
                            .map_or(UNKNOWN, |part| of(*part)),
                        _ => UNKNOWN,
                    }
                }
                Op::Result => match joined.get(&value) {
                    Some((a, b)) if of(*a) == of(*b) => of(*a),
                    Some(_) => UNKNOWN,
                    None => Rank {
                        returned: true,
                        ..UNKNOWN
                    },
                },
                _ => UNKNOWN,
            },
        };
        ranks.push(rank);
    }
    ranks
}

fn structural(name: &str, args: &[Value], of: impl Fn(Value) -> Rank) -> Rank {
    let operand = |index: usize| args.get(index).map_or(UNKNOWN, |arg| of(*arg));
    match name {
        "sum" | "mean" | "maximum" | "minimum" | "norm" | "dot" => SCALAR,
        "matvec" | "matvec_pull_rhs" | "sum_rows" | "sum_cols" => Rank::exactly(1),
        "matmul" | "matmul_nt" | "matmul_tn" | "transpose" | "matvec_pull_lhs" => Rank::exactly(2),
        "conv2d" | "max_pool2d" | "avg_pool2d" | "conv2d_pull_input" | "conv2d_pull_kernel" => {
            Rank::exactly(4)
        }
        "expand" | "reshape_like" => operand(1),
        "reshape" => Rank::at_least(1),
        _ => operand(0),
    }
}

fn of_type(ty: &Type) -> Rank {
    let path = match ty {
        Type::Reference(reference) => return of_type(&reference.elem),
        Type::Paren(inner) => return of_type(&inner.elem),
        Type::Group(inner) => return of_type(&inner.elem),
        Type::Path(path) => &path.path,
        _ => return UNKNOWN,
    };
    let Some(last) = path.segments.last() else {
        return UNKNOWN;
    };
    match last.ident.to_string().as_str() {
        "Vector" | "Rank1" => Rank::exactly(1),
        "Matrix" | "Rank2" => Rank::exactly(2),
        "Tensor3" | "Rank3" => Rank::exactly(3),
        "Tensor4" | "Rank4" => Rank::exactly(4),
        "Tensor" => match &last.arguments {
            PathArguments::AngleBracketed(arguments) => match arguments.args.last() {
                Some(GenericArgument::Type(shape)) if of_type(shape) != UNKNOWN => of_type(shape),
                _ => Rank::at_least(1),
            },
            _ => Rank::at_least(1),
        },
        _ => UNKNOWN,
    }
}
