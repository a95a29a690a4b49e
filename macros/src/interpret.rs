//! Runs both sweeps of a function on numbers: what `parse`, `differentiate` and `fuse` make, before anything is planned. Every
//! value of the forward sweep is kept for the backward one, iteration by iteration.

mod call;
mod data;
mod place;
mod programs;
mod rows;
mod rust;

use crate::differentiate::{Derivative, Gradient};
use crate::ir::{Head, If, Loop, Op, Region, Stmt, Ty, Value};
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

fn unknown<T, E: From<Stopped>>(what: impl Into<String>) -> std::result::Result<T, E> {
    Err(Stopped::Unknown(what.into()).into())
}

fn broken<T>(what: impl Into<String>) -> Result<T> {
    Err(Stopped::Broken(what.into()))
}

/// A function, the parameters that it is differentiated with respect to, and which of them it changes.
struct Function {
    derivative: Derivative,
    wrt: Vec<usize>,
    lent: Vec<bool>,
    /// The parameter that is an array of `N` elements.
    sized: Option<usize>,
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
    sized: Option<Value>,
}

/// What a forward sweep gives: the value, what its parameters hold at the end, and what is left for the backward sweep.
struct Forward {
    value: Data,
    finals: Vec<Data>,
    frame: Frame,
}

/// Runs the forward sweep.
fn forward(functions: &Functions, name: &str, args: &[Data], depth: usize) -> Result<Forward> {
    let Some(Function {
        derivative, sized, ..
    }) = functions.get(name)
    else {
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
        sized: sized.map(|index| derivative.params[index]),
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
        derivative,
        wrt,
        sized,
        ..
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
        sized: sized.map(|index| derivative.params[index]),
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
                let mut added = self.get(*value)?;
                if self.derivative.graph.is_optional(*place) {
                    added = Data::Option(Some(Box::new(added)));
                }
                self.change_adjoint(*place, |slot| slot.add(&added))?;
            }
            Stmt::ResetAdjoint { place, value } => {
                let data = self.get(*value)?;
                self.set_adjoint(*place, data)?;
            }
            Stmt::Store { place, value, .. } => {
                let data = self.get(*value)?;
                self.store(*place, data)?;
            }
            Stmt::Push { place, value } => {
                let data = self.get(*value)?;
                self.change(*place, |list| {
                    list.list()?.push(data.clone());
                    Ok(())
                })?;
            }
            Stmt::Pop { place, value } => {
                let popped = self.change(*place, |list| Ok(list.list()?.pop()))?;
                let Some(popped) = popped else {
                    return unknown("pop of nothing");
                };
                self.set(*value, popped);
            }
            Stmt::PushAdjoint { place, value } => {
                let zero = self.get(*value)?.zero();
                self.change_adjoint(*place, |list| {
                    list.list()?.push(zero.clone());
                    Ok(())
                })?;
            }
            Stmt::Swap(a, b) => {
                let read = |held: &mut Data| Ok(held.clone());
                let (old_a, old_b) = (self.change(*a, read)?, self.change(*b, read)?);
                self.store(*a, old_b)?;
                self.store(*b, old_a)?;
            }
            Stmt::SwapAdjoints(a, b) => {
                let read = |held: &mut Data| Ok(held.clone());
                let old_a = self.change_adjoint(*a, read)?;
                let old_b = self.change_adjoint(*b, read)?;
                self.set_adjoint(*a, old_b)?;
                self.set_adjoint(*b, old_a)?;
            }
            Stmt::Increment {
                place,
                value,
                negative,
            } => {
                let step = self.get(*value)?.float()?;
                let step = if *negative { -step } else { step };
                self.change(*place, |held| {
                    *held = Data::Float(held.float()? + step);
                    Ok(())
                })?;
            }
            Stmt::ClearAdjoint(place) => self.change_adjoint(*place, |slot| {
                *slot = slot.zero();
                Ok(())
            })?,
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
