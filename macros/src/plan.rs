//! What is computed where: which values are needed at all, which are written in place of a name, and what the backward
//! sweep keeps of the arms of an `if` or computes again.

mod kept;
mod less;
mod operands;
mod room;
mod shapes;
mod stability;

use crate::differentiate::{Derivative, Gradient};
use crate::ir::{Call, Graph, Head, Op, Projection, Region, Snippet, Stmt, Ty, Value};
use crate::rules::Form;
use stability::Stable;
use std::collections::{HashMap, HashSet};

pub(crate) use kept::{Kept, Shared};
pub(crate) use room::Bound;

/// The most primitives that are written as one expression.
const LARGEST_EXPRESSION: usize = 24;

/// What a value is used by, as far as it matters to how it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Consumer {
    /// The body of a fused elementwise loop.
    Loop,
    /// An addition to an adjoint variable.
    Accumulation,
    Anything,
}

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

/// Whether a statement is run for more than its values.
fn has_effect(stmt: &Stmt, changing: &HashSet<Value>) -> bool {
    match stmt {
        Stmt::Let(value) => changing.contains(value),
        Stmt::Call(call) => call.may_change(),
        Stmt::If(branch) => branch
            .arms()
            .iter()
            .any(|arm| arm.stmts.iter().any(|stmt| has_effect(stmt, changing))),
        Stmt::Loop(_)
        | Stmt::Store { .. }
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::PushAdjoint { .. }
        | Stmt::Swap(..)
        | Stmt::SwapAdjoints(..)
        | Stmt::Increment { .. }
        | Stmt::Pull { .. }
        | Stmt::BeginAdjoint(_)
        | Stmt::Accumulate { .. }
        | Stmt::ClearAdjoint(_)
        | Stmt::ResetAdjoint { .. }
        | Stmt::Effect(_) => true,
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

/// What is computed for more than its value. An adjoint that is taken leaves zero behind, whether it is read or not.
fn changing(graph: &Graph) -> HashSet<Value> {
    let changes = |value: &Value| {
        matches!(graph[*value].op, Op::TakeAdjoint(_) | Op::PopAdjoint(_))
            || graph.may_change_cells(*value)
    };
    graph.values().filter(changes).collect()
}

/// Counts the uses of every value that the results and effects need.
struct Needs<'a> {
    graph: &'a Graph,
    definitions: HashMap<Value, &'a Stmt>,
    uses: HashMap<Value, Vec<Consumer>>,
    open: Vec<(Value, Consumer)>,
    seen_calls: HashSet<Value>,
    seen_ifs: HashSet<*const Stmt>,
    changing: HashSet<Value>,
}

impl Needs<'_> {
    fn of(derivative: &Derivative) -> HashMap<Value, Vec<Consumer>> {
        let mut needs = Needs {
            graph: &derivative.graph,
            definitions: HashMap::new(),
            uses: HashMap::new(),
            open: Vec::new(),
            seen_calls: HashSet::new(),
            seen_ifs: HashSet::new(),
            changing: changing(&derivative.graph),
        };
        needs.define(&derivative.forward);
        needs.define(&derivative.backward);
        needs.open.push((derivative.result(), Consumer::Anything));
        for gradient in &derivative.gradients {
            if let Gradient::Value(Some(value)) = gradient {
                needs.open.push((*value, Consumer::Accumulation));
            }
        }
        needs.effects(&derivative.forward);
        needs.effects(&derivative.backward);
        loop {
            while let Some((value, consumer)) = needs.open.pop() {
                needs.need(value, consumer);
            }
            // What the backward sweep reads of an arm makes the branch needed, too.
            needs.revive(&derivative.forward);
            needs.revive(&derivative.backward);
            if needs.open.is_empty() {
                return needs.uses;
            }
        }
    }
}

impl<'a> Needs<'a> {
    fn define(&mut self, region: &'a Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Call(call) => {
                    self.definitions.insert(call.value, stmt);
                    self.definitions.insert(call.residuals, stmt);
                }
                Stmt::If(branch) => {
                    for result in &branch.results {
                        self.definitions.insert(*result, stmt);
                    }
                    for arm in branch.arms() {
                        self.define(arm);
                    }
                }
                Stmt::Loop(body) => {
                    self.define(&body.body);
                    if let Head::While { test } = &body.head {
                        self.define(test);
                    }
                }
                _ => {}
            }
        }
    }

    fn effects(&mut self, region: &'a Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Effect(value) => self.open.push((*value, Consumer::Anything)),
                Stmt::Let(value) if self.changing.contains(value) => {
                    self.open.push((*value, Consumer::Anything));
                }
                // How long an array is that a loop makes, rustc knows by its type alone.
                Stmt::Let(value) if matches!(self.graph[*value].op, Op::Fixed(..)) => {
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::BeginAdjoint(value) if !self.graph[*value].ty.is_float() => {
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::Accumulate { place, value } => {
                    self.indices(*place);
                    self.open.push((*value, Consumer::Accumulation));
                }
                Stmt::Pull { call, cotangent } => {
                    self.open.push((call.residuals, Consumer::Anything));
                    self.open.push((*cotangent, Consumer::Anything));
                    for arg in call.given_again() {
                        self.open.push((arg, Consumer::Anything));
                    }
                    for place in call.adjoint_places() {
                        if self.graph[place].active {
                            self.indices(place);
                        }
                    }
                }
                Stmt::Call(call) if call.may_change() => self.call(call),
                Stmt::Loop(body) => {
                    if let Some(stop) = body.stop {
                        self.open.push((stop, Consumer::Anything));
                    }
                    match &body.head {
                        Head::Range {
                            index, start, end, ..
                        } => {
                            for value in [index, start, end] {
                                self.open.push((*value, Consumer::Anything));
                            }
                        }
                        Head::While { test } => {
                            self.effects(test);
                            for &value in &test.yields {
                                self.open.push((value, Consumer::Anything));
                            }
                        }
                    }
                    self.effects(&body.body);
                }
                Stmt::Store { place, value, .. }
                | Stmt::Push { place, value }
                | Stmt::Increment { place, value, .. } => {
                    self.place(*place);
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::Pop { place, .. } => self.place(*place),
                Stmt::PushAdjoint { place, value } => {
                    self.indices(*place);
                    if !self.graph[*value].ty.is_float() {
                        self.open.push((*value, Consumer::Anything));
                    }
                }
                Stmt::Swap(a, b) => {
                    self.place(*a);
                    self.place(*b);
                }
                Stmt::SwapAdjoints(a, b) => {
                    self.indices(*a);
                    self.indices(*b);
                }
                Stmt::ClearAdjoint(place) => self.indices(*place),
                Stmt::ResetAdjoint { place, value } => {
                    self.indices(*place);
                    self.open.push((*value, Consumer::Anything));
                }
                Stmt::If(branch) if has_effect(stmt, &self.changing) => {
                    self.enter_if(stmt);
                    for arm in branch.arms() {
                        self.effects(arm);
                    }
                }
                _ => {}
            }
        }
    }

    /// Enters branches that something in an arm is needed of.
    fn revive(&mut self, region: &'a Region) -> bool {
        let mut is_live = false;
        for stmt in &region.stmts {
            is_live |= match stmt {
                Stmt::Let(value) => self.uses.contains_key(value),
                Stmt::Call(call) => {
                    self.uses.contains_key(&call.value) || self.uses.contains_key(&call.residuals)
                }
                Stmt::If(branch) => {
                    let mut needed = branch
                        .results
                        .iter()
                        .any(|result| self.uses.contains_key(result));
                    for arm in branch.arms() {
                        needed |= self.revive(arm);
                    }
                    if needed {
                        self.enter_if(stmt);
                    }
                    needed
                }
                Stmt::Loop(body) => {
                    self.revive(&body.body);
                    true
                }
                _ => true,
            };
        }
        is_live
    }

    /// What the forward part of a call reads.
    fn call(&mut self, call: &Call) {
        if self.seen_calls.insert(call.value) {
            for &arg in &call.args {
                self.open.push((arg, Consumer::Anything));
            }
            for place in call.changed() {
                self.place(place);
            }
        }
    }

    /// The cell that a place is in, and the indices in its path.
    fn place(&mut self, place: Value) {
        self.open.push((self.graph.root(place), Consumer::Anything));
        self.indices(place);
    }

    /// The indices in the path of a place.
    fn indices(&mut self, place: Value) {
        match &self.graph[place].op {
            Op::Project(base, projection) => {
                if let Projection::Index(index) = projection {
                    self.open.push((*index, Consumer::Anything));
                }
                self.indices(*base);
            }
            Op::Deref(inner) | Op::Ref(inner) => self.indices(*inner),
            _ => {}
        }
    }

    fn enter_if(&mut self, stmt: &'a Stmt) {
        if let Stmt::If(branch) = stmt
            && self.seen_ifs.insert(std::ptr::from_ref(stmt))
        {
            self.open.push((branch.cond, Consumer::Anything));
        }
    }

    fn need(&mut self, value: Value, consumer: Consumer) {
        let uses = self.uses.entry(value).or_default();
        uses.push(consumer);
        if uses.len() > 1 {
            return;
        }
        match self.definitions.get(&value).copied() {
            Some(stmt @ Stmt::If(branch)) => {
                self.enter_if(stmt);
                let index = branch.results.iter().position(|result| *result == value);
                for arm in branch.arms() {
                    self.open.push((
                        arm.yields[index.expect("a result of it")],
                        Consumer::Anything,
                    ));
                }
            }
            Some(Stmt::Call(call)) => self.call(call),
            _ => self.operands(value),
        }
    }

    fn operands(&mut self, value: Value) {
        let node = &self.graph[value];
        match &node.op {
            Op::Row(row, args) => {
                let inner = if row.is_elementwise() && node.ty == Ty::Other {
                    Consumer::Loop
                } else {
                    Consumer::Anything
                };
                self.open.extend(args.iter().map(|arg| (*arg, inner)));
            }
            Op::SumTo(summed, like) => {
                self.open.push((*summed, Consumer::Loop));
                self.open.push((*like, Consumer::Anything));
            }
            Op::ReadAdjoint(place) | Op::TakeAdjoint(place) | Op::PopAdjoint(place) => {
                self.indices(*place)
            }
            Op::Total(list, _) if node.ty.is_float() => {
                self.open.push((*list, Consumer::Anything));
            }
            op => {
                let operands = op.operands();
                self.open.extend(
                    operands
                        .into_iter()
                        .map(|operand| (operand, Consumer::Anything)),
                );
            }
        }
    }
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
        | Op::Length
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
