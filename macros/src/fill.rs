//! A list that a loop over positions fills from empty has its length from the beginning: `collect` writes its elements, as one
//! does who counts them, instead of appending one by one. Their adjoints are then found by position, too.

use crate::ir::{FloatTy, Graph, Head, Loop, Op, Primal, Projection, Region, Stmt, Ty, Value};
use proc_macro2::{TokenStream, TokenTree};

/// `sizes` are the parameters that are declared as `usize`.
pub(crate) fn fill(primal: &mut Primal, sizes: &[usize]) {
    let sizes: Vec<Value> = sizes.iter().map(|index| primal.params[*index]).collect();
    let mut lists = Lists {
        graph: &mut primal.graph,
        sizes,
    };
    lists.region(&mut primal.body);
}

struct Lists<'a> {
    graph: &'a mut Graph,
    sizes: Vec<Value>,
}

impl Lists<'_> {
    fn region(&mut self, region: &mut Region) {
        let mut place = 0;
        while place < region.stmts.len() {
            if let Some((list, init)) = self.empty_list(&region.stmts[place])
                && let Some(filled) = self.filled_by(list, &region.stmts[place + 1..])
            {
                self.give_length(list, init, region, place, place + 1 + filled);
            }
            match &mut region.stmts[place] {
                Stmt::If(branch) => {
                    self.region(&mut branch.then);
                    self.region(&mut branch.otherwise);
                }
                Stmt::Loop(repeat) => self.region(&mut repeat.body),
                _ => {}
            }
            place += 1;
        }
    }

    /// A list of floats that begins here without elements, and that beginning.
    fn empty_list(&self, stmt: &Stmt) -> Option<(Value, Value)> {
        let Stmt::Let(list) = stmt else {
            return None;
        };
        let Op::Cell(init) = self.graph[*list].op else {
            return None;
        };
        let is_empty = match &self.graph[init].op {
            Op::Vec(parts) => parts.is_empty(),
            Op::Rust(snippet) => is_new_vec(&snippet.tokens),
            _ => false,
        };
        (is_empty && self.graph[*list].active).then_some((*list, init))
    }

    /// The next statement that has to do with a list, if it is a loop that appends to it once for each position.
    fn filled_by(&self, list: Value, following: &[Stmt]) -> Option<usize> {
        let index = following
            .iter()
            .position(|stmt| self.mentions(stmt, list))?;
        let Stmt::Loop(repeat) = &following[index] else {
            return None;
        };
        let Head::Range {
            start,
            end,
            backwards: false,
            ..
        } = repeat.head
        else {
            return None;
        };
        let push = appends(repeat, list)?;
        let is_known = |float: &FloatTy| *float != FloatTy::Inferred;
        let is_number = matches!(&self.graph[push].ty, Ty::Float(float) if is_known(float));
        let mut others = repeat.body.stmts.iter().filter(|stmt| !is_push(stmt, list));
        let counts = self.is_zero(start) && self.is_usize(end) && repeat.stop.is_none();
        (is_number && counts && !others.any(|stmt| self.mentions(stmt, list))).then_some(index)
    }

    /// Moves the beginning of a list to the loop that fills it.
    fn give_length(
        &mut self,
        list: Value,
        init: Value,
        region: &mut Region,
        place: usize,
        filled: usize,
    ) {
        let Stmt::Loop(repeat) = &mut region.stmts[filled] else {
            unreachable!("found to be a loop")
        };
        let Head::Range { index, end, .. } = repeat.head else {
            unreachable!("found to be over a range")
        };
        for stmt in &mut repeat.body.stmts {
            if let Stmt::Push { place, value } = *stmt
                && place == list
            {
                let node = &self.graph[value];
                let (ty, span) = (node.ty.clone(), node.span);
                let op = Op::Project(list, Projection::Index(index));
                let place = self.graph.add(op, ty, true, span);
                *stmt = Stmt::Store {
                    place,
                    value,
                    shape: None,
                };
            }
        }
        let ty = self.graph[list].ty.element().cloned().unwrap_or(Ty::Other);
        let span = self.graph[init].span;
        let element = self.graph.add(Op::Literal("0.0".into()), ty, false, span);
        self.graph[init].op = Op::Repeat {
            element,
            count: end,
            in_vec: true,
        };
        let begins = |stmt: &Stmt| matches!(stmt, Stmt::Let(value) if *value == init);
        let first = region.stmts[..place].iter().position(begins);
        let moved = first.map(|first| region.stmts.remove(first));
        let (place, filled) = match first {
            Some(_) => (place - 1, filled - 1),
            None => (place, filled),
        };
        let begin = region.stmts.remove(place);
        let before = [Some(Stmt::Let(element)), moved, Some(begin)];
        region
            .stmts
            .splice(filled - 1..filled - 1, before.into_iter().flatten());
    }

    /// Whether a statement reads a list or changes it.
    fn mentions(&self, stmt: &Stmt, list: Value) -> bool {
        let is_it = |value: Value| self.graph.root(value) == list;
        let is_read = |value: Value| {
            !matches!(
                self.graph[value].op,
                Op::Project(..) | Op::Ref(_) | Op::Deref(_)
            ) && self.graph.operands(value).into_iter().any(is_it)
        };
        let regions = stmt.regions();
        let mut within = regions.iter().flat_map(|region| &region.stmts);
        let mut yielded = regions.iter().flat_map(|region| &region.yields);
        match stmt {
            _ if stmt.changes(self.graph, list) => true,
            Stmt::Let(value) | Stmt::Effect(value) => is_read(*value),
            Stmt::Store { value, .. }
            | Stmt::Push { value, .. }
            | Stmt::Increment { value, .. } => is_it(*value),
            Stmt::Call(call) => call.args.iter().any(|arg| is_it(*arg)),
            _ => within.any(|stmt| self.mentions(stmt, list)) || yielded.any(|value| is_it(*value)),
        }
    }

    fn is_zero(&self, value: Value) -> bool {
        matches!(&self.graph[value].op, Op::Rust(snippet) if snippet.tokens.to_string() == "0")
    }

    /// Whether a number is certainly a `usize`: a length, a parameter that is declared so, or computed from one.
    fn is_usize(&self, value: Value) -> bool {
        match &self.graph[value].op {
            Op::Param(_) => self.sizes.contains(&value),
            Op::Rust(snippet) => {
                let text = snippet.text().replace("::core::cmp::Ord::min", "");
                let mut words = snippet.tokens.clone().into_iter();
                let is_as =
                    |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "as");
                let is_converted = text.contains("::") || words.any(is_as);
                let mut uses = snippet.uses.iter();
                !is_converted
                    && (text.contains(".len()") || uses.any(|(_, used)| self.is_usize(*used)))
            }
            _ => false,
        }
    }
}

/// What a loop appends to a list, if that is the one statement of its body that does.
fn appends(repeat: &Loop, list: Value) -> Option<Value> {
    let mut pushes = repeat.body.stmts.iter().filter(|stmt| is_push(stmt, list));
    match (pushes.next(), pushes.next()) {
        (Some(Stmt::Push { value, .. }), None) => Some(*value),
        _ => None,
    }
}

fn is_push(stmt: &Stmt, list: Value) -> bool {
    matches!(stmt, Stmt::Push { place, .. } if *place == list)
}

/// `Vec::new()` and `Vec::with_capacity(n)`
pub(crate) fn is_new_vec(tokens: &TokenStream) -> bool {
    let is_colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    let path: Vec<TokenTree> = tokens
        .clone()
        .into_iter()
        .filter(|token| !is_colon(token))
        .collect();
    let [modules @ .., list, function, TokenTree::Group(arguments)] = &path[..] else {
        return false;
    };
    let (list, function) = (list.to_string(), function.to_string());
    let is_of_std = |module: &TokenTree| ["std", "vec"].contains(&module.to_string().as_str());
    let is_made = function == "new" || function == "with_capacity" && is_number(arguments.stream());
    list == "Vec" && modules.iter().all(is_of_std) && is_made
}

/// Names, literals, fields, lengths and sums of them: nothing is lost where they are not computed.
fn is_number(tokens: TokenStream) -> bool {
    tokens.into_iter().all(|token| match token {
        TokenTree::Ident(_) | TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => ".+-*".contains(punct.as_char()),
        TokenTree::Group(group) => group.stream().is_empty(),
    })
}
