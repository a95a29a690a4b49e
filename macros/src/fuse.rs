//! A loop that only adds up needs no trace: each iteration is differentiated as soon as it has run, since the adjoint of a
//! sum is known before the first one. `for x in xs { sum += f(x) }` becomes one loop that adds up the sum and the
//! gradient.
//!
//! That is so where no adjoint flows from one iteration to another and none that the loop reads depends on what it computes.
//! What such a loop shares with the rest of the function are sums, which it adds to and does not read, and adjoint
//! variables, which its backward sweep adds to and does not read.

use crate::differentiate::Derivative;
use crate::ir::{Graph, Head, Loop, Op, Projection, Region, Stmt, Value};
use std::collections::{BTreeSet, HashSet};

/// Moves the backward sweep of such loops to the end of their bodies, and notes where it begins in each.
pub(crate) fn fuse(derivative: &mut Derivative) {
    let mut place = 0;
    while place < derivative.forward.stmts.len() {
        if let Stmt::Loop(forward) = &derivative.forward.stmts[place]
            && let Some(fusion) = Fusion::of(derivative, place, forward)
        {
            let (id, first) = (forward.id, forward.body.stmts.len());
            place += fusion.carry_out(derivative, place);
            derivative.fused.insert(id, first);
        }
        place += 1;
    }
}

/// How the adjoint of a root is touched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Touch {
    Begin,
    Add,
    /// Read, taken or cleared.
    Read,
}

struct Fusion {
    /// Where the backward sweep of the loop stands.
    mirrored: usize,
    /// Statements of the forward and of the backward sweep that have to come first.
    hoisted: [Vec<usize>; 2],
}

impl Fusion {
    fn of(derivative: &Derivative, place: usize, forward: &Loop) -> Option<Self> {
        if forward.stop.is_some() || !matches!(forward.head, Head::Range { .. }) {
            return None;
        }
        let is_mirror =
            |stmt: &Stmt| matches!(stmt, Stmt::Loop(body) if body.mirrors == Some(forward.id));
        let mirrored = derivative.backward.stmts.iter().position(is_mirror)?;
        let Stmt::Loop(backward) = &derivative.backward.stmts[mirrored] else {
            return None;
        };
        let graph = &derivative.graph;
        let mut inner = HashSet::new();
        defined(&forward.body, &mut inner);
        defined(&backward.body, &mut inner);

        let sums = sums(graph, &forward.body, &inner)?;
        let mut touches = Vec::new();
        touched(graph, &backward.body, &mut touches)?;
        let outer = |touch: &&(Value, Touch)| !inner.contains(&touch.0);
        let of_kind = |kind: Touch| -> HashSet<Value> {
            let touches = touches.iter().filter(outer);
            touches
                .filter(|touch| touch.1 == kind)
                .map(|touch| touch.0)
                .collect()
        };
        let (added, read) = (of_kind(Touch::Add), of_kind(Touch::Read));
        // The adjoint of what the caller owns begins behind the forward sweep.
        if added.iter().any(|root| graph[*root].lent) {
            return None;
        }
        if !read.is_subset(&sums) || !read.is_disjoint(&added) {
            return None;
        }

        let before = &derivative.backward.stmts[..mirrored];
        let mut later = HashSet::new();
        for stmt in &derivative.forward.stmts[place + 1..] {
            defined_by(stmt, &mut later);
        }
        let mut search = Hoist {
            graph,
            before,
            later: &later,
            after: &derivative.forward.stmts,
            place,
            hoisted: Default::default(),
        };
        for (index, stmt) in before.iter().enumerate() {
            let mut touches = Vec::new();
            touched_by(graph, stmt, &mut touches)?;
            for (root, touch) in touches {
                match touch {
                    Touch::Begin if added.contains(&root) || read.contains(&root) => {
                        search.begin(root, index, derivative)?;
                    }
                    Touch::Add if read.contains(&root) => search.add(index)?,
                    Touch::Read if added.contains(&root) || read.contains(&root) => return None,
                    _ => {}
                }
            }
        }
        let mut used = HashSet::new();
        mentioned(graph, &backward.body, &mut used);
        for value in used.difference(&inner) {
            search.value(*value)?;
        }
        let hoisted = search.hoisted.map(|set| set.into_iter().collect());
        Some(Fusion { mirrored, hoisted })
    }

    /// Returns by how many statements the loop is further down.
    fn carry_out(self, derivative: &mut Derivative, place: usize) -> usize {
        let [from_forward, from_backward] = self.hoisted;
        let mut first: Vec<Stmt> = Vec::new();
        for index in from_forward.into_iter().rev() {
            first.insert(0, derivative.forward.stmts.remove(index));
        }
        let mut adjoint = Vec::new();
        let stmts = std::mem::take(&mut derivative.backward.stmts);
        for (index, stmt) in stmts.into_iter().enumerate() {
            match stmt {
                Stmt::Loop(backward) if index == self.mirrored => adjoint = backward.body.stmts,
                stmt if from_backward.contains(&index) => first.push(stmt),
                stmt => derivative.backward.stmts.push(stmt),
            }
        }
        if let Stmt::Loop(forward) = &mut derivative.forward.stmts[place] {
            forward.body.stmts.extend(adjoint);
        }
        let count = first.len();
        derivative.forward.stmts.splice(place..place, first);
        count
    }
}

/// Finds statements that can as well stand before the loop.
struct Hoist<'a> {
    graph: &'a Graph,
    /// Of the backward sweep, before that of the loop.
    before: &'a [Stmt],
    /// Of the forward sweep, with the place of the loop.
    after: &'a [Stmt],
    place: usize,
    /// What is computed after the loop.
    later: &'a HashSet<Value>,
    hoisted: [BTreeSet<usize>; 2],
}

impl Hoist<'_> {
    /// An adjoint variable that begins earlier: what it is the adjoint of has to be there, and as long.
    fn begin(&mut self, root: Value, index: usize, derivative: &Derivative) -> Option<()> {
        let is_there = !self.later.contains(&root);
        let keeps_its_shape =
            self.graph[root].ty.is_float() || !is_reshaped(self.graph, &derivative.forward, root);
        (is_there && keeps_its_shape).then(|| {
            self.hoisted[1].insert(index);
        })
    }

    fn add(&mut self, index: usize) -> Option<()> {
        let Stmt::Accumulate { place, value } = &self.before[index] else {
            return None;
        };
        self.hoisted[1].insert(index);
        self.place(*place)?;
        self.value(*value)
    }

    fn place(&mut self, place: Value) -> Option<()> {
        match &self.graph[place].op {
            Op::Project(base, projection) => {
                let base = *base;
                if let Projection::Index(index) = projection {
                    self.value(*index)?;
                }
                self.place(base)
            }
            Op::Ref(inner) | Op::Deref(inner) => self.place(*inner),
            _ => Some(()),
        }
    }

    /// A value that is there before the loop, or can be computed there.
    fn value(&mut self, value: Value) -> Option<()> {
        if self.later.contains(&value) {
            return self.computed_later(value);
        }
        let mut computed = HashSet::new();
        let place = self.before.iter().position(|stmt| {
            computed.clear();
            defined_by(stmt, &mut computed);
            computed.contains(&value)
        });
        let Some(place) = place else {
            return Some(());
        };
        if !matches!(self.before[place], Stmt::Let(_)) || reads_adjoints(&self.graph[value].op) {
            return None;
        }
        if self.hoisted[1].insert(place) {
            for operand in self.graph.operands(value) {
                self.value(operand)?;
            }
        }
        Some(())
    }

    /// A constant, or a number such as the length of a list, that stands behind the loop.
    fn computed_later(&mut self, value: Value) -> Option<()> {
        let is_it = |stmt: &Stmt| matches!(stmt, Stmt::Let(other) if *other == value);
        let index = self.place + self.after[self.place..].iter().position(is_it)?;
        let operands = self.graph.operands(value);
        let is_pure = match &self.graph[value].op {
            Op::Literal(_) | Op::Row(..) | Op::Cast(_) | Op::Deref(_) | Op::Ref(_) => true,
            Op::Project(..) => !self.graph.is_in_cell(value),
            Op::Rust(snippet) => {
                snippet.repeatable && !operands.iter().any(|used| self.graph.is_in_cell(*used))
            }
            _ => false,
        };
        if !is_pure {
            return None;
        }
        if self.hoisted[0].insert(index) {
            operands.into_iter().try_for_each(|used| self.value(used))?;
        }
        Some(())
    }
}

fn reads_adjoints(op: &Op) -> bool {
    matches!(
        op,
        Op::AdjointOf(_) | Op::ReadAdjoint(_) | Op::TakeAdjoint(_) | Op::PopAdjoint(_)
    )
}

/// The variables from outside that a loop adds to and does not read; `None` where it changes others that a derivative flows
/// through.
fn sums(graph: &Graph, body: &Region, inner: &HashSet<Value>) -> Option<HashSet<Value>> {
    let mut sums = HashSet::new();
    let mut reads = HashSet::new();
    let is_shared = |root: Value| graph[root].active && !inner.contains(&root);
    let mut open = vec![body];
    while let Some(region) = open.pop() {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => {
                    let op = &graph[*value].op;
                    if graph.may_change_cells(*value) {
                        return None;
                    }
                    if !matches!(op, Op::Project(..)) {
                        reads.extend(graph.operands(*value).into_iter().map(|v| graph.root(v)));
                    }
                }
                Stmt::Increment { place, value, .. } => {
                    sums.insert(graph.root(*place));
                    reads.insert(graph.root(*value));
                }
                Stmt::Store { place, value, .. } | Stmt::Push { place, value } => {
                    if is_shared(graph.root(*place)) {
                        return None;
                    }
                    reads.insert(graph.root(*value));
                }
                Stmt::Call(call) => {
                    if call.may_change() {
                        return None;
                    }
                    reads.extend(call.args.iter().map(|arg| graph.root(*arg)));
                }
                Stmt::Effect(value) => {
                    reads.extend(graph.operands(*value).into_iter().map(|v| graph.root(v)));
                }
                Stmt::If(branch) => open.extend(branch.arms()),
                Stmt::Loop(body) => {
                    open.push(&body.body);
                    if let Head::While { test } = &body.head {
                        open.push(test);
                    }
                }
                _ => return None,
            }
        }
        reads.extend(region.yields.iter().map(|v| graph.root(*v)));
    }
    sums.retain(|root| is_shared(*root));
    let are_variables = sums.iter().all(|root| !graph[*root].lent);
    (are_variables && sums.is_disjoint(&reads)).then_some(sums)
}

/// How statements touch adjoints; `None` where that cannot be said.
fn touched(graph: &Graph, region: &Region, touches: &mut Vec<(Value, Touch)>) -> Option<()> {
    region
        .stmts
        .iter()
        .try_for_each(|stmt| touched_by(graph, stmt, touches))
}

fn touched_by(graph: &Graph, stmt: &Stmt, touches: &mut Vec<(Value, Touch)>) -> Option<()> {
    match stmt {
        Stmt::Let(value) | Stmt::Effect(value) => match &graph[*value].op {
            Op::ReadAdjoint(place) | Op::TakeAdjoint(place) | Op::PopAdjoint(place) => {
                touches.push((graph.root(*place), Touch::Read));
            }
            Op::AdjointOf(root) => touches.push((*root, Touch::Read)),
            _ => {}
        },
        Stmt::BeginAdjoint(value) => touches.push((*value, Touch::Begin)),
        Stmt::Accumulate { place, .. } => touches.push((graph.root(*place), Touch::Add)),
        Stmt::ClearAdjoint(place) | Stmt::ResetAdjoint { place, .. } => {
            touches.push((graph.root(*place), Touch::Read));
        }
        Stmt::Pull { call, .. } => {
            if call.may_change() {
                return None;
            }
            touches.extend(call.args.iter().map(|arg| (graph.root(*arg), Touch::Add)));
        }
        Stmt::If(branch) => {
            for arm in branch.arms() {
                touched(graph, arm, touches)?;
            }
        }
        Stmt::Loop(body) => touched(graph, &body.body, touches)?,
        Stmt::PushAdjoint { .. } | Stmt::SwapAdjoints(..) => return None,
        Stmt::Call(_)
        | Stmt::Store { .. }
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Swap(..)
        | Stmt::Increment { .. } => {}
    }
    Some(())
}

/// Whether a list in a variable may get another length.
fn is_reshaped(graph: &Graph, region: &Region, root: Value) -> bool {
    region.stmts.iter().any(|stmt| match stmt {
        Stmt::Store { place, .. } => graph.root(*place) == root && !graph[*place].ty.is_float(),
        Stmt::Push { place, .. } | Stmt::Pop { place, .. } => graph.root(*place) == root,
        Stmt::Swap(a, b) => [a, b].iter().any(|place| graph.root(**place) == root),
        Stmt::Call(call) => call.changed().any(|place| graph.root(place) == root),
        Stmt::If(branch) => {
            let mut arms = branch.arms().into_iter();
            arms.any(|arm| is_reshaped(graph, arm, root))
        }
        Stmt::Loop(body) => is_reshaped(graph, &body.body, root),
        _ => false,
    })
}

fn defined(region: &Region, values: &mut HashSet<Value>) {
    region
        .stmts
        .iter()
        .for_each(|stmt| defined_by(stmt, values));
}

fn defined_by(stmt: &Stmt, values: &mut HashSet<Value>) {
    match stmt {
        Stmt::Let(value) => {
            values.insert(*value);
        }
        Stmt::Call(call) => values.extend([call.value, call.residuals]),
        Stmt::If(branch) => {
            values.extend(&branch.results);
            for arm in branch.arms() {
                defined(arm, values);
            }
        }
        Stmt::Loop(body) => {
            match &body.head {
                Head::Range { index, .. } => {
                    values.insert(*index);
                }
                Head::While { test } => defined(test, values),
            }
            defined(&body.body, values);
        }
        _ => {}
    }
}

/// Every value that the statements of a backward sweep name.
fn mentioned(graph: &Graph, region: &Region, values: &mut HashSet<Value>) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(value) | Stmt::Effect(value) => values.extend(graph.operands(*value)),
            Stmt::Accumulate { place, value } | Stmt::ResetAdjoint { place, value } => {
                values.insert(*value);
                indices(graph, *place, values);
            }
            Stmt::ClearAdjoint(place) => indices(graph, *place, values),
            Stmt::Pull { call, cotangent } => {
                values.insert(*cotangent);
                values.extend(&call.args);
            }
            Stmt::If(branch) => {
                values.insert(branch.cond);
                for arm in branch.arms() {
                    mentioned(graph, arm, values);
                }
            }
            Stmt::Loop(body) => {
                if let Head::Range { start, end, .. } = &body.head {
                    values.extend([*start, *end]);
                }
                mentioned(graph, &body.body, values);
            }
            _ => {}
        }
    }
    values.extend(&region.yields);
}

fn indices(graph: &Graph, place: Value, values: &mut HashSet<Value>) {
    match &graph[place].op {
        Op::Project(base, projection) => {
            if let Projection::Index(index) = projection {
                values.insert(*index);
            }
            indices(graph, *base, values);
        }
        Op::Ref(inner) | Op::Deref(inner) => indices(graph, *inner, values),
        _ => {}
    }
}
