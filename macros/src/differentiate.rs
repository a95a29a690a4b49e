//! Reverse mode, from IR to IR. The forward sweep is the function itself; the backward sweep walks it from the end and
//! hands each value's adjoint to its operands by the rule table.
//!
//! The adjoint of a value is the sum of its contributions, a node like any other. Two kinds of values have an *adjoint
//! variable* instead, which contributions are added to: those whose parts are used (a struct, a list), and those passed
//! to a nested call, whose pull part adds to a place.

mod branch;
mod loops;
mod places;
mod value;

use crate::ir::{Call, Declared, Graph, Op, Primal, Region, Stmt, Ty, Value};
use crate::rules::Form;
use crate::simplify::Builder;
use proc_macro2::{Span, TokenStream};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the cotangent of the result is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seed {
    /// 1, for a scalar function.
    One,
    /// A parameter of the pull part.
    Cotangent,
}

/// The gradient with respect to one parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gradient {
    /// A value; `None` where nothing flows.
    Value(Option<Value>),
    /// The adjoint variable of the parameter.
    Variable,
}

/// A function with its backward sweep.
#[derive(Debug)]
pub(crate) struct Derivative {
    pub(crate) graph: Graph,
    pub(crate) params: Vec<Value>,
    pub(crate) forward: Region,
    pub(crate) backward: Region,
    pub(crate) cotangent: Option<Value>,
    /// How many values the forward sweep has: they come first.
    primals: usize,
    /// In the order of `wrt`.
    pub(crate) gradients: Vec<Gradient>,
    /// The adjoint of each value that has one, for the formulas.
    pub(crate) adjoints: Vec<(Value, Value)>,
    pub(crate) types: HashMap<Value, TokenStream>,
    pub(crate) items: Vec<Declared>,
    /// Loops whose body ends with its own backward sweep, by number, and the first statement of that.
    pub(crate) fused: HashMap<usize, usize>,
    /// Parameters whose adjoint variable is one of the sweep's own.
    pub(crate) local: HashSet<Value>,
}

impl Derivative {
    /// The first value of the backward sweep.
    pub(crate) fn first_cotangent(&self) -> Value {
        Value(u32::try_from(self.primals).expect("values are numbered by u32"))
    }

    /// Whether a value is of the backward sweep.
    pub(crate) fn is_cotangent(&self, value: Value) -> bool {
        value.0 as usize >= self.primals
    }

    pub(crate) fn result(&self) -> Value {
        self.forward.yields[0]
    }
}

pub(crate) fn differentiate(primal: Primal, wrt: &[usize], output: &Ty, seed: Seed) -> Derivative {
    let result = primal.result();
    let primals = primal.graph.nodes.len();
    let mut reverse = Reverse {
        in_place: places::places(&primal),
        options: options(&primal),
        graph: primal.graph,
        stmts: Vec::new(),
        touched: HashSet::new(),
        contributions: vec![BTreeMap::new()],
        adjoints: Vec::new(),
        applied: Vec::new(),
    };
    let span = Span::call_site();
    let cotangent = (seed == Seed::Cotangent).then(|| {
        let ty = reverse.graph[result].ty.clone();
        let value = reverse.graph.add(Op::Result, ty, false, span);
        reverse.graph[value].name = Some("value_bar".into());
        value
    });
    let seed = match cotangent {
        Some(value) => value,
        None => {
            let one = reverse.builder().literal(1.0, span);
            if output.is_float() {
                reverse.graph[one].ty = output.clone();
            }
            one
        }
    };
    reverse.region(&primal.body.stmts, &[(result, seed)]);
    let gradients = wrt
        .iter()
        .map(|&index| {
            let param = primal.params[index];
            if reverse.in_place.contains(&param) {
                Gradient::Variable
            } else {
                Gradient::Value(reverse.total(param))
            }
        })
        .collect();
    Derivative {
        params: primal.params,
        forward: primal.body,
        backward: Region {
            stmts: reverse.stmts,
            yields: Vec::new(),
        },
        cotangent,
        primals,
        gradients,
        adjoints: reverse.adjoints,
        types: primal.types,
        items: primal.items,
        fused: HashMap::new(),
        local: HashSet::new(),
        graph: reverse.graph,
    }
}

struct Reverse {
    graph: Graph,
    stmts: Vec<Stmt>,
    in_place: HashSet<Value>,
    /// Values whose adjoint variable something was added to.
    touched: HashSet<Value>,
    /// Contributions collected so far, one map for each region that is open.
    contributions: Vec<BTreeMap<Value, Vec<Value>>>,
    adjoints: Vec<(Value, Value)>,
    /// Values that may not be there.
    options: HashSet<Value>,
    /// Functions that the forward sweep applies, one map for each region that is open.
    applied: Vec<HashMap<(&'static str, Vec<Value>), Value>>,
}

impl Reverse {
    fn builder(&mut self) -> Builder<'_> {
        Builder {
            graph: &mut self.graph,
            stmts: &mut self.stmts,
        }
    }

    /// The adjoint statements of a region, last statement first; `seeds` are the cotangents of what it yields.
    fn region(&mut self, stmts: &[Stmt], seeds: &[(Value, Value)]) {
        let first = self.stmts.len();
        self.begin_variables(stmts);
        let applied = self.functions(stmts);
        self.applied.push(applied);
        for &(value, cotangent) in seeds {
            self.contribute(value, cotangent);
        }
        for stmt in stmts.iter().rev() {
            match stmt {
                Stmt::Let(value) => self.value(*value),
                Stmt::If(branch) => self.branch(branch),
                Stmt::Loop(body) => self.repeat(body),
                Stmt::Call(call) => self.call(call),
                Stmt::Store {
                    place,
                    value,
                    shape,
                } => self.store(*place, *value, *shape),
                Stmt::Increment {
                    place,
                    value,
                    negative,
                } => self.increment(*place, *value, *negative),
                Stmt::Push { place, value } => self.push(*place, *value),
                Stmt::Pop { place, value } => self.pop(*place, *value),
                Stmt::Swap(a, b) => self.swap(*a, *b),
                Stmt::Effect(_) => {}
                Stmt::Pull { .. }
                | Stmt::BeginAdjoint(_)
                | Stmt::Accumulate { .. }
                | Stmt::ResetAdjoint { .. }
                | Stmt::PushAdjoint { .. }
                | Stmt::SwapAdjoints(..)
                | Stmt::ClearAdjoint(_) => {
                    unreachable!("a forward sweep has no adjoint statements")
                }
            }
        }
        self.applied.pop();
        self.drop_untouched(first);
    }

    /// The functions that statements apply to floats: a rule that asks for one of them, as that of a sine for the cosine, gets
    /// what is there.
    fn functions(&self, stmts: &[Stmt]) -> HashMap<(&'static str, Vec<Value>), Value> {
        let mut applied = HashMap::new();
        for stmt in stmts {
            if let Stmt::Let(value) = stmt
                && let Op::Row(row, args) = &self.graph[*value].op
                && row.is_elementwise()
                && matches!(row.form, Form::Method | Form::Function)
            {
                applied.entry((row.name, args.clone())).or_insert(*value);
            }
        }
        applied
    }

    /// Drops adjoint variables that nothing was added to.
    fn drop_untouched(&mut self, first: usize) {
        let (touched, graph) = (&self.touched, &self.graph);
        let kept = self.stmts.drain(first..).filter(|stmt| match stmt {
            Stmt::BeginAdjoint(value) => touched.contains(value) || graph.is_cell(*value),
            _ => true,
        });
        let kept: Vec<Stmt> = kept.collect();
        self.stmts.extend(kept);
    }

    /// Adjoint variables of the values that these statements define.
    fn begin_variables(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            let defined = match stmt {
                Stmt::Let(value) => vec![*value],
                Stmt::If(branch) => branch.results.clone(),
                Stmt::Call(call) => vec![call.value],
                _ => Vec::new(),
            };
            for value in defined {
                if self.in_place.contains(&value) {
                    self.stmts.push(Stmt::BeginAdjoint(value));
                }
            }
        }
    }

    fn call(&mut self, call: &Call) {
        let changes = call
            .changed()
            .any(|place| self.graph[self.graph.root(place)].active);
        let cotangent = match self.total(call.value) {
            None if changes => {
                let (ty, span) = (self.graph[call.value].ty.clone(), call.span);
                Some(self.builder().node(Op::ZeroLike(call.value), ty, span))
            }
            cotangent => cotangent,
        };
        if let Some(cotangent) = cotangent {
            for place in call.adjoint_places() {
                self.touched.insert(self.graph.root(place));
            }
            self.stmts.push(Stmt::Pull {
                call: Box::new(call.clone()),
                cotangent,
            });
        }
    }

    /// Adds to the adjoint of a value.
    fn contribute(&mut self, value: Value, contribution: Value) {
        let value = self.graph.behind_refs(value);
        if !self.graph[value].active {
            return;
        }
        let is_part = matches!(self.graph[value].op, Op::Project(..));
        if is_part || self.in_place.contains(&value) {
            self.touched.insert(self.graph.root(value));
            self.stmts.push(Stmt::Accumulate {
                place: value,
                value: contribution,
            });
            return;
        }
        let open = self.contributions.last_mut().expect("a region is open");
        open.entry(value).or_default().push(contribution);
    }

    /// The whole adjoint of a value, once every use of it has been walked.
    fn total(&mut self, value: Value) -> Option<Value> {
        let span = self.graph[value].span;
        if self.in_place.contains(&value) {
            if !self.touched.contains(&value) && !self.graph.is_cell(value) {
                return None;
            }
            let ty = self.graph[value].ty.peeled().clone();
            let adjoint = self.builder().node(Op::AdjointOf(value), ty.clone(), span);
            return Some(match self.graph[value].offered {
                // Written where it is used: in the arm that the value comes from.
                true => self.builder().node(Op::Unwrap(adjoint), ty, span),
                false => adjoint,
            });
        }
        let open = self.contributions.last_mut().expect("a region is open");
        let contributions = open.remove(&value)?;
        let total = contributions
            .into_iter()
            .reduce(|a, b| self.builder().apply("+", vec![a, b], span))?;
        self.record(value, total);
        Some(total)
    }

    /// Names an adjoint after the value it belongs to, and notes it for the formulas.
    fn record(&mut self, value: Value, total: Value) {
        self.adjoints.push((value, total));
        let is_param = matches!(self.graph[value].op, Op::Param(_));
        let Some(name) = self.graph[value].name.clone() else {
            return;
        };
        let node = &mut self.graph[total];
        let is_computed = matches!(
            node.op,
            Op::Row(..) | Op::SumTo(..) | Op::Result | Op::Cast(_)
        );
        if node.name.is_none() && is_computed && !is_param {
            node.name = Some(format!("{name}_bar"));
        }
    }
}

/// Options: those that are made, and results of an `if` that yields one.
fn options(primal: &Primal) -> HashSet<Value> {
    fn region(graph: &Graph, region_of: &Region, found: &mut HashSet<Value>) {
        for stmt in &region_of.stmts {
            match stmt {
                Stmt::Let(value) if matches!(graph[*value].op, Op::Some(_) | Op::None) => {
                    found.insert(*value);
                }
                Stmt::If(branch) => {
                    for arm in branch.arms() {
                        region(graph, arm, found);
                    }
                    for (index, result) in branch.results.iter().enumerate() {
                        if branch
                            .arms()
                            .iter()
                            .any(|arm| found.contains(&arm.yields[index]))
                        {
                            found.insert(*result);
                        }
                    }
                }
                Stmt::Loop(body) => region(graph, &body.body, found),
                _ => {}
            }
        }
    }
    let mut found = HashSet::new();
    region(&primal.graph, &primal.body, &mut found);
    found
}
