//! Statements: they give the order of values, and structure.

use super::{Graph, Value};
use proc_macro2::Span;

/// How a function is named in a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Callee {
    /// By a path to a free function.
    Function,
    /// By a path to a function of a type: `Self::energy(x)`.
    Associated,
    /// As a method of the first argument.
    Method,
}

/// A place that is lent to a nested call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lent {
    pub(crate) place: Value,
    /// Whether it shows that the function takes `&mut`. Where it does not, as of the receiver of a method, the argument is
    /// what the place held before.
    pub(crate) is_certain: bool,
    /// Whether the user says that no derivative goes through it.
    pub(crate) is_stopped: bool,
}

/// A call of a function that has a twin.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The path of the function, without the generic arguments of its last segment.
    pub(crate) path: syn::Path,
    pub(crate) generics: Option<syn::AngleBracketedGenericArguments>,
    pub(crate) kind: Callee,
    pub(crate) args: Vec<Value>,
    /// The place of each argument that the function may change.
    pub(crate) lent: Vec<Option<Lent>>,
    /// Where the user wrote each argument: its first and its last token.
    pub(crate) arg_spans: Vec<[Span; 2]>,
    pub(crate) value: Value,
    pub(crate) residuals: Value,
    pub(crate) span: Span,
}

impl Call {
    /// Whether the function may do more than return a value.
    pub(crate) fn may_change(&self) -> bool {
        self.lent.iter().any(Option::is_some)
    }

    /// The places that the function may change.
    pub(crate) fn changed(&self) -> impl Iterator<Item = Value> {
        self.lent.iter().flatten().map(|lent| lent.place)
    }

    /// The arguments that the pull part is given again.
    pub(crate) fn given_again(&self) -> impl Iterator<Item = Value> {
        let args = self.args.iter().zip(&self.lent);
        args.filter(|(_, lent)| !lent.is_some_and(|lent| lent.is_certain))
            .map(|(arg, _)| *arg)
    }

    /// What of each argument has an adjoint: the place that is lent, or the argument itself.
    pub(crate) fn adjoint_places(&self) -> impl Iterator<Item = Value> {
        let args = self.args.iter().zip(&self.lent);
        args.filter(|(_, lent)| !lent.is_some_and(|lent| lent.is_stopped))
            .map(|(arg, lent)| lent.map_or(*arg, |lent| lent.place))
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Stmt {
    /// Computes the node of a value here.
    Let(Value),
    If(Box<If>),
    /// The forward part of a nested call; binds its value and its residuals.
    Call(Box<Call>),
    /// The pull part of a nested call: adds to the adjoint variables of its active arguments.
    Pull {
        call: Box<Call>,
        cotangent: Value,
    },
    /// Begins the adjoint variable of a value, at zero.
    BeginAdjoint(Value),
    /// Adds to the adjoint variable of the root of `place`, at the part that `place` names.
    Accumulate {
        place: Value,
        value: Value,
    },
    /// Rust that is run for what it does.
    Effect(Value),
    Loop(Box<Loop>),
    /// Overwrites a part of a cell. Where what it held before may be of another shape, `shape` is a zero tangent of that.
    Store {
        place: Value,
        value: Value,
        shape: Option<Value>,
    },
    /// Gives the adjoint of a part of a cell a value.
    ResetAdjoint {
        place: Value,
        value: Value,
    },
    /// Appends to a list in a cell.
    Push {
        place: Value,
        value: Value,
    },
    /// Takes the last element, which is `value`, off a list in a cell.
    Pop {
        place: Value,
        value: Value,
    },
    /// Appends the zero tangent of `value` to the adjoint of a list in a cell.
    PushAdjoint {
        place: Value,
        value: Value,
    },
    /// Exchanges what two places hold.
    Swap(Value, Value),
    /// Exchanges the adjoints of two places.
    SwapAdjoints(Value, Value),
    /// Adds to a part of a cell, or subtracts from it.
    Increment {
        place: Value,
        value: Value,
        negative: bool,
    },
    /// Leaves zero in the adjoint of a part of a cell.
    ClearAdjoint(Value),
}

impl Stmt {
    /// The regions within: the arms of an `if`, the body of a loop and the test before it.
    pub(crate) fn regions(&self) -> Vec<&Region> {
        match self {
            Stmt::If(branch) => branch.arms().to_vec(),
            Stmt::Loop(repeat) => match &repeat.head {
                Head::Range { .. } => vec![&repeat.body],
                Head::While { test } => vec![test, &repeat.body],
            },
            _ => Vec::new(),
        }
    }

    /// Whether a cell may hold something else after this.
    pub(crate) fn changes(&self, graph: &Graph, cell: Value) -> bool {
        let is_it = |place: &Value| graph.root(*place) == cell;
        match self {
            Stmt::Let(value) => {
                graph.may_change_cells(*value) && graph.operands(*value).iter().any(is_it)
            }
            // It may change whatever it mentions.
            Stmt::Effect(value) => graph.operands(*value).iter().any(is_it),
            Stmt::Store { place, .. }
            | Stmt::Push { place, .. }
            | Stmt::Pop { place, .. }
            | Stmt::Increment { place, .. } => is_it(place),
            Stmt::Swap(a, b) => is_it(a) || is_it(b),
            Stmt::Call(call) => call.changed().any(|place| is_it(&place)),
            Stmt::If(_) | Stmt::Loop(_) => {
                let mut within = self.regions().into_iter().flat_map(|region| &region.stmts);
                within.any(|stmt| stmt.changes(graph, cell))
            }
            Stmt::Pull { .. }
            | Stmt::BeginAdjoint(_)
            | Stmt::Accumulate { .. }
            | Stmt::ResetAdjoint { .. }
            | Stmt::PushAdjoint { .. }
            | Stmt::SwapAdjoints(..)
            | Stmt::ClearAdjoint(_) => false,
        }
    }
}

/// What a loop runs over.
#[derive(Clone, Debug)]
pub(crate) enum Head {
    /// The integers from the first value to the one before the second, one by one or backwards.
    Range {
        index: Value,
        start: Value,
        end: Value,
        backwards: bool,
    },
    /// As long as the condition holds. Its statements are run before each test.
    While { test: Region },
}

#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub(crate) id: usize,
    pub(crate) head: Head,
    pub(crate) body: Region,
    /// The cell that ends the loop after an iteration, when it holds `true`.
    pub(crate) stop: Option<Value>,
    /// The loop of the forward sweep whose adjoint this is.
    pub(crate) mirrors: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct If {
    pub(crate) id: usize,
    pub(crate) cond: Value,
    pub(crate) then: Region,
    pub(crate) otherwise: Region,
    pub(crate) results: Vec<Value>,
    /// The `if` of the forward sweep whose arms these are the adjoints of.
    pub(crate) mirrors: Option<usize>,
}

impl If {
    pub(crate) fn arms(&self) -> [&Region; 2] {
        [&self.then, &self.otherwise]
    }
}

/// A list of statements that yields values.
#[derive(Clone, Default, Debug)]
pub(crate) struct Region {
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) yields: Vec<Value>,
}
