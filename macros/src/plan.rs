//! What is computed where: which values are needed at all, which are written in place of a name, and what the backward
//! sweep keeps of the arms of an `if` or computes again.

mod inits;
mod kept;
mod less;
mod needs;
mod operands;
mod room;
mod shapes;
mod stability;

use crate::differentiate::Derivative;
use crate::ir::{Graph, Op, Snippet, Stmt, Ty, Value};
use crate::rules::Form;
use needs::{Consumer, Needs};
use stability::Stable;
use std::collections::{HashMap, HashSet};

pub(crate) use kept::{Kept, Shared};
pub(crate) use room::Bound;

/// The most primitives that are written as one expression.
const LARGEST_EXPRESSION: usize = 24;

#[derive(Debug)]
pub(crate) struct Plan {
    uses: HashMap<Value, Vec<Consumer>>,
    inline: HashSet<Value>,
    pub(crate) kept: Kept,
}

impl Plan {
    pub(crate) fn is_needed(&self, value: Value) -> bool {
        self.uses.contains_key(&value)
    }

    /// Whether a value is written where it is used, without a name.
    pub(crate) fn is_inline(&self, value: Value) -> bool {
        self.inline.contains(&value)
    }

    /// Why a value is written as it is, for the dump.
    pub(crate) fn reason(&self, value: Value) -> String {
        if !self.is_needed(value) {
            "not needed".into()
        } else if self.is_inline(value) {
            "written in place".into()
        } else {
            format!("named, used {} times", self.uses[&value].len())
        }
    }

    pub(crate) fn is_used_once(&self, value: Value) -> bool {
        self.uses.get(&value).is_some_and(|uses| uses.len() == 1)
    }

    /// Whether the one use of a value is another than adding it up.
    pub(crate) fn is_given_away(&self, value: Value) -> bool {
        matches!(self.uses.get(&value).map(Vec::as_slice), Some([use_]) if *use_ != Consumer::Accumulation)
    }

    /// Whether a statement has anything to do.
    pub(crate) fn is_live(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Let(value) => self.is_needed(*value),
            Stmt::If(branch) => {
                branch.results.iter().any(|result| self.is_needed(*result))
                    || self.kept.traces.contains_key(&branch.id)
                    || branch
                        .arms()
                        .iter()
                        .any(|arm| arm.stmts.iter().any(|stmt| self.is_live(stmt)))
            }
            Stmt::Call(call) => {
                call.may_change() || self.is_needed(call.value) || self.is_needed(call.residuals)
            }
            Stmt::Loop(_)
            | Stmt::Store { .. }
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::PushAdjoint { .. }
            | Stmt::Swap(..)
            | Stmt::SwapAdjoints(..)
            | Stmt::Increment { .. }
            | Stmt::Pull { .. }
            | Stmt::Accumulate { .. }
            | Stmt::BeginAdjoint(_)
            | Stmt::ClearAdjoint(_)
            | Stmt::ResetAdjoint { .. }
            | Stmt::Effect(_) => true,
        }
    }
}

pub(crate) fn plan(derivative: &mut Derivative) -> Plan {
    let mut uses = Needs::of(derivative);
    if shapes::keep(derivative, &uses) {
        uses = Needs::of(derivative);
    }
    let stable = stability::stable(derivative);
    let inline = inline(derivative, &uses, &stable);
    let kept = kept::decide(derivative, &uses, &inline, &stable);
    Plan { uses, inline, kept }
}

/// Values that are only another way to write something: they never get a name.
pub(crate) fn is_atom(graph: &Graph, value: Value) -> bool {
    match &graph[value].op {
        Op::Param(_)
        | Op::Literal(_)
        | Op::Ref(_)
        | Op::Deref(_)
        | Op::Project(..)
        | Op::AdjointOf(_) => true,
        Op::Tuple(_) | Op::Some(_) | Op::None | Op::Unwrap(_) | Op::IsNone(_) => true,
        Op::Rust(snippet) => {
            let is_in_cell = |(_, used): &(String, Value)| graph.is_in_cell(*used);
            let is_word = snippet.tokens.clone().into_iter().count() == 1;
            snippet.repeatable
                && (is_word || graph[value].ty == Ty::Range)
                && !is_declared_nothing(graph, value, snippet)
                && !snippet.uses.iter().any(is_in_cell)
        }
        _ => false,
    }
}

/// `let best: Option<f64> = None;`: only the declaration says what of.
fn is_declared_nothing(graph: &Graph, value: Value, snippet: &Snippet) -> bool {
    graph[value].name.is_some() && snippet.tokens.to_string() == "None"
}

fn inline(
    derivative: &Derivative,
    uses: &HashMap<Value, Vec<Consumer>>,
    stable: &Stable,
) -> HashSet<Value> {
    let graph = &derivative.graph;
    let mut inline = HashSet::new();
    let mut sizes: HashMap<Value, usize> = HashMap::new();
    let mut operands = operands::Operands::default();
    let count = u32::try_from(graph.nodes.len()).expect("values are numbered by u32");
    for value in (0..count).map(Value) {
        let Some(consumers) = uses.get(&value) else {
            continue;
        };
        operands.fit(graph, value, &mut inline);
        let size = 1 + graph
            .operands(value)
            .iter()
            .filter(|operand| inline.contains(*operand))
            .map(|operand| sizes.get(operand).copied().unwrap_or(1))
            .sum::<usize>();
        sizes.insert(value, size);
        if is_inline(graph, value, consumers, size, &inline, stable) {
            inline.insert(value);
        }
    }
    inits::write_in_place(derivative, uses, &mut inline);
    inline
}

fn is_inline(
    graph: &Graph,
    value: Value,
    consumers: &[Consumer],
    size: usize,
    inline: &HashSet<Value>,
    stable: &Stable,
) -> bool {
    let node = &graph[value];
    if !stable.contains(value) {
        return false;
    }
    if is_atom(graph, value) {
        return true;
    }
    let is_named = node.name.is_some();
    let once = consumers.len() == 1;
    match &node.op {
        Op::Result
        | Op::Error
        | Op::Length(_)
        | Op::Fixed(..)
        | Op::Cell(_)
        | Op::ShapeOf(_)
        | Op::TakeAdjoint(_)
        | Op::PopAdjoint(_) => false,
        Op::Load(place) => !graph.is_in_variant(*place),
        Op::ReadAdjoint(_) => true,
        _ if is_named || size > LARGEST_EXPRESSION => false,
        Op::Row(row, args) if node.ty == Ty::Other => {
            once && if row.is_elementwise() {
                consumers[0] != Consumer::Anything
            } else {
                consumers[0] == Consumer::Accumulation
                    && args
                        .iter()
                        .all(|arg| !inline.contains(arg) || is_atom(graph, *arg))
            }
        }
        Op::Row(row, args) => {
            let is_leaf = |value: &Value| is_atom(graph, *value) || !inline.contains(value);
            let is_quotient = row.name == "/" || row.name == "%";
            let is_cheap = row.form == Form::Infix && !is_quotient && args.iter().all(is_leaf);
            is_cheap || (once && consumers[0] != Consumer::Loop)
        }
        Op::SumTo(summed, _) => {
            once && consumers[0] == Consumer::Accumulation
                && (node.ty == Ty::Other || inline.contains(summed))
        }
        Op::Rust(snippet) => {
            // `i + 1` is read as easily as a name.
            let is_short = node.ty == Ty::Int && size <= 3;
            let is_sum = is_short && snippet.tokens.clone().into_iter().count() <= 3;
            snippet.repeatable && (once || is_sum)
        }
        Op::Cast(_)
        | Op::Boxed(_)
        | Op::ZeroLike(_)
        | Op::Without(..)
        | Op::Total(..)
        | Op::Vec(_)
        | Op::Repeat { .. } => once,
        _ => true,
    }
}
