//! Statements that go straight on.

use super::Lower;
use super::env::{Variable, plain, spelling};
use super::types::known;
use crate::ir::{FloatTy, Op, Stmt as IrStmt, Ty, Value};
use quote::quote;
use std::borrow::Cow;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprBinary, ExprMethodCall, Local, Pat, Stmt};

impl Lower<'_> {
    pub(super) fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Local(local) => self.local(local),
            Stmt::Expr(expr, _) => self.effect(expr),
            Stmt::Macro(stmt) => {
                self.macro_effect(&stmt.mac);
            }
            Stmt::Item(item) => self.inner_item(item),
        }
    }

    fn local(&mut self, local: &Local) {
        let Some(init) = &local.init else {
            return self.deferred(&local.pat);
        };
        if self.local_closure(local) {
            return;
        }
        if let Some(array) = self.declared_array(local, &init.expr) {
            return self.bind_local(local, array);
        }
        if let Some(parts) = self.mapped_to(&local.pat, &init.expr) {
            return self.bind_local(local, parts);
        }
        let value = match self.declared_integer(&local.pat) {
            // `let n: usize = grid.rows * grid.cols;`
            Some(ty) if self.is_arithmetic_of_fields(&init.expr) => self.plain(&init.expr, ty),
            _ => self.expression(&with_declared_type(&init.expr, &local.pat)),
        };
        let value = self.fresh(value, &local.pat);
        self.note_maker(&init.expr, value);
        self.bind_local(local, value);
    }

    /// `let a: [f64; 3] = std::array::from_fn(..)`
    fn declared_array(&mut self, local: &Local, init: &Expr) -> Option<Value> {
        match (init, &local.pat) {
            (Expr::Call(call), Pat::Type(pattern)) if self.mentions_active(init) => {
                self.array_from_fn(call, Some(&pattern.ty))
            }
            _ => None,
        }
    }

    /// The type that a pattern declares, if that is an integer.
    fn declared_integer(&self, pattern: &Pat) -> Option<Ty> {
        let Pat::Type(pattern) = pattern else {
            return None;
        };
        let ty = known(&pattern.ty, &self.signature.float_generics);
        (ty == Ty::Int).then_some(ty)
    }

    /// Whether an expression is made of operators, and of what is read without a call or a cast.
    fn is_arithmetic_of_fields(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Binary(binary) => {
                self.is_arithmetic_of_fields(&binary.left)
                    && self.is_arithmetic_of_fields(&binary.right)
            }
            Expr::Paren(inner) => self.is_arithmetic_of_fields(&inner.expr),
            Expr::Path(_) | Expr::Field(_) | Expr::Lit(_) => true,
            _ => false,
        }
    }

    /// `let y;`, to be assigned later.
    fn deferred(&mut self, pattern: &Pat) {
        let (pattern, ty) = match pattern {
            Pat::Type(pat) => (
                &*pat.pat,
                Some(known(&pat.ty, &self.signature.float_generics)),
            ),
            other => (other, None),
        };
        match pattern {
            Pat::Ident(pat) => {
                self.env.declare(spelling(&pat.ident), ty, None);
            }
            other => {
                self.error_on(
                    other,
                    "this pattern is not supported without a value",
                    "bind one name at a time, as in `let y;`",
                );
                self.declare_all(other);
            }
        }
    }

    /// A literal that is named gets a node of its own for each name, so that a declared type stays with its name.
    fn fresh(&mut self, value: Value, pattern: &Pat) -> Value {
        match (&self.graph[value].op, pattern) {
            (Op::Literal(_), Pat::Type(_)) => {
                let node = self.graph[value].clone();
                self.add(node.op, node.ty, node.span)
            }
            _ => value,
        }
    }

    /// An expression that stands for what it does.
    pub(super) fn effect(&mut self, expr: &Expr) {
        match expr {
            Expr::Assign(assign) => {
                let value = self.expression(&assign.right);
                self.assign(&assign.left, value);
            }
            Expr::Binary(binary) if compound(&binary.op).is_some() => self.compound(binary),
            Expr::If(branch) => {
                self.branch(branch);
            }
            Expr::Block(block) => {
                self.block(block);
            }
            Expr::Paren(inner) => self.effect(&inner.expr),
            Expr::ForLoop(expr) => {
                self.for_loop(expr);
            }
            Expr::While(expr) => {
                self.while_loop(expr);
            }
            Expr::Loop(expr) => {
                self.endless_loop(expr);
            }
            Expr::MethodCall(call) if self.orders(call) => self.effect_as_written(expr),
            Expr::MethodCall(call) if !self.is_of_users(call) && self.mutating_method(call) => {}
            Expr::Macro(mac) => {
                self.macro_effect(&mac.mac);
            }
            _ if !self.mentions_active(expr) && !super::expression::is_refused(expr) => {
                self.effect_as_written(expr);
            }
            _ => {
                self.expression(expr);
            }
        }
    }

    fn effect_as_written(&mut self, expr: &Expr) {
        let snippet = self.snippet(expr);
        let value = self
            .graph
            .add(Op::Rust(snippet), Ty::Other, false, expr.span());
        self.loads.clear();
        self.stmts.push(IrStmt::Effect(value));
    }

    /// Whether a list without floats is put in an order, which may be that of active values: like a condition, that has no
    /// derivative.
    fn orders(&self, call: &ExprMethodCall) -> bool {
        let is_ordering = ["sort", "retain"]
            .iter()
            .any(|name| call.method.to_string().starts_with(name));
        let ty = self.snippet_ty(&call.receiver);
        is_ordering
            && ty
                .peeled()
                .element()
                .is_some_and(|element| !element.may_carry())
    }

    pub(super) fn assign(&mut self, target: &Expr, value: Value) {
        match target {
            Expr::Paren(inner) => self.assign(&inner.expr, value),
            Expr::Tuple(tuple) => {
                for (index, target) in tuple.elems.iter().enumerate() {
                    let member = syn::Member::Unnamed(syn::Index::from(index));
                    let part = self.part(value, member, target.span());
                    self.assign(target, part);
                }
            }
            Expr::Infer(_) => {}
            Expr::Path(path) if path.path.get_ident().is_some() => {
                let name = Self::changed_name(target).unwrap_or_default();
                let found = self.env.lookup(&name);
                let name = plain(&name).to_owned();
                let Some(variable) = found else {
                    self.error(
                        target.span(),
                        format!("`{name}` is not a variable of this function"),
                        "assign to a variable that the function declares; statics cannot be changed under differentiation",
                    );
                    return;
                };
                self.assign_variable(target, variable, &name, value);
            }
            _ => {
                if let Some(place) = self.changed_place(target) {
                    self.store(place, value);
                }
            }
        }
    }

    fn assign_variable(&mut self, target: &Expr, variable: Variable, name: &str, value: Value) {
        let current = self.env.value(variable);
        if current.is_some_and(|current| matches!(self.graph[current].op, Op::Cell(_))) {
            return self.store(current.expect("checked"), value);
        }
        if self.env.is_outside_loop(variable) {
            if current.is_some() {
                self.changed_place(target);
                return;
            }
            let value = self.error(
                target.span(),
                format!("`{name}` gets its first value in a loop or a labelled block"),
                "give it a value where it is declared",
            );
            return self.env.assign(variable, value);
        }
        if let Some(ty) = self.env.declared_ty(variable).cloned()
            && self.graph.is_literal(value)
        {
            self.graph[value].ty = ty;
        }
        // What is assigned has the type of what was there.
        if let Some(held) = current.map(|current| self.graph[current].ty.clone())
            && matches!(
                held,
                Ty::Float(FloatTy::F32 | FloatTy::F64 | FloatTy::Generic(_))
            )
            && self.graph[value].ty == Ty::Other
        {
            self.graph[value].ty = held;
        }
        self.name(value, name);
        self.env.assign(variable, value);
    }

    fn compound(&mut self, binary: &ExprBinary) {
        let Some(operator) = compound(&binary.op) else {
            return;
        };
        let right = self.expression(&binary.right);
        let place = self.place(&binary.left);
        let cell = place.filter(|place| self.graph.is_in_cell(*place));
        let left = match cell {
            Some(place) => place,
            None => self.expression(&binary.left),
        };
        let span = binary.op.span();
        let value = if !self.is_float_arithmetic(left, right) {
            // `n += 1` on what has no derivative: the same operation written out.
            let left = self.read(left, binary.left.span());
            self.written_out(operator, [left, right], binary)
        } else if !["+", "-", "*", "/", "%"].contains(&operator) {
            self.no_derivative(&binary.op);
            return;
        } else if let (Some(place), "+" | "-") = (cell, operator) {
            let right = self.operand(right);
            let place = self.graph.behind_refs(place);
            return self.increment(place, right, operator == "-");
        } else {
            let left = self.read(left, binary.left.span());
            self.arithmetic(operator, left, right, span)
        };
        match cell {
            Some(place) => {
                let place = self.graph.behind_refs(place);
                self.store(place, value);
            }
            None => self.assign(&binary.left, value),
        }
    }

    /// An operation on values without derivative.
    fn written_out(&mut self, operator: &str, operands: [Value; 2], binary: &ExprBinary) -> Value {
        let operator: syn::BinOp = match syn::parse_str(operator) {
            Ok(operator) => operator,
            Err(error) => {
                self.errors.push(error);
                return operands[0];
            }
        };
        let operands = operands.map(|value| self.operand(value));
        let ty = match operands.map(|value| self.graph[value].ty.clone()) {
            [left, right] if left == Ty::Int || right == Ty::Int => Ty::Int,
            [left, right] => left.join(&right),
        };
        let uses = vec![("left", operands[0]), ("right", operands[1])];
        self.composed(quote!(left #operator right), uses, ty, binary.span())
    }
}

/// `let n: usize = x.iter().sum()` says which type the sum is of, as `sum::<usize>()` does.
fn with_declared_type<'a>(init: &'a Expr, pattern: &Pat) -> Cow<'a, Expr> {
    match (init, pattern) {
        (Expr::MethodCall(call), Pat::Type(pattern))
            if call.turbofish.is_none()
                && ["sum", "product"].iter().any(|name| call.method == name) =>
        {
            let ty = &pattern.ty;
            let mut call = call.clone();
            call.turbofish = Some(syn::parse_quote!(::<#ty>));
            Cow::Owned(Expr::MethodCall(call))
        }
        _ => Cow::Borrowed(init),
    }
}

/// The operator in a compound assignment.
pub(crate) fn compound(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::AddAssign(_) => "+",
        BinOp::SubAssign(_) => "-",
        BinOp::MulAssign(_) => "*",
        BinOp::DivAssign(_) => "/",
        BinOp::RemAssign(_) => "%",
        BinOp::BitAndAssign(_) => "&",
        BinOp::BitOrAssign(_) => "|",
        BinOp::BitXorAssign(_) => "^",
        BinOp::ShlAssign(_) => "<<",
        BinOp::ShrAssign(_) => ">>",
        _ => return None,
    })
}
