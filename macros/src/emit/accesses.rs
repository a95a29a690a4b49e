//! How the body of a loop gets at the elements of lists.

use super::Emitter;
use crate::ir::{Graph, Head, Loop, Op, Projection, Stmt, Ty, Value};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::HashSet;

/// An element of a list.
#[derive(Clone, Copy)]
pub(super) struct Access {
    pub(super) place: Value,
    pub(super) list: Value,
    pub(super) position: Value,
}

/// The accesses to a list at one position, which goes from element to element, or stays where it is.
pub(super) struct InStep {
    pub(super) list: Value,
    pub(super) position: Value,
    pub(super) places: Vec<Value>,
}

/// What is read or changed of values, or of their adjoints.
#[derive(Default)]
struct Found {
    elements: Vec<Access>,
    /// Lists that are used otherwise than by element.
    whole: HashSet<Value>,
}

pub(super) struct Accesses<'a> {
    emitter: &'a Emitter<'a>,
    body: &'a Loop,
    index: Value,
    /// What the body computes.
    own: HashSet<Value>,
    /// What the forward sweep kept of the iteration.
    kept: HashSet<Value>,
    places: Found,
    adjoints: Found,
    seen: HashSet<Value>,
    /// Places, and places of adjoints, whose position does not count as read.
    in_step: [HashSet<Value>; 2],
}

impl<'a> Accesses<'a> {
    /// `None` where the body does more than to compute and to add up.
    pub(super) fn of(emitter: &'a Emitter<'a>, body: &'a Loop) -> Option<Self> {
        let Head::Range { index, .. } = body.head else {
            return None;
        };
        let mut accesses = Accesses {
            emitter,
            body,
            index,
            own: emitter.computed(body),
            kept: emitter.iteration(body).into_iter().collect(),
            places: Found::default(),
            adjoints: Found::default(),
            seen: HashSet::new(),
            in_step: Default::default(),
        };
        accesses.search()?;
        Some(accesses)
    }

    pub(super) fn places_in_step(&self) -> Vec<InStep> {
        self.in_step(&self.places)
    }

    pub(super) fn adjoints_in_step(&self) -> Vec<InStep> {
        self.in_step(&self.adjoints)
    }

    /// The elements of adjoints that the body adds to in every iteration, and of whose lists it reads nothing; they do not count
    /// as accesses any more.
    pub(super) fn take_sums(&mut self) -> Vec<InStep> {
        let read = self.adjoints_read();
        let is_sum = |access: &Access| {
            self.graph()[access.place].ty.is_float()
                && !read.contains(&access.list)
                && !self.adjoints.whole.contains(&access.list)
                && self.is_fixed(access.list)
                && self.is_fixed(access.position)
        };
        let (sums, others): (Vec<_>, Vec<_>) =
            self.adjoints.elements.iter().copied().partition(is_sum);
        let mut grouped = Vec::new();
        sums.iter().for_each(|sum| self.group(*sum, &mut grouped));
        self.adjoints.elements = others;
        grouped
    }

    fn adjoints_read(&self) -> HashSet<Value> {
        let graph = self.graph();
        let read = self.body.body.stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Let(value) => match graph[*value].op {
                Op::ReadAdjoint(place)
                | Op::TakeAdjoint(place)
                | Op::PopAdjoint(place)
                | Op::AdjointOf(place) => Some(graph.root(place)),
                _ => None,
            },
            Stmt::ClearAdjoint(place) => Some(graph.root(*place)),
            _ => None,
        });
        read.collect()
    }

    /// What the body reads, but for the positions of these places, and of these places of adjoints.
    pub(super) fn read_beside(mut self, in_step: [HashSet<Value>; 2]) -> HashSet<Value> {
        self.in_step = in_step;
        self.seen.clear();
        self.search();
        self.seen
    }

    /// The accesses to lists that are only used at positions which go from element to element, by list and position.
    fn in_step(&self, found: &Found) -> Vec<InStep> {
        let goes = |access: &Access| {
            !found.whole.contains(&access.list)
                && self.is_fixed(access.list)
                && self.goes_in_step(access.position)
        };
        let mut in_step: Vec<InStep> = Vec::new();
        for access in &found.elements {
            let mut of_list = found.elements.iter();
            if !of_list.all(|other| other.list != access.list || goes(other)) {
                continue;
            }
            self.group(*access, &mut in_step);
        }
        in_step
    }

    fn group(&self, access: Access, groups: &mut Vec<InStep>) {
        let known = groups.iter_mut().find(|known| {
            known.list == access.list && self.is_same(known.position, access.position)
        });
        match known {
            Some(known) => known.places.push(access.place),
            None => groups.push(InStep {
                list: access.list,
                position: access.position,
                places: vec![access.place],
            }),
        }
    }

    fn graph(&self) -> &'a Graph {
        &self.emitter.derivative.graph
    }

    fn search(&mut self) -> Option<()> {
        let live = |stmt: &&Stmt| self.emitter.plan.is_live(stmt);
        let stmts: Vec<&Stmt> = self.body.body.stmts.iter().filter(live).collect();
        for stmt in stmts {
            match stmt {
                Stmt::Let(value) if self.emitter.plan.is_inline(*value) => {}
                Stmt::Let(value) => self.definition(*value)?,
                Stmt::Accumulate { place, value } => {
                    self.adjoint(*place);
                    self.value(*value)?;
                }
                Stmt::ClearAdjoint(place) => self.adjoint(*place),
                Stmt::BeginAdjoint(value) if self.graph()[*value].ty.is_float() => {}
                _ => return None,
            }
        }
        Some(())
    }

    fn value(&mut self, value: Value) -> Option<()> {
        if !self.seen.insert(value) {
            return Some(());
        }
        if self.emitter.is_variable(value) && !self.own.contains(&value) {
            self.places.whole.insert(value);
            return Some(());
        }
        self.definition(value)
    }

    fn definition(&mut self, value: Value) -> Option<()> {
        match &self.graph()[value].op {
            Op::ReadAdjoint(place) | Op::TakeAdjoint(place) => self.adjoint(*place),
            Op::PopAdjoint(_) => return None,
            Op::AdjointOf(root) => {
                self.adjoints.whole.insert(*root);
            }
            Op::Param(_) => {
                self.places.whole.insert(value);
            }
            Op::Project(base, Projection::Index(position)) => {
                let access = self.access(value, *base, *position);
                match access {
                    Some(access) => self.places.elements.push(access),
                    None => self.value(*base)?,
                }
                if !self.in_step[0].contains(&value) {
                    self.value(*position)?;
                }
            }
            _ => {
                for operand in self.graph().operands(value) {
                    self.value(operand)?;
                }
            }
        }
        Some(())
    }

    fn adjoint(&mut self, place: Value) {
        match &self.graph()[place].op {
            Op::Project(base, Projection::Index(position)) => {
                match self.access(place, *base, *position) {
                    Some(access) => self.adjoints.elements.push(access),
                    None => self.adjoint(*base),
                }
                if !self.in_step[1].contains(&place) {
                    // A position is an integer: nothing in it ends the search.
                    let _ = self.value(*position);
                }
            }
            Op::Project(base, _) | Op::Ref(base) | Op::Deref(base) => self.adjoint(*base),
            _ => {
                self.adjoints.whole.insert(place);
            }
        }
    }

    /// An element of a list of floats that has a name.
    fn access(&self, place: Value, base: Value, position: Value) -> Option<Access> {
        let graph = self.graph();
        let list = self.named(graph.behind_refs(base));
        let of_floats = graph[list].ty.peeled().element().is_some_and(Ty::is_float);
        let has_name = matches!(graph[list].op, Op::Param(_)) || self.emitter.is_variable(list);
        (of_floats && has_name).then_some(Access {
            place,
            list,
            position,
        })
    }

    /// The variable that a value is read from where it is used.
    fn named(&self, list: Value) -> Value {
        match self.graph()[list].op {
            Op::Load(place) if self.emitter.plan.is_inline(list) => {
                self.named(self.graph().behind_refs(place))
            }
            _ => list,
        }
    }

    fn is_same(&self, a: Value, b: Value) -> bool {
        let graph = self.graph();
        match (&graph[a].op, &graph[b].op) {
            _ if a == b => true,
            (Op::Rust(a), Op::Rust(b)) => {
                a.uses == b.uses && a.tokens.to_string() == b.tokens.to_string()
            }
            _ => false,
        }
    }

    /// Whether a position is the index of the loop, plus what is the same in all iterations.
    fn goes_in_step(&self, position: Value) -> bool {
        let Op::Rust(snippet) = &self.graph()[position].op else {
            return position == self.index;
        };
        let mut index = None;
        for (name, value) in &snippet.uses {
            if *value == self.index {
                index = Some(name.as_str());
            } else if !self.is_fixed(*value) {
                return false;
            }
        }
        // What it is computed from may have changed since.
        let is_kept = self.kept.contains(&position);
        !is_kept
            && snippet.repeatable
            && index.is_some_and(|index| adds_once(&snippet.tokens, index))
    }

    /// Whether a value is known before the loop.
    fn is_fixed(&self, value: Value) -> bool {
        if value == self.index || self.own.contains(&value) || self.kept.contains(&value) {
            return false;
        }
        let operands = self.graph().operands(value);
        self.emitter.is_variable(value) || operands.iter().all(|operand| self.is_fixed(*operand))
    }
}

impl Emitter<'_> {
    /// What an iteration of the backward sweep makes, and computes again of the forward sweep.
    fn computed(&self, body: &Loop) -> HashSet<Value> {
        let made = body.body.stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Let(value) => Some(*value),
            _ => None,
        });
        let again = body.mirrors.into_iter();
        let again = again.flat_map(|id| self.plan.kept.again((id, 0)));
        made.chain(again.copied()).collect()
    }
}

/// Whether a sum has a name as one of its terms, and nowhere else.
fn adds_once(sum: &TokenStream, name: &str) -> bool {
    let mut terms = vec![(true, Vec::new())];
    for token in sum.clone() {
        match &token {
            TokenTree::Punct(sign) if ['+', '-'].contains(&sign.as_char()) => {
                terms.push((sign.as_char() == '+', Vec::new()));
            }
            _ => terms.last_mut().expect("begins with one").1.push(token),
        }
    }
    terms.retain(|(_, term)| term.iter().any(|token| mentions(token, name)));
    matches!(&terms[..], [(true, term)] if is_word(term, name))
}

fn is_word(term: &[TokenTree], name: &str) -> bool {
    matches!(term, [TokenTree::Ident(word)] if word == name)
}

fn mentions(token: &TokenTree, name: &str) -> bool {
    match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => group
            .stream()
            .into_iter()
            .any(|token| mentions(&token, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::adds_once;

    #[test]
    fn sums_with_the_index_as_a_term() {
        let sum = |text: &str| adds_once(&text.parse().expect("tokens"), "j");
        for text in [
            "j",
            "j + 1",
            "k * n + j",
            "column + j - i - 1",
            "(a - b) * 2 + j",
            "n - m + j",
        ] {
            assert!(sum(text), "{text}");
        }
        for text in [
            "k",
            "n - j",
            "2 * j",
            "j + j",
            "j * n + k",
            "(j + 1)",
            "x[j] + j",
            "j as usize",
            "j % 2 + j",
            "f(j)",
        ] {
            assert!(!sum(text), "{text}");
        }
    }
}
