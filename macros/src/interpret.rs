//! Runs both sweeps of a function on numbers: what `parse`, `differentiate` and `fuse` make, before anything is planned. Every
//! value of the forward sweep is kept for the backward one, iteration by iteration.

mod call;
mod data;
mod methods;
mod programs;
mod rows;
mod snippet;

use crate::differentiate::{Derivative, Gradient};
use crate::ir::{Head, If, Loop, Op, Projection, Region, Stmt, Ty, Value};
use data::Data;
use std::collections::HashMap;
use std::rc::Rc;

/// Why a function was not run to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Stopped {
    /// The interpreter does not know this.
    Unknown(String),
    /// The sweeps do not fit together.
    Broken(String),
}

type Result<T> = std::result::Result<T, Stopped>;

fn unknown<T>(what: impl Into<String>) -> Result<T> {
    Err(Stopped::Unknown(what.into()))
}

fn broken<T>(what: impl Into<String>) -> Result<T> {
    Err(Stopped::Broken(what.into()))
}

/// A function, the parameters that it is differentiated with respect to, and which of them it changes.
struct Function {
    derivative: Derivative,
    wrt: Vec<usize>,
    lent: Vec<bool>,
}

/// The functions that calls go to, by name.
type Functions = HashMap<String, Function>;

/// What one iteration left: its values, and the iterations of the loops in it.
#[derive(Clone, Default, Debug)]
struct Iteration {
    values: HashMap<Value, Data>,
    traces: HashMap<usize, Rc<Vec<Iteration>>>,
    frames: HashMap<Value, Rc<Frame>>,
}

/// What a forward sweep left.
#[derive(Clone, Default, Debug)]
struct Frame {
    state: Iteration,
}

struct Machine<'a> {
    functions: &'a Functions,
    derivative: &'a Derivative,
    state: Iteration,
    adjoints: HashMap<Value, Data>,
    depth: usize,
}

/// What a forward sweep gives: the value, what its parameters hold at the end, and what is left for the backward sweep.
struct Forward {
    value: Data,
    finals: Vec<Data>,
    frame: Frame,
}

/// Runs the forward sweep.
fn forward(functions: &Functions, name: &str, args: &[Data], depth: usize) -> Result<Forward> {
    let Some(Function { derivative, .. }) = functions.get(name) else {
        return unknown(format!("the function `{name}`"));
    };
    if depth > 30 {
        return unknown("deep recursion");
    }
    let mut machine = Machine {
        functions,
        derivative,
        state: Iteration::default(),
        adjoints: HashMap::new(),
        depth,
    };
    for (param, arg) in derivative.params.iter().zip(args) {
        machine.set(*param, arg.clone());
        machine.adjoints.insert(*param, arg.zero());
    }
    machine.region(&derivative.forward)?;
    let value = machine.get(derivative.result())?;
    let params = derivative.params.iter();
    let finals = params
        .map(|param| machine.get(*param))
        .collect::<Result<Vec<_>>>()?;
    if !derivative.fused.is_empty() {
        // The loops have done their backward sweep already: their adjoints go along.
        for (place, adjoint) in std::mem::take(&mut machine.adjoints) {
            machine.state.values.insert(adjoint_slot(place), adjoint);
        }
    }
    Ok(Forward {
        value,
        finals,
        frame: Frame {
            state: machine.state,
        },
    })
}

/// Where the adjoint of a value is handed from one sweep to the other.
fn adjoint_slot(place: Value) -> Value {
    Value(u32::MAX - place.0)
}

/// Runs the backward sweep, with the cotangents of the value and of what some parameters hold at the end; the gradient of
/// every parameter.
fn backward(
    functions: &Functions,
    name: &str,
    frame: &Frame,
    cotangent: Option<&Data>,
    places: &HashMap<usize, Data>,
    depth: usize,
) -> Result<HashMap<usize, Data>> {
    let Some(Function {
        derivative, wrt, ..
    }) = functions.get(name)
    else {
        return unknown(format!("the function `{name}`"));
    };
    let mut machine = Machine {
        functions,
        derivative,
        state: frame.state.clone(),
        adjoints: HashMap::new(),
        depth,
    };
    if let (Some(value), Some(given)) = (derivative.cotangent, cotangent) {
        machine.set(value, given.clone());
    }
    for param in &derivative.params {
        let zero = machine.get(*param)?.zero();
        machine.adjoints.insert(*param, zero);
    }
    let handed: Vec<(Value, Data)> = machine
        .state
        .values
        .iter()
        .filter(|(slot, _)| slot.0 > u32::MAX / 2)
        .map(|(slot, adjoint)| (adjoint_slot(*slot), adjoint.clone()))
        .collect();
    machine.adjoints.extend(handed);
    for (index, given) in places {
        machine
            .adjoints
            .insert(derivative.params[*index], given.clone());
    }
    machine.region(&derivative.backward)?;
    let mut gradients = HashMap::new();
    for (gradient, &index) in derivative.gradients.iter().zip(wrt) {
        let param = derivative.params[index];
        let data = match gradient {
            Gradient::Value(Some(value)) => machine.get(*value)?,
            Gradient::Value(None) => machine.get(param)?.zero(),
            Gradient::Variable => machine.adjoint(param)?,
        };
        gradients.insert(index, data);
    }
    Ok(gradients)
}

impl Machine<'_> {
    fn set(&mut self, value: Value, data: Data) {
        self.state.values.insert(value, data);
    }

    /// What a value holds; places in variables that change are looked at now.
    fn get(&mut self, value: Value) -> Result<Data> {
        let graph = &self.derivative.graph;
        let is_place = matches!(graph[value].op, Op::Project(..) | Op::Ref(_) | Op::Deref(_));
        if !(is_place && graph.is_in_cell(value))
            && let Some(data) = self.state.values.get(&value)
        {
            return Ok(data.clone());
        }
        match &graph[value].op {
            Op::Ref(inner) | Op::Deref(inner) => self.get(*inner),
            Op::Project(base, projection) => {
                let base = self.get(*base)?;
                let part = self.part(projection)?;
                base.part(&part)
            }
            Op::Literal(_)
            | Op::None
            | Op::Tuple(_)
            | Op::Some(_)
            | Op::Unwrap(_)
            | Op::Array(_) => self.compute(value),
            Op::Load(place) => self.get(*place),
            other => broken(format!("%{} has no value: {other:?}", value.0)),
        }
    }

    fn part(&mut self, projection: &Projection) -> Result<data::Part> {
        Ok(match projection {
            Projection::Unboxed => return unknown("a box"),
            Projection::Variant(field) => data::Part::Variant(
                last(&field.path),
                quote::ToTokens::to_token_stream(&field.member).to_string(),
            ),
            Projection::Field(syn::Member::Named(name)) => data::Part::Field(name.to_string()),
            Projection::Field(syn::Member::Unnamed(index)) => {
                data::Part::Index(index.index as usize)
            }
            Projection::Index(index) => match self.get(*index)? {
                Data::Int(index) => match usize::try_from(index) {
                    Ok(index) => data::Part::Index(index),
                    Err(_) => return broken("a negative index"),
                },
                other => return unknown(format!("an index {other:?}")),
            },
        })
    }

    /// The way from the root of a place to it.
    fn path(&mut self, place: Value) -> Result<(Value, Vec<data::Part>)> {
        match &self.derivative.graph[place].op {
            Op::Ref(inner) | Op::Deref(inner) => self.path(*inner),
            Op::Project(base, projection) => {
                let (root, mut path) = self.path(*base)?;
                path.push(self.part(projection)?);
                Ok((root, path))
            }
            _ => Ok((place, Vec::new())),
        }
    }

    fn store(&mut self, place: Value, data: Data) -> Result<()> {
        *self.slot(place)? = data;
        Ok(())
    }

    /// What a place of a cell holds, to be changed.
    fn slot(&mut self, place: Value) -> Result<&mut Data> {
        let (root, path) = self.path(place)?;
        match self.state.values.get_mut(&root) {
            Some(held) => held.at(&path),
            None => broken(format!("the cell %{} is not there", root.0)),
        }
    }

    fn adjoint(&self, root: Value) -> Result<Data> {
        match self.adjoints.get(&root) {
            Some(adjoint) => Ok(adjoint.clone()),
            None => broken(format!("the adjoint of %{} was not begun", root.0)),
        }
    }

    fn adjoint_slot(&mut self, place: Value) -> Result<&mut Data> {
        let (root, path) = self.path(place)?;
        match self.adjoints.get_mut(&root) {
            Some(adjoint) => adjoint.at(&path),
            None => broken(format!("the adjoint of %{} was not begun", root.0)),
        }
    }

    fn region(&mut self, region: &Region) -> Result<()> {
        region
            .stmts
            .iter()
            .try_for_each(|stmt| self.statement(stmt))
    }

    fn statement(&mut self, stmt: &Stmt) -> Result<()> {
        match stmt {
            Stmt::Let(value) => {
                let graph = &self.derivative.graph;
                let is_place = matches!(
                    graph[*value].op,
                    Op::Project(..) | Op::Ref(_) | Op::Deref(_)
                );
                if is_place && (graph.is_in_cell(*value) || graph[*value].ty == Ty::Other) {
                    return Ok(());
                }
                // What an option holds is asked for where it is known to hold something.
                if let Op::Result | Op::Error | Op::Unwrap(_) = graph[*value].op {
                    return Ok(());
                }
                let data = self.compute(*value)?;
                self.set(*value, data);
            }
            Stmt::Effect(value) => {
                let data = self.compute(*value)?;
                self.set(*value, data);
            }
            Stmt::If(branch) => self.branch(branch)?,
            Stmt::Loop(body) => self.repeat(body)?,
            Stmt::Call(call) => self.call(call)?,
            Stmt::Pull { call, cotangent } => self.pull(call, *cotangent)?,
            Stmt::BeginAdjoint(value) => {
                let zero = match self.derivative.graph[*value].ty.is_float() {
                    true => Data::Float(0.0),
                    false => self.get(*value)?.zero(),
                };
                self.adjoints.insert(*value, zero);
            }
            Stmt::Accumulate { place, value } => {
                let added = self.get(*value)?;
                self.adjoint_slot(*place)?.add(&added)?;
            }
            Stmt::ResetAdjoint { place, value } => {
                let data = self.get(*value)?;
                *self.adjoint_slot(*place)? = data;
            }
            Stmt::Store { place, value, .. } => {
                let data = self.get(*value)?;
                self.store(*place, data)?;
            }
            Stmt::Push { place, value } => {
                let data = self.get(*value)?;
                self.slot(*place)?.list()?.push(data);
            }
            Stmt::Pop { place, value } => {
                let popped = self.slot(*place)?.list()?.pop();
                let Some(popped) = popped else {
                    return unknown("pop of nothing");
                };
                self.set(*value, popped);
            }
            Stmt::PushAdjoint { place, value } => {
                let zero = self.get(*value)?.zero();
                self.adjoint_slot(*place)?.list()?.push(zero);
            }
            Stmt::Swap(a, b) => {
                let (old_a, old_b) = (self.slot(*a)?.clone(), self.slot(*b)?.clone());
                self.store(*a, old_b)?;
                self.store(*b, old_a)?;
            }
            Stmt::SwapAdjoints(a, b) => {
                let (old_a, old_b) = (
                    self.adjoint_slot(*a)?.clone(),
                    self.adjoint_slot(*b)?.clone(),
                );
                *self.adjoint_slot(*a)? = old_b;
                *self.adjoint_slot(*b)? = old_a;
            }
            Stmt::Increment {
                place,
                value,
                negative,
            } => {
                let (Data::Float(step), slot) = (self.get(*value)?, self.slot(*place)?) else {
                    return unknown("an increment by no float");
                };
                let Data::Float(held) = slot else {
                    return unknown("an increment of no float");
                };
                *held = if *negative {
                    *held - step
                } else {
                    *held + step
                };
            }
            Stmt::ClearAdjoint(place) => {
                let slot = self.adjoint_slot(*place)?;
                *slot = slot.zero();
            }
        }
        Ok(())
    }

    fn branch(&mut self, branch: &If) -> Result<()> {
        let arm = match self.get(branch.cond)? {
            Data::Bool(true) => &branch.then,
            Data::Bool(false) => &branch.otherwise,
            other => return unknown(format!("a condition {other:?}")),
        };
        self.region(arm)?;
        for (result, value) in branch.results.iter().zip(&arm.yields) {
            // An arm that does not return has nothing to yield.
            if self.derivative.graph[*value].ty == Ty::Never && self.get(*value).is_err() {
                continue;
            }
            let data = self.get(*value)?;
            self.set(*result, data);
        }
        Ok(())
    }

    fn repeat(&mut self, body: &Loop) -> Result<()> {
        if let Some(id) = body.mirrors {
            let Some(trace) = self.state.traces.get(&id).cloned() else {
                return broken(format!("loop {id} was not run"));
            };
            for iteration in trace.iter().rev() {
                self.state.values.extend(iteration.values.clone());
                self.state.traces.extend(iteration.traces.clone());
                self.state.frames.extend(iteration.frames.clone());
                self.region(&body.body)?;
            }
            return Ok(());
        }
        let indices = self.indices(&body.head)?;
        let defined = defined(body);
        let mut trace = Vec::new();
        for index in indices {
            match (&body.head, index) {
                (Head::Range { index: value, .. }, index) => self.set(*value, Data::Int(index)),
                (Head::While { test }, _) => {
                    self.region(test)?;
                    if self.get(test.yields[0])? != Data::Bool(true) {
                        break;
                    }
                }
            }
            if trace.len() > 2000 {
                return unknown("a long loop");
            }
            self.region(&body.body)?;
            let mut iteration = Iteration::default();
            for value in &defined.values {
                if let Some(data) = self.state.values.get(value) {
                    iteration.values.insert(*value, data.clone());
                }
                if let Some(frame) = self.state.frames.get(value) {
                    iteration.frames.insert(*value, Rc::clone(frame));
                }
            }
            for id in &defined.loops {
                if let Some(inner) = self.state.traces.get(id) {
                    iteration.traces.insert(*id, Rc::clone(inner));
                }
            }
            trace.push(iteration);
            if let Some(stop) = body.stop
                && self.get(stop)? == Data::Bool(true)
            {
                break;
            }
        }
        self.state.traces.insert(body.id, Rc::new(trace));
        Ok(())
    }

    fn indices(&mut self, head: &Head) -> Result<Box<dyn Iterator<Item = i64>>> {
        let Head::Range {
            start,
            end,
            backwards,
            ..
        } = head
        else {
            return Ok(Box::new(0..));
        };
        let (Data::Int(start), Data::Int(end)) = (self.get(*start)?, self.get(*end)?) else {
            return unknown("bounds that are no integers");
        };
        Ok(match backwards {
            true => Box::new((start..end).rev()),
            false => Box::new(start..end),
        })
    }
}

/// The name that a path ends in.
fn last(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}
/// What a loop defines.
#[derive(Default)]
struct Defined {
    values: Vec<Value>,
    loops: Vec<usize>,
}

fn defined(body: &Loop) -> Defined {
    fn region(region_of: &Region, found: &mut Defined) {
        for stmt in &region_of.stmts {
            match stmt {
                Stmt::Let(value) | Stmt::Effect(value) | Stmt::Pop { value, .. } => {
                    found.values.push(*value)
                }
                Stmt::Call(call) => found.values.extend([call.value, call.residuals]),
                Stmt::If(branch) => {
                    found.values.extend(&branch.results);
                    branch.arms().into_iter().for_each(|arm| region(arm, found));
                }
                Stmt::Loop(body) => inside(body, found),
                _ => {}
            }
        }
    }
    fn inside(body: &Loop, found: &mut Defined) {
        found.loops.push(body.id);
        if let Head::Range { index, .. } = &body.head {
            found.values.push(*index);
        }
        if let Head::While { test } = &body.head {
            region(test, found);
        }
        region(&body.body, found);
    }
    let mut found = Defined::default();
    inside(body, &mut found);
    found.loops.retain(|id| *id != body.id);
    found
}
