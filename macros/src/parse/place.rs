//! Places: variables and their parts, to be read or overwritten.

use super::Lower;
use super::content::Content;
use super::env::{plain, spelling};
use crate::ir::{FloatTy, Op, Projection, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprRange, Member, UnOp};

impl Lower<'_> {
    /// The place that an expression names; `None` where it is a value of its own.
    pub(super) fn place(&mut self, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Path(path) => self.env.value_of(&spelling(path.path.get_ident()?)),
            Expr::Paren(inner) => self.place(&inner.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                let inner = self.place(&unary.expr)?;
                Some(self.followed(inner, expr.span()))
            }
            Expr::Field(field) => {
                let base = self.place(&field.base)?;
                Some(self.part(base, field.member.clone(), field.member.span()))
            }
            Expr::Index(index) if !matches!(*index.index, Expr::Range(_)) => {
                let base = self.place(&index.expr)?;
                self.check_index(&index.index);
                let position = self.position(&index.index);
                Some(self.element(base, position, index.span()))
            }
            Expr::Index(index) => {
                let Expr::Range(range) = &*index.index else {
                    return None;
                };
                let base = self.place(&index.expr)?;
                Some(self.slice(base, range, index.span()))
            }
            Expr::MethodCall(call) => self.content(call, Content::Place),
            _ => None,
        }
    }

    /// The value of a place at this point.
    pub(super) fn read(&mut self, place: Value, span: Span) -> Value {
        if self.graph.is_in_cell(place) && !matches!(self.graph[place].ty, Ty::Ref(_)) {
            let ty = self.graph[place].ty.owned();
            // What holds the same until something changes it is read once.
            let is_number = matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool);
            let is_whole = matches!(self.graph[place].op, Op::Cell(_));
            if let Some(&load) = self.loads.get(&place) {
                return load;
            }
            if let (true, Some(load)) = (is_number, self.just_read(place)) {
                return load;
            }
            let load = self.add(Op::Load(place), ty, span);
            if is_number && is_whole {
                self.loads.insert(place, load);
            }
            return load;
        }
        place
    }

    /// What was read of the same element, where nothing since can have changed it.
    fn just_read(&self, place: Value) -> Option<Value> {
        let root = self.graph.root(place);
        let leaves_it = |stmt: &&IrStmt| match stmt {
            IrStmt::Let(value) => !self.graph.may_change_cells(*value),
            IrStmt::Call(call) => !call.may_change(),
            IrStmt::Store { place, .. } | IrStmt::Increment { place, .. } => {
                self.graph.root(*place) != root
            }
            _ => false,
        };
        let since = self.stmts.iter().rev().take_while(leaves_it);
        since
            .filter_map(|stmt| match stmt {
                IrStmt::Let(value) => Some(*value),
                _ => None,
            })
            .find(|value| {
                matches!(self.graph[*value].op, Op::Load(other) if self.graph.is_same_place(other, place))
            })
    }

    /// An element of a list.
    pub(super) fn element(&mut self, list: Value, position: Value, span: Span) -> Value {
        let base = self.behind(list);
        if let (Op::Array(parts), Some(index)) =
            (&self.graph[base].op, self.constant_index(position))
            && let Some(part) = parts.get(index)
        {
            return *part;
        }
        if let Some((list, start)) = self.window_with(base, position) {
            // A window lies within its list: so does an element that lies within the window.
            let position = match self.is_zero(position) {
                true => start,
                false => {
                    let uses = vec![("start", start), ("index", position)];
                    self.composed(quote!(start + index), uses, Ty::Int, span)
                }
            };
            return self.element(list, position, span);
        }
        let ty = self.graph[base].ty.element().cloned().unwrap_or(Ty::Other);
        self.add(Op::Project(base, Projection::Index(position)), ty, span)
    }

    /// The list and the start of a window that is known to have an element at a position.
    fn window_with(&self, window: Value, position: Value) -> Option<(Value, Value)> {
        let Op::Project(list, Projection::Index(range)) = &self.graph[window].op else {
            return None;
        };
        let Op::Rust(snippet) = &self.graph[*range].op else {
            return None;
        };
        let [(start_name, start), (size_name, size)] = snippet.uses.as_slice() else {
            return None;
        };
        let is_window = (plain(start_name), plain(size_name)) == ("start", "size");
        let is_within = self.constant_index(position)? < self.constant_index(*size)?;
        (is_window && is_within).then_some((*list, *start))
    }

    /// A part of a list: `x[1..n]`.
    fn slice(&mut self, list: Value, range: &ExprRange, span: Span) -> Value {
        let range = self.index_range(range);
        self.slice_by(list, range, span)
    }

    pub(super) fn slice_by(&mut self, list: Value, range: Value, span: Span) -> Value {
        let base = self.behind(list);
        let element = self.graph[base].ty.element().cloned();
        let ty = Ty::Slice(Box::new(element.unwrap_or(Ty::Other)));
        self.add(Op::Project(base, Projection::Index(range)), ty, span)
    }

    /// A range as an index: its bounds are values of their own, so that it can be written where it is used.
    pub(super) fn index_range(&mut self, range: &ExprRange) -> Value {
        let [start, end] = [&range.start, &range.end].map(|bound| {
            let bound = bound.as_deref()?;
            self.check_index(bound);
            Some(self.position(bound))
        });
        let limits = &range.limits;
        let (tokens, uses) = match (start, end) {
            (Some(start), Some(end)) => (
                quote!(start #limits end),
                vec![("start", start), ("end", end)],
            ),
            (Some(start), None) => (quote!(start #limits), vec![("start", start)]),
            (None, Some(end)) => (quote!(#limits end), vec![("end", end)]),
            (None, None) => (quote!(#limits), Vec::new()),
        };
        self.composed(tokens, uses, Ty::Range, range.span())
    }

    fn constant_index(&self, position: Value) -> Option<usize> {
        match &self.graph[position].op {
            Op::Rust(snippet) => snippet.tokens.to_string().parse().ok(),
            _ => None,
        }
    }

    pub(super) fn check_index(&mut self, index: &Expr) {
        if !self.is_lowered(index) && self.loses_derivative_to_integer(index) {
            self.lost_in_index(index);
        }
    }

    pub(super) fn lost_in_index(&mut self, index: &Expr) {
        self.errors.on(
            index,
            "an index that depends on an active value loses the derivative",
            "compute the index from values outside `wrt`, or wrap the active part in `stop_gradient(..)`",
        );
    }

    /// What a reference refers to.
    pub(super) fn followed(&mut self, value: Value, span: Span) -> Value {
        match (&self.graph[value].op, self.graph[value].ty.clone()) {
            (Op::Ref(inner), _) => *inner,
            (Op::Boxed(inner), _) => *inner,
            (_, Ty::Ref(ty)) => self.add(Op::Deref(value), *ty, span),
            (_, Ty::Boxed(_)) => self.unboxed(value, span),
            // Where a derivative flows and the type is not known, it is a box: tangents hold no references.
            (_, Ty::Other) if self.graph[value].active => self.unboxed(value, span),
            (_, ty) => self.add(Op::Deref(value), ty, span),
        }
    }

    pub(super) fn unboxed(&mut self, value: Value, span: Span) -> Value {
        let ty = match &self.graph[value].ty {
            Ty::Boxed(inner) => (**inner).clone(),
            _ => Ty::Other,
        };
        self.add(Op::Project(value, Projection::Unboxed), ty, span)
    }

    /// The name of the variable that an expression changes.
    pub(super) fn changed_name(expr: &Expr) -> Option<String> {
        match expr {
            Expr::Path(path) => path.path.get_ident().map(spelling),
            Expr::Paren(inner) => Self::changed_name(&inner.expr),
            Expr::Unary(unary) => Self::changed_name(&unary.expr),
            Expr::Field(field) => Self::changed_name(&field.base),
            Expr::Index(index) => Self::changed_name(&index.expr),
            Expr::Reference(reference) => Self::changed_name(&reference.expr),
            _ => None,
        }
    }

    /// What an assignment assigns to: several places where it takes a value apart.
    pub(super) fn targets(left: &Expr) -> Vec<&Expr> {
        let parts: Vec<&Expr> = match left {
            Expr::Paren(inner) => vec![&inner.expr],
            Expr::Tuple(tuple) => tuple.elems.iter().collect(),
            Expr::Array(array) => array.elems.iter().collect(),
            Expr::Call(call) => call.args.iter().collect(),
            Expr::Struct(fields) => fields.fields.iter().map(|field| &field.expr).collect(),
            left => return vec![left],
        };
        parts.into_iter().flat_map(Self::targets).collect()
    }

    /// The place that a statement changes, in a cell; on the first pass the variable may only become one.
    pub(super) fn changed_place(&mut self, target: &Expr) -> Option<Value> {
        let place = self.place(target);
        match place {
            Some(place) if self.graph.is_in_cell(place) => Some(self.graph.behind_refs(place)),
            Some(place) => {
                let name = Self::changed_name(target).unwrap_or_default();
                let name = plain(&name).to_owned();
                let root = self.graph.root(place);
                if let Some(owner) = self.graph[root].name.clone() {
                    self.cells.make_cell(&owner);
                }
                if self.is_frozen(&name) {
                    self.error_on(
                        target,
                        format!("`{name}` cannot be changed here"),
                        "change a variable that the function declares with `let mut`",
                    );
                } else {
                    self.cells.make_cell(&name);
                }
                None
            }
            None => {
                self.error_on(
                    target,
                    "this is not a place that can be changed under differentiation",
                    "assign to a variable that the function declares, to a field or to an element of one",
                );
                None
            }
        }
    }

    /// Whether a variable was made a cell already, and still is none: it is not the function's to change.
    fn is_frozen(&self, name: &str) -> bool {
        self.cells.is_cell(name)
    }

    pub(super) fn store(&mut self, place: Value, value: Value) {
        self.note_stored(place, value);
        let shape = self.changes_shape(place, value).then(|| {
            let ty = self.graph[place].ty.peeled().owned();
            let span = self.graph[value].span;
            let shape = self.add(Op::ZeroLike(place), ty, span);
            self.graph[shape].active = false;
            shape
        });
        self.loads.remove(&self.graph.root(place));
        self.stmts.push(IrStmt::Store {
            place,
            value,
            shape,
        });
    }

    pub(super) fn increment(&mut self, place: Value, value: Value, negative: bool) {
        self.note_stored(place, value);
        self.loads.remove(&self.graph.root(place));
        self.stmts.push(IrStmt::Increment {
            place,
            value,
            negative,
        });
    }

    pub(super) fn push(&mut self, list: Value, value: Value) {
        let span = self.graph[value].span;
        let position = self.composed(quote::quote!(0), Vec::new(), Ty::Int, span);
        let element = self.element(list, position, span);
        self.note_stored(element, value);
        self.stmts.push(IrStmt::Push { place: list, value });
    }

    /// Something active is stored in a place.
    pub(super) fn note_activity(&mut self, place: Value, span: Span) {
        let root = self.graph.root(place);
        if self.graph[root].active {
            return;
        }
        let Some(name) = self.graph[root].name.clone() else {
            return;
        };
        if self.graph[root].lent {
            self.errors.at(
                span,
                format!(
                    "`{name}` is left out of `wrt`: what is stored in it here loses its derivative"
                ),
                format!(
                    "add `{name}` to `wrt(..)`, or block the derivative with `stop_gradient(..)`"
                ),
            );
        } else {
            self.cells.activate(&name);
        }
    }

    /// What a store tells of the cell.
    pub(super) fn note_stored(&mut self, place: Value, value: Value) {
        let root = self.graph.root(place);
        let Some(name) = self.graph[root].name.clone() else {
            return;
        };
        if self.graph[value].active {
            self.note_activity(place, self.graph[value].span);
        }
        let Some(&number) = self.cell_numbers.get(&root) else {
            return;
        };
        // A literal in the declaration says that it is a float; the first known value says which.
        let held = match (&self.graph[root].ty, place == root) {
            (held, true) => Some(held.clone()),
            (held, false) if self.is_element_of(place, root) => held.element().cloned(),
            _ => None,
        };
        let stored = self.graph[value].ty.peeled().clone();
        if let (Op::Cell(init), true) = (&self.graph[root].op, place == root)
            && matches!(self.graph[*init].op, Op::None)
            && self.graph[root].ty == Ty::Never
            && stored != Ty::Float(FloatTy::Inferred)
        {
            return self.cells.learn(&name, number, stored);
        }
        // The float that a tensor is reduced to is that of its elements, which only rustc knows.
        let is_reduced = matches!(&self.graph[value].op, Op::Row(row, _) if !row.is_elementwise());
        if is_reduced && stored == Ty::Other && place == root {
            return self.cells.learn(&name, number, stored);
        }
        let unknown = matches!(
            held,
            Some(Ty::Other | Ty::Never | Ty::Float(FloatTy::Inferred))
        );
        if unknown && matches!(stored, Ty::Float(_)) && stored != Ty::Float(FloatTy::Inferred) {
            let ty = if place == root {
                stored
            } else {
                Ty::List(Box::new(stored))
            };
            self.cells.learn(&name, number, ty);
        }
    }

    fn is_element_of(&self, place: Value, list: Value) -> bool {
        match self.graph[place].op {
            Op::Project(base, Projection::Index(_)) => {
                let base = self.graph.behind_refs(base);
                let is_part = matches!(self.graph[base].ty, Ty::Slice(_));
                base == list || is_part && self.is_element_of(base, list)
            }
            _ => false,
        }
    }

    /// A cell that is no variable of the function.
    pub(super) fn hidden_cell(&mut self, wish: &str, init: Value, span: Span) -> Value {
        let name = self.cells.hidden(wish);
        self.cell(&name, init, span)
    }

    /// A cell of this name that begins with a value.
    pub(super) fn cell(&mut self, name: &str, init: Value, span: Span) -> Value {
        let number = self.cells.next(name);
        let learned = self.cells.make(name).cloned();
        let ty = match (&self.graph[init].ty, learned) {
            (Ty::Float(FloatTy::Inferred) | Ty::List(_) | Ty::Other | Ty::Never, Some(learned)) => {
                learned
            }
            (ty, _) => ty.clone(),
        };
        let active = ty.may_carry() && (self.graph[init].active || self.cells.is_active(name));
        let value = self.add(Op::Cell(init), ty, span);
        self.graph[value].active = active;
        self.graph[value].name = Some(name.to_owned());
        self.cell_numbers.insert(value, number);
        value
    }

    /// A cell that no variable stands for.
    pub(super) fn scratch(&mut self, name: &str, init: Value, span: Span) -> Value {
        let cell = self.hidden_cell(name, init, span);
        self.scratches.insert(cell, None);
        cell
    }

    /// A field of a struct or an element of a tuple.
    pub(super) fn part(&mut self, value: Value, member: Member, span: Span) -> Value {
        let base = self.behind(value);
        let index = match &member {
            Member::Unnamed(index) => Some(index.index as usize),
            Member::Named(_) => None,
        };
        if let (Op::Tuple(parts), Some(index)) = (&self.graph[base].op, index)
            && let Some(part) = parts.get(index)
        {
            return *part;
        }
        if let Op::Struct(construction) = &self.graph[base].op
            && let Some((_, part)) = construction.fields.iter().find(|(name, _)| *name == member)
        {
            return *part;
        }
        if let Op::Struct(construction) = &self.graph[base].op
            && let Some(rest) = construction.rest
        {
            return self.part(rest, member, span);
        }
        let ty = match (&self.graph[base].ty, index) {
            (Ty::Tuple(parts), Some(index)) if index < parts.len() => parts[index].clone(),
            _ => Ty::Other,
        };
        self.add(Op::Project(base, Projection::Field(member)), ty, span)
    }
}
